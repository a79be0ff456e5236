import { activityInfo, Context } from '@temporalio/activity';

const EVERY_MS = 5_000;

/** What an activity leaves for its next attempt: Temporal keeps the last heartbeat across attempts. */
interface Kept {
  /** How often each refusal that may pass has been met, by code. */
  met?: Record<string, number>;
}

const kept = (): Kept => (activityInfo().heartbeatDetails as Kept | undefined) ?? {};

/** How often earlier attempts of this activity met this refusal. */
export const timesMet = (code: string): number => kept().met?.[code] ?? 0;

/**
 * Notes that this attempt met it too. Attempts themselves are no measure: time-outs and polls use them up as well, and
 * a conflict after four closed connections is still the first.
 */
export function noteMet(code: string): void {
  Context.current().heartbeat({ ...kept(), met: { ...kept().met, [code]: timesMet(code) + 1 } });
}

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
