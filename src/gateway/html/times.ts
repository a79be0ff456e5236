const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Making one costs more than a page; there are only so many zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string, month: 'short' | '2-digit'): Intl.DateTimeFormat {
  const key = `${month} ${timeZone}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  let made: Intl.DateTimeFormat;
  try {
    made = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      day: 'numeric',
      month,
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  } catch {
    return formatOf('UTC', month); // a zone that Intl does not know
  }
  formats.set(key, made);
  return made;
}

const zoned = (iso: string, timeZone: string, month: 'short' | '2-digit' = 'short'): Record<string, string> =>
  Object.fromEntries(
    formatOf(timeZone, month)
      .formatToParts(new Date(iso))
      .map(({ type, value }) => [type, value]),
  );

/** `Fri 15 May 2026, 09:00` in a zone. */
export function moment(iso: string, timeZone: string): string {
  const { weekday, day, month, year, hour, minute } = zoned(iso, timeZone);
  return `${weekday} ${day} ${month} ${year}, ${hour}:${minute}`;
}

/** `Fri 15 May 09:00`, for a button. */
export function shortMoment(iso: string, timeZone: string): string {
  const { weekday, day, month, hour, minute } = zoned(iso, timeZone);
  return `${weekday} ${day} ${month} ${hour}:${minute}`;
}

/** `16:00 UTC`, with the day where it is another one than in the zone. */
export function inUtc(iso: string, timeZone: string): string {
  const { weekday, day, month, hour, minute } = zoned(iso, 'UTC');
  const sameDay = zoned(iso, timeZone)['day'] === day;
  return `${sameDay ? '' : `${weekday} ${day} ${month} `}${hour}:${minute} UTC`;
}

/** What a field of type `datetime-local` takes: `2026-05-15T09:00`. */
export function fieldValue(iso: string, timeZone: string): string {
  const { year, month, day, hour, minute } = zoned(iso, timeZone, '2-digit');
  return `${year}-${month}-${day!.padStart(2, '0')}T${hour}:${minute}`;
}

/** `America/Los_Angeles` as people say it. */
export const place = (timeZone: string): string => timeZone.slice(timeZone.lastIndexOf('/') + 1).replaceAll('_', ' ');

/** `2 days`, `5 hours`, `1 minute`, to the nearest. */
export function span(ms: number): string {
  const [size, unit] =
    ms >= 2 * DAY_MS ? [DAY_MS, 'day'] : ms >= 2 * HOUR_MS ? [HOUR_MS, 'hour'] : [MINUTE_MS, 'minute'];
  const count = Math.round(ms / (size as number));
  return count < 1 ? 'less than a minute' : `${count} ${unit}${count === 1 ? '' : 's'}`;
}
