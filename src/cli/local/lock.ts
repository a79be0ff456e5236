import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { lock } from 'proper-lockfile';
import { UnreachableError } from '../../client/errors';
import { pause } from '../show/pause';
import { runningIn } from '../running';

/** A lock whose holder was killed is free after this: long, since a process that bundles code is busy for seconds. */
const STALE_MS = 10_000;
const LOOK_MS = 250;

/**
 * Takes a folder for this process alone: two stacks on one database and one sandbox would undo each other's work. Returns
 * how to give it back; a lock that a killed process has left is waited out.
 *
 * @throws UnreachableError that names who has it
 */
export async function lockFolder(folder: string, say: (line: string) => void): Promise<() => Promise<void>> {
  mkdirSync(dirname(folder), { recursive: true });
  const patience = AbortSignal.timeout(STALE_MS + 5_000);
  for (let waited = false; ; waited = true) {
    try {
      return await lock(folder, {
        stale: STALE_MS,
        realpath: false, // the folder may be new
        onCompromised: (error) => say(`The lock of ${folder} was lost: ${error.message}`),
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    }
    const holder = runningIn(folder);
    if (holder !== null || patience.aborted) throw new UnreachableError(taken(folder, holder));
    if (!waited) say('An earlier one was killed; its lock is free in a few seconds …');
    await pause(LOOK_MS, patience);
  }
}

const taken = (folder: string, holder: { pid: number; command: string } | null): string =>
  holder === null
    ? `${folder} is in use. If nothing runs there, remove ${folder}.lock`
    : `\`${holder.command}\` runs in this folder already (process ${holder.pid}). End it with Ctrl-C there, or clone the ` +
      'repository into another folder for a second one.';
