import { CARRIERS, type Carrier, type Point, type StrikeKind } from './points';
import type { Random } from './random';

export type Ending = 'scheduled' | 'ready' | 'rejected' | 'expired' | 'cancelled' | 'aborted';

/** What a strike is to find an onboarding doing. */
export interface Aim {
  point: Point;
  carrier: Carrier;
}

export interface PlannedFault {
  fault: string;
  point: Point;
  carrier: Carrier;
}

/** What one customer's onboarding goes through, and how it is to end. Everything in it comes from the seed. */
export interface OnboardingPlan {
  customer: string;
  ending: Ending;
  /** Where a cancel or an abort meets it. */
  stopAt: 'upload' | 'remix' | 'job' | 'review' | 'schedule' | null;
  /** Cancelled, then started a second time and brought to its schedule. */
  again: boolean;
  /** The reviewer asks for one other round first. */
  changes: boolean;
  /** Layers has a review of its own, which has to be told the decision. */
  mirrored: boolean;
  /** `late consent`: the customer connects while the post is under review. */
  account: 'none' | 'named' | 'consent' | 'late consent';
  accountId: string;
  onCancel: 'keep' | 'archive';
  /** How long people take to act. */
  thinkMs: number;
  aim: Aim | null;
  faults: PlannedFault[];
}

const ENDINGS: readonly Ending[] = [
  ...Array<Ending>(13).fill('scheduled'),
  ...Array<Ending>(3).fill('cancelled'),
  ...(['ready', 'rejected', 'expired', 'aborted'] as const),
];

/** Deals one customer an ending and its people, such that the onboarding gets as far as its aim. */
export function planOnboarding(random: Random, customer: string, aim: Aim | null, strike: StrikeKind): OnboardingPlan {
  const ending = fittingEnding(random, aim);
  const stopAt =
    ending === 'cancelled'
      ? random.pick(stops(aim, cancelStops(aim)))
      : ending === 'aborted'
        ? random.pick(stops(aim, ['upload', 'job', 'schedule']))
        : null;
  const posts = ending === 'scheduled' || stopAt === 'schedule';
  const accounts = posts ? (['named', 'consent', 'late consent'] as const) : (['none', 'late consent'] as const);
  return {
    customer,
    ending,
    stopAt,
    again: ending === 'cancelled' && strike !== 'history reset' && random.next() < 0.6,
    changes: ending === 'scheduled' && random.next() < 0.15,
    mirrored: random.next() < 0.3,
    // Accounts that are named exist before the project does, so a second run needs no consent.
    account: ending === 'cancelled' || ending === 'aborted' || ending === 'expired' ? 'named' : random.pick(accounts),
    accountId: `sa_${random.uuid()}`,
    onCancel: random.next() < 0.3 ? 'archive' : 'keep',
    thinkMs: random.between(0, 1_500),
    aim,
    faults: [],
  };
}

/**
 * A job that was found under another API key cannot be cancelled (Layers names its id to the key that started it alone),
 * and one whose start is held back for a strike may be over when that comes.
 */
const cancelStops = (aim: Aim | null): NonNullable<OnboardingPlan['stopAt']>[] =>
  aim?.carrier === 'remix' ? ['review', 'schedule'] : ['upload', 'remix', 'job', 'review', 'schedule'];

/** An onboarding must get as far as its aim. */
function fittingEnding(random: Random, aim: Aim | null): Ending {
  for (;;) {
    const ending = random.pick(ENDINGS);
    if (ending === 'expired' && aim?.point === 'during review') continue;
    if (ending === 'cancelled' || ending === 'aborted')
      if (aim !== null && stops(aim, ['review', 'schedule']).length === 0) continue;
    return ending;
  }
}

/** The place of a carrier in the flow. */
export const rank = (carrier: Carrier): number => CARRIERS.indexOf(carrier);

/** Those of the stops that come after the aim. A review comes after everything up to `mirror`. */
function stops<T extends NonNullable<OnboardingPlan['stopAt']>>(aim: Aim | null, among: readonly T[]): T[] {
  if (aim === null) return [...among];
  const after = aim.point === 'during review' ? rank('mirror') : rank(aim.carrier);
  return among.filter((stop) => (stop === 'review' ? after < rank('mint') : rank(stop) > after));
}
