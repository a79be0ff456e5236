import { Random } from '../clock/random';
import type { OnboardingPlan } from './onboarding';
import { emptyPlan, type Plan, type Strike } from './plan';
import { troubleRules } from './troubles';

/** Onboardings without chance that end in ten different ways, for looking at every moment of each. */
const PLAIN = {
  scheduled: { account: 'named' },
  'scheduled after a late consent': { account: 'late consent' },
  'scheduled in the second round': { account: 'named', changes: true, mirrored: true },
  ready: { ending: 'ready', account: 'none' },
  'ready, its post skipped': { ending: 'ready', account: 'named', trouble: 'schedule', answer: 'skip' },
  rejected: { ending: 'rejected', account: 'consent' },
  'rejected, then scheduled': { ending: 'rejected', again: true, account: 'named' },
  expired: { ending: 'expired', account: 'named' },
  aborted: { ending: 'aborted', account: 'named', trouble: 'content', onCancel: 'archive' },
  'cancelled, then scheduled': { ending: 'cancelled', cancelsIn: 'review', again: true, account: 'named' },
} as const satisfies Record<string, Partial<OnboardingPlan>>;

export type PlainEnding = keyof typeof PLAIN;
export const PLAIN_ENDINGS = Object.keys(PLAIN) as PlainEnding[];

export interface Moment {
  strike?: Omit<Strike, 'customer'>;
  /** Counted from 1 over all requests of the world; `null` for none. */
  loseAnswerTo?: number | null;
}

/**
 * One onboarding that ends so, with nothing going wrong but what is asked for: a strike at one moment, the answer to one
 * request lost. The seed gives people's times, and whether a project is archived that is given up.
 */
export function plainPlan(seed: number, ending: PlainEnding, { strike, loseAnswerTo = null }: Moment = {}): Plan {
  const random = new Random(seed);
  const plan = emptyPlan(seed, random);
  const [plainest] = plan.onboardings;
  const onboarding: OnboardingPlan = {
    ...plainest!,
    onCancel: random.chance(0.5) ? 'archive' : 'keep',
    thinkMs: random.spread(1_000, 100_000),
    ...PLAIN[ending],
  };
  return {
    ...plan,
    onboardings: [onboarding],
    rules: troubleRules(onboarding),
    wire: loseAnswerTo === null ? plan.wire : { ...plan.wire, loseAnswerTo },
    strikes: strike === undefined ? [] : [{ ...strike, customer: onboarding.customer }],
  };
}
