import { ApplicationFailure } from '@temporalio/common';
import type { Wait } from '../contract/activities';
import { NOT_READY, stepFailure } from '../contract/failures';
import type { TemporalClock } from './clock';
import { nextLook, type Look } from './planner';

/** What a look has seen, in the words of a sentence: `<what> is <state>`. */
export interface Seen {
  what: string;
  state: string;
  /** 0 to 1, where Layers says so. */
  progress?: number | null;
}

export type Settling = [
  wait: Wait | undefined,
  isSettled: boolean,
  seen: Seen,
  planner?: (look: Look) => number | null,
];

/**
 * Ends an attempt that came too early: `NotReady` with the time of the next look, or `DeadlinePassed` when there is none.
 * Does nothing without a `wait`, or when the answer is there.
 */
export function expectSettled(clock: TemporalClock, ...[wait, isSettled, seen, planner = nextLook]: Settling): void {
  if (wait === undefined || isSettled) return;
  const { what, state, progress = null } = seen;
  const { typicalMs, deadlineMs, relaxedMs } = wait;
  const nextRetryDelay = planner({ elapsedMs: clock.since(wait), typicalMs, deadlineMs, relaxedMs });
  const percent = progress === null ? '' : `, ${Math.round(progress * 100)} %`;
  if (nextRetryDelay === null) {
    const cause = `After ${inWords(deadlineMs)} ${what} is still ${state}${percent} (usually ${inWords(typicalMs)}).`;
    throw stepFailure('DeadlinePassed', cause, { state, progress });
  }
  throw ApplicationFailure.create({
    type: NOT_READY,
    message: `${what} is ${state}${percent} (usually ${inWords(typicalMs)})`,
    category: 'BENIGN',
    nextRetryDelay,
    details: [{ progress }],
  });
}

/** `750ms`, `270s`, `15 min`, `14 days`: the largest unit that keeps it exact enough to read. */
function inWords(ms: number): string {
  if (ms < 1_000) return `${ms}ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds <= 600) return `${seconds}s`;
  if (seconds < 2 * 3_600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3_600) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
