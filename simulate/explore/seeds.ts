import { planOf } from '../plan';
import type { Case } from './moments';
import { seedCommand } from './moments';

export function* worldsOf({ first, last }: { first: number; last: number }): Generator<Case> {
  for (let seed = first; seed <= last; seed += 1) yield { plan: planOf(seed), command: seedCommand(seed) };
}
