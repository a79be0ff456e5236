import moment from 'moment-timezone';

/**
 * Time zones by data that the package brings along, because Node's own is as old as its build: a local time then means the same
 * moment on every machine. A new IANA release arrives with a new version of `moment-timezone`.
 */

/** The IANA release in use, e.g. `2026f`. */
export const ZONE_DATA = moment.tz.dataVersion;

/** Every zone and alias of IANA in its own spelling, sorted. */
export const ZONE_NAMES: readonly string[] = moment.tz.names();

const spellings = new Map(ZONE_NAMES.map((name) => [name.toLowerCase(), name]));

/** The name as IANA spells it, whatever the case of its letters; `undefined`: there is no such zone. */
export const spelledByIana = (name: string): string | undefined => spellings.get(name.toLowerCase());

/** Whether IANA has a zone or an alias of this very spelling. */
export const isZone = (name: string): boolean => spelledByIana(name) === name;

/** When a zone had which offset: period `i` ends at `untils[i]`, epoch milliseconds. */
export interface Periods {
  untils: readonly number[];
  /** Minutes that UTC is ahead of the zone's clocks, with fractions where a zone counted seconds. */
  offsets: readonly number[];
}

/** Throws where `zone` is none. */
export function periodsOf(zone: string): Periods {
  const name = spelledByIana(zone);
  const found = name === undefined ? null : moment.tz.zone(name);
  if (found === null) throw new RangeError(`no time zone of IANA ${ZONE_DATA}: ${zone}`);
  return found;
}
