import { parseHttpDate } from './httpDate';

/** When Layers limits us without saying for how long. */
const WITHOUT_HEADER_MS = 30_000;
/** Beyond a day the header is a mistake, and an operator should see the step. */
const LONGEST_MS = 24 * 60 * 60_000;
/** More seconds than that are no span but a moment, counted from 1970. */
const A_MOMENT = 1e9;

/**
 * Milliseconds that a `Retry-After` asks for: seconds, or an HTTP date, which is read against the answer's own `Date` so that a
 * wrong clock on either side does not matter. Where several programs on the way have each added theirs, the longest one.
 * `null` where there is none, or nothing that the standard knows.
 */
export function parseRetryAfter(value: string | null, date: string | null, now: number): number | null {
  const answeredAt = parseHttpDate(date, now) ?? now;
  const asked = members(value ?? '').flatMap((member) => {
    if (/^\d+(\.\d+)?$/.test(member)) return Number(member) < A_MOMENT ? [Number(member) * 1_000] : [];
    const at = parseHttpDate(member, now);
    return at === null ? [] : [at - answeredAt];
  });
  return asked.length === 0 ? null : Math.min(Math.max(...asked, 0), LONGEST_MS);
}

/** The members of a list. The comma after a day of the week is part of a date. */
const members = (list: string): string[] =>
  list.split(/,(?! ?\d{2}[ -][a-z]{3}[ -]\d)/i).map((member) => member.trim());

/**
 * How long to stay away: what was asked for, 30 s where nothing was, and up to a tenth more so that a fleet does not
 * come back at once. Never under 200 ms: Temporal takes a delay of 0 as no time left and fails the activity.
 */
export const stayAwayMs = (askedMs: number | null, random: () => number = Math.random): number => {
  const base = askedMs ?? WITHOUT_HEADER_MS;
  return Math.round(base + 200 + random() * Math.max(base / 10, 300));
};
