import { AIMS } from './aims';
import { dealFaults } from './dealFaults';
import { planOnboarding, type OnboardingPlan } from './onboarding';
import { STRIKES, type StrikeKind } from './points';
import { Random } from './random';

export interface Wave {
  strike: StrikeKind | null;
  /** For `worker stopped`: beyond 12 s Temporal gives the calls of the frozen worker to another one. */
  freezeMs: number;
  onboardings: OnboardingPlan[];
}

export interface ChaosPlan {
  seed: number;
  waves: Wave[];
}

const WAVE_SIZE = 10;
const FEWEST_WAVES = 5;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const ROUNDING = 1e-9;

/** Deals endings, aims and faults to a number of onboardings. The same arguments give the same plan. */
export function makePlan({ onboardings, seed }: { onboardings: number; seed: number }): ChaosPlan {
  const random = new Random(seed);
  const waveCount = Math.max(Math.min(FEWEST_WAVES, onboardings), Math.round(onboardings / WAVE_SIZE));
  // Every kind once per round, so that even a small run meets each.
  const rounds = Math.ceil(waveCount / STRIKES.length);
  const strikes = Array.from({ length: rounds }, () => random.shuffled(STRIKES)).flat();
  // As large as the aims are many.
  const weights = strikes.slice(0, waveCount).map((strike) => AIMS[strike].length);
  const upTo = (index: number): number =>
    Math.floor((onboardings * sum(weights.slice(0, index))) / sum(weights) + ROUNDING);
  const waves = Array.from({ length: waveCount }, (_, index): Wave => {
    const size = upTo(index + 1) - upTo(index);
    const strike = strikes[index]!;
    const aims = AIMS[strike];
    const offset = random.between(0, aims.length - 1);
    return {
      strike,
      freezeMs: index % 2 === 0 ? random.between(2_000, 4_000) : random.between(13_000, 15_000),
      onboardings: Array.from({ length: size }, (_, n) => {
        const aim = aims[(offset + n) % aims.length]!;
        return planOnboarding(random, `chaos-${seed}-${index + 1}-${n + 1}`, n < aims.length ? aim : null, strike);
      }),
    };
  });
  dealFaults(
    random,
    waves.flatMap(({ strike, onboardings: all }) => all.map((plan) => ({ plan, strike }))),
  );
  return { seed, waves };
}
