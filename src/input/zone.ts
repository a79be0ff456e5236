import { isZone, spelledByIana, ZONE_NAMES } from '../zones';
import { shown } from './problems';

const letters = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '');
const cities = new Map(ZONE_NAMES.map((name) => [letters(name.slice(name.lastIndexOf('/') + 1)), name]));

/** The zone that the caller probably meant: `Us/pacific`, `Los_Angeles` or `los angeles`. What has figures is no slip of letters. */
function similarZone(zone: string): string | undefined {
  const spelled = spelledByIana(zone);
  if (spelled !== undefined || /\d/.test(zone)) return spelled;
  return ZONE_NAMES.find((name) => letters(name) === letters(zone)) ?? cities.get(letters(zone));
}

/**
 * What is wrong with the name of a time zone, or `null`. Only names of IANA count, in their own spelling, as Layers takes them:
 * an offset knows no daylight saving, and an abbreviation means one zone to one reader and another to the next.
 */
export function zoneProblem(zone: string): string | null {
  if (isZone(zone)) return null;
  const similar = similarZone(zone);
  return similar === undefined
    ? `must be the name of an IANA time zone like "America/Los_Angeles" or "UTC", not ${shown(zone)}`
    : `${shown(zone)} is no IANA time zone; did you mean "${similar}"?`;
}
