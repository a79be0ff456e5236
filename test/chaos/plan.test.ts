import { makePlan, type OnboardingPlan } from '../../chaos/plan';
import { CELLS } from '../../chaos/plan/cells';
import { STRIKE_POINTS, STRIKES } from '../../chaos/plan/points';

const all = (onboardings: number, seed: number): OnboardingPlan[] =>
  makePlan({ onboardings, seed }).waves.flatMap((wave) => wave.onboardings);

describe('the plan', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(makePlan({ onboardings: 40, seed: 7 })).toEqual(makePlan({ onboardings: 40, seed: 7 }));
    expect(makePlan({ onboardings: 40, seed: 7 })).not.toEqual(makePlan({ onboardings: 40, seed: 8 }));
  });

  it.each([1, 3, 20, 57, 200])('has as many onboardings as asked for: %i', (onboardings) => {
    const plans = all(onboardings, 3);
    expect(plans).toHaveLength(onboardings);
    expect(new Set(plans.map(({ customer }) => customer)).size).toBe(onboardings);
  });

  it('meets every kind of strike even when it is small', () => {
    const strikes = makePlan({ onboardings: 20, seed: 1 }).waves.map(({ strike }) => strike);
    expect(new Set(strikes)).toEqual(new Set(STRIKES));
  });

  it.each([1, 2, 3, 4, 5])('of 200 deals every cell more often than it has to be seen, seed %i', (seed) => {
    const dealt = all(200, seed).flatMap(({ faults }) => faults.map(({ fault, point }) => `${fault}, ${point}`));
    const rare = CELLS.map(({ fault, point }) => `${fault}, ${point}`).filter(
      (cell) => dealt.filter((one) => one === cell).length < 6,
    );
    expect(rare).toEqual([]);
  });

  it('of 200 aims every strike at every point where it makes sense', () => {
    const { waves } = makePlan({ onboardings: 200, seed: 1 });
    for (const kind of STRIKES) {
      const aims = waves.filter(({ strike }) => strike === kind).flatMap(({ onboardings }) => onboardings);
      const points = new Set(aims.map(({ aim }) => aim?.point));
      expect([kind, [...STRIKE_POINTS[kind]].filter((point) => !points.has(point))]).toEqual([kind, []]);
    }
  });

  it('ends in every way there is, and starts some a second time', () => {
    const plans = all(200, 1);
    expect(new Set(plans.map(({ ending }) => ending))).toEqual(
      new Set(['scheduled', 'ready', 'rejected', 'expired', 'cancelled', 'aborted']),
    );
    expect(plans.filter(({ again }) => again).length).toBeGreaterThan(3);
  });
});
