import type { HistoryEvent } from '../temporal/temporal';

/**
 * A double holds a microsecond of today, but not the very one: half a one more, and no arithmetic moves a time across the
 * millisecond that workflow code sees.
 */
const HALF_A_MICROSECOND = 0.000_5;

/** Epoch milliseconds with their microseconds. */
export function timeOf({ eventTime }: HistoryEvent): number {
  return momentOf({ seconds: Number(eventTime!.seconds), nanos: eventTime!.nanos ?? 0 });
}

export const momentOf = ({ seconds, nanos }: { seconds: number; nanos: number }): number =>
  seconds * 1_000 + Math.floor(nanos / 1_000) / 1_000 + HALF_A_MICROSECOND;
