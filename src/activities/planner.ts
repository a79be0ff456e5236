/** When a wait looks next. Pure: the same figures and the same random number give the same plan. */

/** Below this a look costs more than it can win; a delay of 0 would make Temporal fail the activity. */
const SHORTEST_MS = 200;
const LONGEST_MS = 5 * 60_000;
/** Part of a delay by which it may be shorter or longer, so that a fleet does not look in step. */
const JITTER = 0.1;

export interface Look {
  /** Since the wait began. */
  elapsedMs: number;
  /** When an answer is usually there. */
  typicalMs: number;
  deadlineMs: number;
  /** Until then no step needs the answer. */
  relaxedMs?: number;
  /** In [0, 1). */
  random?: () => number;
}

/**
 * Milliseconds until the next look at a job of Layers, or `null` when time is up.
 *
 * A read is the scarcest thing there is (120 a minute for the whole fleet), so a job that takes its usual time is met
 * with one look at `earliest` and one right after `typical`. One that takes longer is looked at every eighth of
 * `typical`, then ever more rarely: what is late by a minute is probably late by another half.
 */
export function nextLook(look: Look): number | null {
  const { elapsedMs, typicalMs, relaxedMs = 0 } = look;
  const near = typicalMs / 8;
  const untilTypicalMs = typicalMs - elapsedMs;
  const relaxed = Math.min(typicalMs, relaxedMs - elapsedMs);
  if (untilTypicalMs <= 0) return plan(look, Math.max(near, -untilTypicalMs / 2, relaxed));
  // A first look long before `typical` is at something that began earlier (an adopted project): see half-way too.
  if (elapsedMs < typicalMs / 4) return plan(look, Math.max(near, untilTypicalMs / 2, relaxed));
  // Even the shortest jitter must not end just before.
  return plan(look, Math.max(near, untilTypicalMs / (1 - JITTER), relaxed));
}

/**
 * The same for something that a person is doing in a browser, where no moment is likelier than another: every quarter
 * of `typical` at first, every `typical` later on.
 */
export const nextLookAtPerson = (look: Look): number | null =>
  plan(look, Math.min(Math.max(look.elapsedMs, look.typicalMs / 4), look.typicalMs));

/** With jitter, within bounds, and with the last look exactly at the deadline. */
function plan({ elapsedMs, deadlineMs, random = Math.random }: Look, delayMs: number): number | null {
  const leftMs = deadlineMs - elapsedMs;
  if (leftMs < SHORTEST_MS) return null;
  const jittered = Math.min(delayMs, LONGEST_MS / (1 + JITTER)) * (1 - JITTER + 2 * JITTER * random());
  const delay = Math.max(Math.round(jittered), SHORTEST_MS);
  return leftMs - delay < SHORTEST_MS ? leftMs : delay;
}
