/** When Layers limits us without saying for how long. */
const WITHOUT_HEADER_MS = 30_000;
/** Beyond a day the header is a mistake, and an operator should see the step. */
const LONGEST_MS = 24 * 60 * 60_000;

/**
 * Milliseconds that a `Retry-After` asks for: seconds, or an HTTP date, which is read against the answer's own `Date`
 * so that a wrong clock on either side does not matter. `null` where there is none.
 */
export function parseRetryAfter(value: string | null, date: string | null, now: number): number | null {
  if (value === null || value.trim() === '') return null;
  const seconds = Number(value);
  const answeredAt = date === null ? NaN : Date.parse(date);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - (Number.isNaN(answeredAt) ? now : answeredAt) : seconds * 1000;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_MS);
}

/**
 * How long to stay away: what was asked for, 30 s where nothing was, and up to a tenth more so that a fleet does not
 * come back at once. Never under 200 ms: Temporal takes a delay of 0 as no time left and fails the activity.
 */
export const stayAwayMs = (askedMs: number | null, random: () => number = Math.random): number => {
  const base = askedMs ?? WITHOUT_HEADER_MS;
  return Math.round(base + 200 + random() * Math.max(base / 10, 300));
};
