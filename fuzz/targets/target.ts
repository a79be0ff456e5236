import * as fc from 'fast-check';
import type { Stage } from '../stage/stage';

/** A door, and what comes through it. */
export interface Target {
  name: string;
  about: string;
  /** Fails on what the product does not bear. */
  property(stage: Stage): fc.IAsyncPropertyWithHooks<[unknown]>;
}

export const target = <T>(
  name: string,
  about: string,
  arbitrary: fc.Arbitrary<T>,
  check: (stage: Stage, value: T) => Promise<void>,
): Target => ({
  name,
  about,
  property: (stage) => fc.asyncProperty(arbitrary as fc.Arbitrary<unknown>, (value) => check(stage, value as T)),
});
