import { inspect } from 'node:util';
import * as fc from 'fast-check';
import type { Stage } from './stage/stage';
import type { Target } from './targets/target';

/** What a target does not bear, as small as it could be made. */
export interface Find {
  target: string;
  seed: number;
  path: string;
  counterexample: unknown;
  error: unknown;
}

export interface Round {
  seed: number;
  /** Makes the round end, also while it shrinks a find. */
  withinMs: number;
  /** Of a find: repeats it alone. */
  path?: string;
}

/** One round of a target: how many cases it got to, and what it found. */
export async function round(
  stage: Stage,
  one: Target,
  { seed, withinMs, path }: Round,
): Promise<{ cases: number; find: Find | null }> {
  const details = await fc.check(one.property(stage), {
    seed,
    numRuns: one.runs,
    interruptAfterTimeLimit: withinMs,
    ...(path !== undefined && { path }),
  });
  const cases = details.numRuns;
  if (!details.failed || details.counterexample === null) return { cases, find: null };
  const find = {
    target: one.name,
    seed,
    path: details.counterexamplePath ?? '',
    counterexample: details.counterexample[0],
    error: details.errorInstance,
  };
  return { cases, find };
}

/** What a find says, and how to see it again. */
export function described({ target, seed, path, counterexample, error }: Find): string {
  const causes: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) causes.push(cause.message);
  return [
    `${target} does not bear ${written(counterexample)}`,
    ...causes.map((cause) => `  ${cause}`),
    `Again: npm run fuzz -- --only ${target} --seed ${seed} --path ${path}`,
  ].join('\n');
}

/** As JSON, to be copied; what is nested too deep for that, as far down as a person looks. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return inspect(value, { depth: 8, breakLength: Infinity });
  }
}
