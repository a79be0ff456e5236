import { shownIn, spelledByIana, utcOffset } from '../zones';
import { isUtc, place } from './places';

/** Moments as people read them. `iso` is any ISO time; a zone that IANA does not know is read as UTC. */

const show = (iso: string, timeZone: string, pattern: string): string => shownIn(timeZone, Date.parse(iso), pattern);

/** `Fri 15 May 2026, 09:00` in a zone. */
export const moment = (iso: string, timeZone: string): string => show(iso, timeZone, 'ddd D MMM YYYY, HH:mm');

/** `Fri 15 May 09:00`, for a button. */
export const shortMoment = (iso: string, timeZone: string): string => show(iso, timeZone, 'ddd D MMM HH:mm');

/**
 * The offset that a local time was read with, for a person to check: `UTC-07:00`. Rules change, and whoever remembers the old ones
 * would otherwise take the time for another.
 */
export const offset = (iso: string, timeZone: string): string => utcOffset(timeZone, Date.parse(iso));

/** `16:00 UTC`, with the day where it is another one than in the zone. */
export const timeInUtc = (iso: string, timeZone: string): string => `${utcBeside(iso, timeZone)} UTC`;

/**
 * A moment in one line, as its customer reads it and with UTC beside it: `Tue 1 Dec 09:00 Los Angeles (17:00Z)`. The
 * year is told when it is not the current one, the UTC day when it is another. What is no time stays as it is.
 */
export function momentWithUtc(iso: string, timeZone: string, now: number): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const year = date.getUTCFullYear() === new Date(now).getUTCFullYear() ? '' : ' YYYY';
  const shown = show(iso, timeZone, `ddd D MMM${year} HH:mm`);
  if (isUtc(timeZone) || spelledByIana(timeZone) === undefined) return `${shown}Z`;
  return `${shown} ${place(timeZone)} (${utcBeside(iso, timeZone)}Z)`;
}

/** What a form's field of type `datetime-local` takes: `2026-05-15T09:00`. */
export const fieldTime = (iso: string, timeZone: string): string => show(iso, timeZone, 'YYYY-MM-DDTHH:mm');

function utcBeside(iso: string, timeZone: string): string {
  const sameDay = show(iso, timeZone, 'YYYYMMDD') === show(iso, 'UTC', 'YYYYMMDD');
  return show(iso, 'UTC', sameDay ? 'HH:mm' : 'ddd D MMM HH:mm');
}
