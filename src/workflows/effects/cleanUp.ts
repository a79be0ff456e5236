import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { stepFailure } from '../../contract/failures';
import { PRIORITY } from '../../contract/queues';
import type { CleanupItem } from '../../contract/status';
import { detailsOf } from '../failures';
import type { Memory } from '../memory';

/** So long something is tried to be taken back; what is left stays visible. */
export const CLEAN_UP_MS = 3_600_000;

/** What is taken back goes first, and does not take for ever. */
export const CLEAN_UP = { priority: PRIORITY.publish, within: CLEAN_UP_MS } as const;

/** Does one thing of many; false where it failed and the others are to go on. */
export type Attempt = (what: string, undo: () => Promise<unknown>) => Promise<boolean>;

/** The step that needs it done fails with it. */
export const orFail: Attempt = async (_, undo) => {
  await undo();
  return true;
};

/** What has been taken back, and what could not be: the status shows both. */
export class CleanUp {
  private readonly facts: { items: CleanupItem[] };

  constructor(
    memory: Memory,
    private readonly changed: () => void,
  ) {
    this.facts = memory.once('cleanUp', () => ({ items: [] }));
  }

  get items(): CleanupItem[] {
    return this.facts.items;
  }

  /** Each is tried even if another failed, and what failed stays visible in the status, until it has been done after all. */
  readonly asItem: Attempt = async (what, undo) => {
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
    this.facts.items = [...this.items.filter((earlier) => earlier.what !== what), item];
    this.changed();
    return item.done;
  };
}

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
