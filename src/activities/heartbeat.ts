import { activityInfo, Context } from '@temporalio/activity';

const EVERY_MS = 5_000;

/** What an activity leaves for its next attempt: Temporal keeps the last heartbeat across attempts. */
export interface Kept {
  /** How often each refusal that may pass has been met, by code. */
  met?: Record<string, number>;
  /** Until when Layers asked not to be called; see `early.ts`. */
  away?: StayAway;
  /** The request id of the last error that a keyed write was answered with. */
  refusedBy?: string;
  /** Layers has stored an error under the key, so that another one takes its place. */
  isKeySpent?: boolean;
  /** Attempts that certainly changed nothing. Where there were more, what the others did is not known. */
  harmless?: number;
}

export interface StayAway {
  /** Why: a code of the catalogue. */
  code: string;
  /** Epoch milliseconds by the clock of the worker that was refused. */
  until: number;
  /** How long that was then: a clock that is wrong must not make more of it. */
  ms: number;
  /** Attempts that came before and were sent back. */
  sentBack: number;
}

/** Whether every attempt before this one certainly changed nothing; one whose worker died left no report. */
export function nothingDoneYet(): boolean {
  const { attempt, scheduledTimestampMs, currentAttemptScheduledTimestampMs } = activityInfo();
  // An operator's `temporal activity reset` counts from 1 again.
  if (attempt === 1) return currentAttemptScheduledTimestampMs <= scheduledTimestampMs;
  return (kept().harmless ?? 0) >= attempt - 1;
}

/** To be kept by an attempt that certainly changed nothing. */
export const oneMoreHarmless = (): Kept => (nothingDoneYet() ? { harmless: activityInfo().attempt } : {});

/** What the last attempt left. */
export const kept = (): Kept => (activityInfo().heartbeatDetails as Kept | undefined) ?? {};

/** Leaves it for the next attempt. Once per attempt: what one attempt leaves it cannot read itself. */
export function keep(more: Kept): void {
  Context.current().heartbeat({ ...kept(), ...more });
}

/**
 * How often earlier attempts of this activity met this refusal. Attempts themselves are no measure: time-outs and polls
 * use them up as well, and a conflict after four closed connections is still the first.
 */
export const timesMet = (code: string): number => kept().met?.[code] ?? 0;

/**
 * Heartbeats while a request is under way, so that a dead worker is noticed and a cancellation arrives. The first one
 * comes after 5 s: short requests, nearly all of them, cost none.
 */
export async function withHeartbeats<T>(request: () => Promise<T>, everyMs = EVERY_MS): Promise<T> {
  const context = Context.current();
  const startedAt = Date.now();
  const beat = (): void => context.heartbeat({ ...kept(), seconds: Math.round((Date.now() - startedAt) / 1_000) });
  const timer = setInterval(beat, everyMs);
  try {
    return await request();
  } finally {
    clearInterval(timer);
  }
}
