import type { Ending } from '../../chaos/plan/onboarding';
import type { Stage } from '../../src/contract/steps';
import type { Random } from '../clock/random';

export type { Ending };

/** What does not go on by itself until an operator answers; `null`: nothing of the kind is planned. */
export const TROUBLES = ['media', 'account', 'influencer', 'keywords', 'sources', 'content', 'schedule'] as const;
export type Trouble = (typeof TROUBLES)[number];

export const ACCOUNTS = ['none', 'named', 'consent', 'late consent'] as const;
export const REVIEWERS = ['one', 'one who wavers', 'two at once'] as const;
/** How a blocked step is answered first; what is in vain is answered otherwise, sooner or later. */
export const ANSWERS = ['retry', 'input', 'skip'] as const;
/** Where an owner thinks better of it. */
export const CANCELS_IN = ['project', 'preparing', 'source', 'content', 'review', 'schedule'] as const;

/** What one customer's onboarding goes through, how it is to end, and what its people are like. */
export interface OnboardingPlan {
  customer: string;
  /** When its owner starts it, in milliseconds after the beginning of the world. */
  startsAfterMs: number;
  ending: Ending;
  /** Started a second time after it was stopped or rejected, and then brought to its schedule. */
  again: boolean;
  /** The owner cancels when lists show this; `null`: not of the owner's own accord. */
  cancelsIn: Stage | null;
  /** So long after its end the owner has it thought over from its first task, in milliseconds; `null`: never. */
  resetsAfterEndMs: number | null;
  account: (typeof ACCOUNTS)[number];
  accountId: string;
  /** From the start to the day of the post. */
  postInDays: number;
  /** The reviewer asks for one other round first. */
  changes: boolean;
  reviewers: (typeof REVIEWERS)[number];
  /** Approves by the signal, which cannot be refused, in place of the update. */
  approvesBySignal: boolean;
  /** Layers has a review of its own, which has to be told the decision. */
  mirrored: boolean;
  onCancel: 'keep' | 'archive';
  /** Longest that people take to act, in milliseconds. */
  thinkMs: number;
  trouble: Trouble | null;
  answer: (typeof ANSWERS)[number];
}

const ENDINGS: readonly Ending[] = [
  ...Array<Ending>(8).fill('scheduled'),
  ...Array<Ending>(5).fill('cancelled'),
  ...Array<Ending>(2).fill('ready'),
  ...Array<Ending>(2).fill('rejected'),
  ...(['expired', 'aborted'] as const),
];
/** In which an abort can meet an onboarding: what blocks, and blocks again. */
const ABORTED_AT = ['media', 'content', 'schedule'] as const;

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** The plainest onboarding: a customer who consents, a reviewer who approves, and nothing that goes wrong. */
export const plainOnboarding = (random: Random, customer: string): OnboardingPlan => ({
  customer,
  startsAfterMs: 0,
  ending: 'scheduled',
  again: false,
  cancelsIn: null,
  resetsAfterEndMs: null,
  account: 'consent',
  accountId: `sa_${random.uuid()}`,
  postInDays: 20,
  changes: false,
  reviewers: 'one',
  approvesBySignal: false,
  mirrored: false,
  onCancel: 'keep',
  thinkMs: 60 * SECOND,
  trouble: null,
  answer: 'retry',
});

/** Deals one customer an ending and people that can bring it about. */
export function dealOnboarding(random: Random, customer: string): OnboardingPlan {
  const ending = random.pick(ENDINGS);
  const isStopped = ending === 'cancelled' || ending === 'aborted';
  const trouble = dealTrouble(random, ending);
  const again = (isStopped || ending === 'rejected') && random.chance(0.4);
  return {
    ...plainOnboarding(random, customer),
    ending,
    again,
    cancelsIn: ending === 'cancelled' && random.chance(0.5) ? random.pick(CANCELS_IN) : null,
    resetsAfterEndMs: !again && random.chance(0.1) ? random.spread(10, 12 * HOUR) : null,
    account: dealAccount(random, { ending, again, trouble }),
    postInDays: random.between(2, 20),
    changes: !isStopped && random.chance(0.2),
    reviewers: random.chance(0.6) ? 'one' : random.pick(REVIEWERS),
    approvesBySignal: random.chance(0.25),
    mirrored: random.chance(0.3),
    onCancel: random.chance(0.5) ? 'archive' : 'keep',
    thinkMs: random.spread(SECOND, 10 * HOUR),
    trouble,
    answer: random.pick(ANSWERS),
  };
}

function dealTrouble(random: Random, ending: Ending): Trouble | null {
  if (ending === 'aborted') return random.pick(ABORTED_AT);
  return random.chance(0.25) ? random.pick(TROUBLES) : null;
}

function dealAccount(
  random: Random,
  { ending, again, trouble }: Pick<OnboardingPlan, 'ending' | 'again' | 'trouble'>,
): OnboardingPlan['account'] {
  if (trouble === 'account') return 'named';
  const posts = ending === 'scheduled' || again || trouble === 'schedule';
  // One that posts nowhere is ready once it is approved.
  if (ending === 'ready') return trouble === 'schedule' ? 'named' : 'none';
  return random.pick(posts ? ACCOUNTS.slice(1) : ACCOUNTS);
}
