import * as fc from 'fast-check';
import type { Stage } from '../stage/stage';

/** A door, and what comes through it. */
export interface Target {
  name: string;
  about: string;
  /** Cases of one round: what needs an onboarding of its own takes a second or more for each. */
  runs: number;
  /** Fails on what the product does not bear. */
  property(stage: Stage): fc.IAsyncPropertyWithHooks<[unknown]>;
}

export const target = <T>(
  name: string,
  about: string,
  runs: number,
  arbitrary: fc.Arbitrary<T>,
  check: (stage: Stage, value: T) => Promise<void>,
): Target => ({
  name,
  about,
  runs,
  property: (stage) =>
    fc.asyncProperty(arbitrary as fc.Arbitrary<unknown>, (value) => stage.during(check(stage, value as T))),
});
