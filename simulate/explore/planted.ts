import { PLAIN_ENDINGS } from '../plan';
import { explore, exploreEvery, type Explored } from './explore';
import { STRIKE_KINDS } from './moments';
import { Pool } from './pool';
import { worldsOf } from './seeds';

/** Whether a known defect was found, and how. */
export interface Planted {
  name: string;
  foundBy: 'seeds' | 'every' | null;
  /** Played until then. */
  worlds: number;
  what: string | null;
  command: string | null;
  tookMs: number;
}

/**
 * Puts a defect in and looks for it as for any other: first by seeds, then after every moment of runs of each ending. A
 * fault that the same world has without the defect does not count.
 *
 * @param seeds so many worlds at most before every moment is tried
 */
export async function findPlanted(bundle: string, name: string, seeds: number): Promise<Planted> {
  const pool = new Pool(bundle, { mutant: name });
  const clean = new Pool(bundle, { size: 1 });
  const options = { stopAtFirst: true, clean };
  const startedAt = Date.now();
  let worlds = 0;
  const found = (foundBy: Planted['foundBy'], explored: Explored | null): Planted => {
    const { first } = explored?.findings[0] ?? {};
    const { what = null, command = null } = first ?? {};
    return { name, foundBy, worlds, what, command, tookMs: Date.now() - startedAt };
  };
  try {
    const bySeeds = await explore(pool, worldsOf({ first: 1, last: seeds }), options);
    worlds += bySeeds.worlds;
    if (bySeeds.faulty > 0) return found('seeds', bySeeds);
    for (const ending of PLAIN_ENDINGS) {
      const every = await exploreEvery(pool, { seed: 1, ending, strikes: STRIKE_KINDS }, options);
      worlds += every.worlds;
      if (every.faulty > 0) return found('every', every);
    }
    return found(null, null);
  } finally {
    pool.close();
    clean.close();
  }
}
