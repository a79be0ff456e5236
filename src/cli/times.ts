const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something took or takes, in its two largest units: `0.8s`, `44s`, `2m 47s`, `3h 12m`, `2d 4h`. */
export function span(ms: number, options: { tenths?: boolean } = {}): string {
  const positive = Math.max(0, ms);
  if (positive < MINUTE) {
    const seconds = positive / SECOND;
    return options.tenths && seconds < 59.95 ? `${seconds.toFixed(1)}s` : `${Math.floor(seconds)}s`;
  }
  const [large, largeUnit, small, smallUnit] =
    positive < HOUR
      ? ([MINUTE, 'm', SECOND, 's'] as const)
      : positive < DAY
        ? ([HOUR, 'h', MINUTE, 'm'] as const)
        : ([DAY, 'd', HOUR, 'h'] as const);
  const rest = Math.floor((positive % large) / small);
  return `${Math.floor(positive / large)}${largeUnit}${rest === 0 ? '' : ` ${rest}${smallUnit}`}`;
}

const parts = (date: Date, timeZone: string): Record<string, string> =>
  Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  );

/** `America/Los_Angeles` as people say it. */
const placeOf = (timeZone: string): string => timeZone.slice(timeZone.lastIndexOf('/') + 1).replaceAll('_', ' ');

/**
 * A moment as its customer reads it, with UTC beside it: `Tue 1 Dec 09:00 Los Angeles (17:00Z)`. The year is told when
 * it is not the current one, the UTC day when it is another.
 */
export function moment(iso: string, timeZone: string, now: number): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const local = zoneKnown(timeZone) ? parts(date, timeZone) : parts(date, 'UTC');
  const utc = parts(date, 'UTC');
  const day = (of: Record<string, string>): string => `${of['weekday']} ${of['day']} ${of['month']}`;
  const year = date.getUTCFullYear() === new Date(now).getUTCFullYear() ? '' : ` ${local['year']}`;
  const time = (of: Record<string, string>): string => `${of['hour']}:${of['minute']}`;
  const shown = `${day(local)}${year} ${time(local)}`;
  if (!zoneKnown(timeZone) || ['UTC', 'Etc/UTC', 'GMT'].includes(timeZone)) return `${shown}Z`;
  return `${shown} ${placeOf(timeZone)} (${day(local) === day(utc) ? '' : `${day(utc)} `}${time(utc)}Z)`;
}

/** A text in which every UTC timestamp reads as a moment in the customer's zone. */
export const withLocalTimes = (text: string, timeZone: string, now: number): string =>
  text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z/g, (iso) => moment(iso, timeZone, now));

function zoneKnown(timeZone: string): boolean {
  try {
    return timeZone !== '' && new Intl.DateTimeFormat('en', { timeZone }) !== null;
  } catch {
    return false;
  }
}

/** `14:02:11Z` */
export const clock = (at: number): string => `${new Date(at).toISOString().slice(11, 19)}Z`;
