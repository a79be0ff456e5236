import type { RateLimits } from '../../src/config';
import type { Rule } from '../../src/sandbox';
import { Random } from '../clock/random';
import type { Faults } from '../temporal/temporal';
import { dealOnboarding, plainOnboarding, type OnboardingPlan } from './onboarding';
import { dealRules } from './rules';
import { troubleRules } from './troubles';

/** How likely the network between a worker and Layers is to do wrong, each time that a request is sent. */
export interface Losses {
  /** The request is lost on its way. */
  loseRequest: number;
  /** The answer is lost on its way back. */
  loseAnswer: number;
  /** The connection stays, and nothing comes over it any more. */
  silent: number;
  /** Loses the answer to just this request, counted from 1. */
  loseAnswerTo?: number;
}

/** What is done at one moment, wherever the world is then. */
export interface Strike {
  /** After so many entries of the world's clock. */
  after: number;
  kind: 'cancel' | 'abort' | 'reset' | 'reset and cancel' | 'kill';
  customer: string;
}

/** Everything that is to happen in one world. Plain JSON: the same plan plays the same world. */
export interface Plan {
  seed: number;
  /** Epoch milliseconds. */
  startAt: number;
  onboardings: OnboardingPlan[];
  /** Requests per minute and bucket that Layers allows the key. */
  limits: RateLimits;
  rules: Rule[];
  faults: Faults;
  /** Events of a history after which the server suggests to go on in a new run. */
  nextRunAfter: number;
  wire: Losses;
  /** Layers tells the gateway what happens. */
  webhooks: boolean;
  /** The backend that is told who has to act; one that is `flaky` is down at times. */
  partner: 'none' | 'listens' | 'flaky';
  /** A new worker takes over with another key of the same organization; `null`: never. */
  rotation: { afterMs: number; isOldRevoked: boolean } | null;
  /** The worker process stands still, from so long after the beginning. */
  freezes: { afterMs: number; ms: number }[];
  strikes: Strike[];
}

const NO_FAULTS: Faults = {
  crashInTask: 0,
  crashInActivity: 0,
  loseReport: 0,
  evict: 0,
  early: 0,
  twice: 0,
  freeze: 0,
};
const NO_LOSSES: Losses = { loseRequest: 0, loseAnswer: 0, silent: 0 };
const AMPLE: RateLimits = { reads: 1_000, writes: 1_000, starts: 1_000 };
const USUAL_HISTORY = 4_096;
const YEAR_MS = 365 * 86_400_000;
const HOUR_MS = 3_600_000;
/** Strikes fall into the first so many entries of the clock, which is about as long as an onboarding takes. */
const STRUCK_WITHIN = 1_500;

/** A world with nothing in it but one onboarding, all of whose people and machines do what they should. */
export function emptyPlan(seed: number, random: Random): Plan {
  return {
    seed,
    startAt: Date.UTC(2026, 0, 1) + random.between(0, YEAR_MS),
    onboardings: [plainOnboarding(random, `sim-${seed}`)],
    limits: AMPLE,
    rules: [],
    faults: NO_FAULTS,
    nextRunAfter: USUAL_HISTORY,
    wire: NO_LOSSES,
    webhooks: true,
    partner: 'listens',
    rotation: null,
    freezes: [],
    strikes: [],
  };
}

/** One customer, who consents and whose post is approved and scheduled. */
export const happyPlan = (seed: number): Plan => emptyPlan(seed, new Random(seed));

/** What a seed plans: who ends how, and what goes wrong meanwhile. The same seed gives the same plan. */
export function planOf(seed: number): Plan {
  const random = new Random(seed);
  const plan = emptyPlan(seed, random);
  const count = random.chance(0.75) ? 1 : random.between(2, 4);
  const onboardings = Array.from({ length: count }, (_, index) => ({
    ...dealOnboarding(random, count === 1 ? `sim-${seed}` : `sim-${seed}-${index + 1}`),
    startsAfterMs: index === 0 ? 0 : random.spread(1, HOUR_MS),
  }));
  const some = (probability: number, most: number): number => (random.chance(probability) ? random.next() * most : 0);
  const isProcessTroubled = random.chance(0.3);
  return {
    ...plan,
    onboardings,
    limits: count > 1 && random.chance(0.7) ? tightLimits(random) : AMPLE,
    rules: [...onboardings.flatMap(troubleRules), ...dealRules(random)],
    faults: {
      crashInTask: some(0.4, 0.15),
      crashInActivity: some(0.3, 0.05),
      loseReport: some(0.4, 0.2),
      evict: some(0.5, 0.5),
      early: some(0.3, 0.5),
      twice: some(0.3, 0.2),
      freeze: some(0.15, 0.02),
    },
    nextRunAfter: random.chance(0.1) ? random.between(40, 200) : USUAL_HISTORY,
    wire: {
      loseRequest: some(0.4, 0.2),
      loseAnswer: some(0.4, 0.2),
      silent: some(0.2, 0.1),
    },
    webhooks: random.chance(0.7),
    partner: random.pick(['none', 'listens', 'flaky'] as const),
    rotation: random.chance(0.12)
      ? { afterMs: random.spread(1_000, 24 * HOUR_MS), isOldRevoked: random.chance(0.5) }
      : null,
    freezes: isProcessTroubled
      ? Array.from({ length: random.between(0, 3) }, () => ({
          afterMs: random.spread(100, 24 * HOUR_MS),
          ms: random.spread(1_000, 10 * HOUR_MS),
        }))
      : [],
    strikes: [
      ...(isProcessTroubled ? dealKills(random, onboardings[0]!) : []),
      ...onboardings.flatMap((onboarding) => dealStrikes(random, onboarding, count)),
    ],
  };
}

/** Few enough that the queues hold back what several onboardings want at once. */
const tightLimits = (random: Random): RateLimits => ({
  reads: random.between(12, 60),
  writes: random.between(6, 30),
  starts: random.between(5, 8),
});

const dealKills = (random: Random, { customer }: OnboardingPlan): Strike[] =>
  Array.from({ length: random.between(0, 2) }, () => ({
    after: random.spread(10, STRUCK_WITHIN),
    kind: 'kill' as const,
    customer,
  }));

/** A cancel at a moment of its own, or none; a reset of what runs, or of what has ended by then, perhaps as it is cancelled. */
function dealStrikes(random: Random, { ending, cancelsIn, customer }: OnboardingPlan, count: number): Strike[] {
  const strike = (kind: Strike['kind']): Strike => ({
    after: random.spread(10, STRUCK_WITHIN * count),
    kind,
    customer,
  });
  const isReset = random.chance(0.15);
  if (ending !== 'cancelled' || cancelsIn !== null) return isReset ? [strike('reset')] : [];
  if (random.chance(0.15)) return [strike('reset and cancel')];
  return isReset ? [strike('reset'), strike('cancel')] : [strike('cancel')];
}
