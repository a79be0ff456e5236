import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Wait } from '../../contract/activities';

/** Something outside that makes a look worth while at once: a verified webhook. */
export interface WakeUp {
  pending(): boolean;
  /** After this, `pending` is false until the next event. */
  take(): void;
}

export interface WaitOptions {
  /** Milliseconds until the first look is worth a read. */
  earliestMs: number;
  wakeUp: WakeUp;
  /** For the timer in the Web UI. */
  summary: string;
}

/** So many looks because of events are worth it; a wait with more of them is being flooded, and looks once a minute. */
const EAGER_LOOKS = 10;
const UNHURRIED_MS = 60_000;

/**
 * Nothing until `earliest`, then a read that Temporal repeats until it has an answer. An event only shortens the wait:
 * the read starts again at once, and it alone is believed.
 */
export async function waitFor<T>(look: () => Promise<T>, { earliestMs, wakeUp, summary }: WaitOptions): Promise<T> {
  if (earliestMs > 0 && !wakeUp.pending()) await condition(() => wakeUp.pending(), earliestMs, { summary });
  for (let looks = 1; ; looks++) {
    wakeUp.take();
    const lookedAt = Date.now();
    const isWorthIt = (): boolean => looks < EAGER_LOOKS || Date.now() - lookedAt >= UNHURRIED_MS;
    const looking = new Stoppable(look);
    await condition(() => looking.ended || (wakeUp.pending() && isWorthIt()));
    if (!looking.ended) await looking.stop();
    if (looking.result !== null) {
      if ('value' in looking.result) return looking.result.value;
      if (!looking.stopped || !isCancellation(looking.result.error)) throw looking.result.error;
    }
  }
}

/** Work that can be given up; its outcome is always taken, so that nothing is left unhandled. */
export class Stoppable<T> {
  result: { value: T } | { error: unknown } | null = null;
  stopped = false;
  private readonly scope = new CancellationScope();
  /** Settles with the work, and never throws. */
  readonly taken: Promise<void>;

  constructor(work: () => Promise<T>) {
    this.taken = this.scope.run(work).then(
      (value) => void (this.result = { value }),
      (error: unknown) => void (this.result = { error }),
    );
  }

  get ended(): boolean {
    return this.result !== null;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.scope.cancel();
    await this.taken;
  }
}

/** Milliseconds that are left until a moment of a wait, counted from its start; 0 when it has passed. */
export const leftUntil = ({ startedAt }: Wait, ms: number): number => Math.max(0, startedAt + ms - Date.now());

/** The wait as an activity takes it, counted from now. */
export const waitFromNow = (typicalMs: number, deadlineMs: number, relaxedMs = 0): Wait => ({
  startedAt: Date.now(),
  typicalMs,
  deadlineMs,
  ...(relaxedMs > typicalMs ? { relaxedMs } : {}),
});

/** All of them; the first bug at once, but a cancellation only when every one has settled, so that clean-up knows all. */
export async function together<T extends readonly unknown[] | []>(
  promises: T,
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  try {
    return await Promise.all(promises);
  } catch (error) {
    if (isCancellation(error)) await Promise.allSettled(promises);
    throw error;
  }
}

/** Begun early and awaited late: its failure is taken at once, else a cancel would leave the workflow running. */
export function alongside<T>(step: () => Promise<T>): { done: Promise<T>; giveUp<R>(outcome: R): Promise<R> } {
  const scope = new CancellationScope();
  const done = scope.run(step);
  done.catch(() => undefined);
  return {
    done,
    async giveUp(outcome) {
      scope.cancel();
      await done.catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
      return outcome;
    },
  };
}
