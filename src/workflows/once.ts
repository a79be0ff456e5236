import { isCancellation, sleep } from '@temporalio/workflow';
import { API_KEY_CHANGED, type ApiKeyChangedDetails } from '../contract/activities';
import { ActivityFailure, type ApplicationFailure } from '@temporalio/common';
import { detailsOf, failureType, mayHaveTakenEffect, ranOutOfTime } from './failures';
import type { Intent } from './idempotencyKey';
import type { Doubt, Run } from './run';

/** A create that answered with something dead this often has not been replayed: it really ends that way. */
const MAX_DEAD_ANSWERS = 3;

export interface OnceOptions<T> extends Doubt<T> {
  intent: Intent;
  /** The resource is so new that the key cannot have been used before, even on an adopted project. */
  unused?: boolean;
  /** Whether what a replay returned still is what it was: not cancelled, failed or rejected meanwhile. */
  alive?: (answer: T) => Promise<boolean>;
}

/**
 * A write whose effect must exist exactly once. Usually the idempotency key is enough. Where it is not (an adopted
 * project, so also after a reset or a second run; another API key; 23 hours without an answer), it looks before it
 * creates and then reads what the create returned, since a replay may describe something that has died meanwhile.
 */
export async function once<T>(run: Run, options: OnceOptions<T>): Promise<T> {
  const { intent, send, look, job, alive, unused = false } = options;
  const path = run.path(intent);
  const known = run.answers.get(run.key(path));
  if (known !== undefined) return known as T;
  for (let dead = 0, refused = 0; ;) {
    const doubted = (run.adopted && !unused) || run.inDoubt.has(path);
    if (doubted) {
      const found = await look();
      if (found !== null) return job === undefined ? settled(run, path, found) : unsettled(run, path, found, options);
    }
    let answer: T;
    try {
      run.inDoubt.set(path, { ...options, keys: [run.key(path)], apiKeyId: run.caller.apiKeyId });
      answer = await send(run.key(path));
    } catch (error) {
      if (!mayHaveTakenEffect(error)) {
        run.inDoubt.delete(path);
        // An earlier run with another input can have used the key for another body: look for what it did.
        const used = detailsOf(error)?.code === 'IDEMPOTENCY_CONFLICT';
        if (used) run.inDoubt.set(path, { ...options, keys: run.earlierKeys(path), apiKeyId: run.caller.apiKeyId });
        run.nextTry(path);
        // Where a replay is possible, the refusal may be an old one: of a wallet, say, that has been filled since.
        if ((used || doubted) && refused++ === 0) continue;
        run.inDoubt.delete(path);
      }
      if (isCancellation(error)) throw error;
      if (failureType(error) === API_KEY_CHANGED) run.caller = { ...run.caller, apiKeyId: newKeyOf(error) };
      else if (!ranOutOfTime(error)) throw error;
      else await stayAway(error);
      continue;
    }
    // In doubt until it has been read: a cancel meanwhile must still find it.
    if (!doubted || alive === undefined || dead >= MAX_DEAD_ANSWERS || (await isAlive(alive(answer)))) {
      run.answers.set(run.key(path), answer);
      return settled(run, path, answer);
    }
    dead += 1;
    run.nextTry(path);
  }
}

/** What Layers no longer knows is dead too. */
async function isAlive(reading: Promise<boolean>): Promise<boolean> {
  try {
    return await reading;
  } catch (error) {
    if (detailsOf(error)?.code === 'NOT_FOUND') return false;
    throw error;
  }
}

function settled<T>(run: Run, path: string, answer: T): T {
  run.inDoubt.delete(path);
  return answer;
}

/** Nobody knows the job of what was found, so clean-up has to ask for it until it has ended. */
function unsettled<T>(run: Run, path: string, found: T, options: OnceOptions<T>): T {
  if (!run.inDoubt.has(path))
    run.inDoubt.set(path, { ...options, keys: run.earlierKeys(path), apiKeyId: run.caller.apiKeyId });
  return found;
}

/** A pause longer than the call had time left ends the call at once, so it is kept here, before the next one. */
async function stayAway(error: unknown): Promise<void> {
  const { stayAwayMs = 0 } = detailsOf(error) ?? {};
  if (stayAwayMs > 0) await sleep(stayAwayMs, { summary: 'Layers asked not to be called before' });
}

function newKeyOf(error: unknown): string {
  const failure = error instanceof ActivityFailure ? error.cause : error;
  return ((failure as ApplicationFailure).details?.[0] as ApiKeyChangedDetails).apiKeyId;
}
