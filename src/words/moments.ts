import { isUtc, place } from './places';

type Parts = Record<'weekday' | 'day' | 'month' | 'year' | 'hour' | 'minute', string>;
type Month = 'short' | '2-digit';

/** Making one costs more than a page; there are only so many zones. `null`: `Intl` does not know the zone. */
const formats = new Map<string, Intl.DateTimeFormat | null>();

function formatOf(timeZone: string, month: Month): Intl.DateTimeFormat | null {
  const key = `${month} ${timeZone}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = makeFormat(timeZone, month);
  formats.set(key, made);
  return made;
}

function makeFormat(timeZone: string, month: Month): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-GB', {
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
    return null;
  }
}

/** Read in UTC where `Intl` does not know the zone. */
function partsOf(iso: string, timeZone: string, month: Month = 'short'): Parts {
  const format = formatOf(timeZone, month) ?? formatOf('UTC', month)!;
  return Object.fromEntries(format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value])) as Parts;
}

const dayOf = ({ weekday, day, month }: Parts): string => `${weekday} ${day} ${month}`;
const timeOf = ({ hour, minute }: Parts): string => `${hour}:${minute}`;

/** `Fri 15 May 2026, 09:00` in a zone. */
export function moment(iso: string, timeZone: string): string {
  const local = partsOf(iso, timeZone);
  return `${dayOf(local)} ${local.year}, ${timeOf(local)}`;
}

/** `Fri 15 May 09:00`, for a button. */
export function shortMoment(iso: string, timeZone: string): string {
  const local = partsOf(iso, timeZone);
  return `${dayOf(local)} ${timeOf(local)}`;
}

/** `16:00 UTC`, with the day where it is another one than in the zone. */
export function timeInUtc(iso: string, timeZone: string): string {
  return `${utcBeside(iso, timeZone)} UTC`;
}

/**
 * A moment in one line, as its customer reads it and with UTC beside it: `Tue 1 Dec 09:00 Los Angeles (17:00Z)`. The
 * year is told when it is not the current one, the UTC day when it is another. What is no time stays as it is.
 */
export function momentWithUtc(iso: string, timeZone: string, now: number): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const local = partsOf(iso, timeZone);
  const year = date.getUTCFullYear() === new Date(now).getUTCFullYear() ? '' : ` ${local.year}`;
  const shown = `${dayOf(local)}${year} ${timeOf(local)}`;
  if (isUtc(timeZone) || formatOf(timeZone, 'short') === null) return `${shown}Z`;
  return `${shown} ${place(timeZone)} (${utcBeside(iso, timeZone)}Z)`;
}

/** What a form's field of type `datetime-local` takes: `2026-05-15T09:00`. */
export function fieldTime(iso: string, timeZone: string): string {
  const local = partsOf(iso, timeZone, '2-digit');
  return `${local.year}-${local.month}-${local.day.padStart(2, '0')}T${timeOf(local)}`;
}

function utcBeside(iso: string, timeZone: string): string {
  const [local, utc] = [partsOf(iso, timeZone), partsOf(iso, 'UTC')];
  return `${dayOf(local) === dayOf(utc) ? '' : `${dayOf(utc)} `}${timeOf(utc)}`;
}
