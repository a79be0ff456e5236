import { plainPlan, type Plan, type PlainEnding } from '../plan';
import type { Strike } from '../plan/plan';

export type StrikeKind = Strike['kind'];
export const STRIKE_KINDS = [
  'cancel',
  'abort',
  'reset',
  'reset and cancel',
  'kill',
] as const satisfies readonly StrikeKind[];

/** One world among all of an exploration, and how a person plays just that one again. */
export interface Case {
  plan: Plan;
  command: string;
}

export interface Exploring {
  seed: number;
  ending: PlainEnding;
  strikes: readonly StrikeKind[];
}

/** Strikes a run after every one of its moments, in every way. */
export function* everyMoment({ seed, ending, strikes }: Exploring, moments: number, lost?: number): Generator<Case> {
  for (const kind of strikes)
    for (let after = 1; after <= moments; after += 1) {
      const plan = plainPlan(seed, ending, { strike: { kind, after }, loseAnswerTo: lost ?? null });
      const more = lost === undefined ? '' : ` --lose ${lost}`;
      const mode = lost === undefined ? 'every' : 'pairs';
      const command = `npm run simulate -- ${mode} ${seed} --ending "${ending}" --strike "${kind}" --at ${after}${more} --trace`;
      yield { plan, command };
    }
}

/** A world as a seed plans it. */
export const seedCommand = (seed: number): string => `npm run simulate -- ${seed} --trace`;
