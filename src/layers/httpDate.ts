const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. */
const FORMS = [
  /^[a-z]{3}, (?<day>\d{2}) (?<month>[a-z]{3}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/i,
  /^[a-z]{6,9}, (?<day>\d{2})-(?<month>[a-z]{3})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/i,
  /^[a-z]{3} (?<month>[a-z]{3}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/i,
];

/**
 * Epoch milliseconds of an HTTP date, in one of its three forms (RFC 9110, 5.6.7), all of them GMT whatever zone the process
 * lives in; `null` for anything else. `Date.parse` guesses instead.
 *
 * @param now epoch milliseconds: a year of two digits is less than 50 years ahead
 */
export function parseHttpDate(value: string | null, now: number): number | null {
  const text = value?.trim() ?? '';
  for (const form of FORMS) {
    const { day = '', month = '', year = '', time = '' } = form.exec(text)?.groups ?? {};
    const index = MONTHS.indexOf(month.toLowerCase());
    if (index < 0) continue;
    const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
    if (hours > 23 || minutes > 59 || seconds > 60) return null;
    const at = (fullYear: number): number =>
      Date.UTC(fullYear, index, Number(day), hours, minutes, Math.min(seconds, 59));
    const ms = at(year.length === 2 ? inFull(Number(year), now) : Number(year));
    return new Date(ms).getUTCDate() === Number(day) ? ms : null;
  }
  return null;
}

function inFull(twoDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year - thisYear >= 50 ? year - 100 : year;
}
