import moment from 'moment-timezone';
import { spelledByIana } from './data';

/**
 * What the clocks of a zone show at a moment, by a pattern of `moment` (`ddd D MMM YYYY, HH:mm`), in English. A zone that
 * IANA does not know is read as UTC.
 */
export const shownIn = (zone: string, at: number, pattern: string): string =>
  moment.tz(at, spelledByIana(zone) ?? 'UTC').format(pattern);

/** How far a zone is from UTC at a moment, as people read it: `UTC-07:00`, `UTC+05:45`, `UTC`. */
export function utcOffset(zone: string, at: number): string {
  const offset = shownIn(zone, at, 'Z');
  return offset === '+00:00' ? 'UTC' : `UTC${offset}`;
}
