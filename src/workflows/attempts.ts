import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { stepFailure } from '../contract/failures';
import { PRIORITY } from '../contract/queues';
import type { CleanupItem } from '../contract/status';
import { detailsOf } from './failures';
import type { Run } from './run';

/** So long something is tried to be taken back; what is left stays visible. */
export const WITHIN_MS = 3_600_000;

/** Does one thing of many; false where it failed and the others are to go on. */
export type Attempt = (what: string, undo: () => Promise<unknown>) => Promise<boolean>;

export const options = (summary: string): { summary: string; priority: number; within: number } => ({
  summary,
  priority: PRIORITY.publish,
  within: WITHIN_MS,
});

/** Each is tried even if another failed, and what failed stays visible in the status, until it has been done after all. */
export const visibly =
  (run: Run): Attempt =>
  async (what, undo) => {
    const { progress } = run;
    const item: CleanupItem = { what, done: false };
    try {
      await undo();
      item.done = true;
    } catch (error) {
      if (isCancellation(error)) throw error;
      const details = detailsOf(error);
      if (details === null) throw error;
      item.error = `${details.code}: ${details.cause}`;
    }
    progress.cleanup = [...progress.cleanup.filter((earlier) => earlier.what !== what), item];
    progress.changed();
    return item.done;
  };

/** Gives up after a while, where something else waits that is worth more. */
export async function atMost<T>(ms: number, undo: () => Promise<T>): Promise<T> {
  const around = CancellationScope.current();
  try {
    return await CancellationScope.withTimeout(ms, undo);
  } catch (error) {
    if (!isCancellation(error) || around.consideredCancelled) throw error;
    throw stepFailure('ApiUnavailable', `Layers did not answer within ${ms / 1_000} s.`);
  }
}

/** The step that needs it done fails with it. */
export const plainly: Attempt = async (_, undo) => {
  await undo();
  return true;
};
