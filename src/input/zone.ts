import { shown } from './problems';

/** Intl also knows abbreviations that IANA does not, some with a surprise: to it, BST is Bangladesh. */
const IANA_ABBREVIATIONS = 'CET EET EST GMT HST MET MST PRC ROC ROK UCT UTC WET'.split(' ');
const isForeign = (zone: string): boolean =>
  (/^[A-Z]{3}$/.test(zone) && !IANA_ABBREVIATIONS.includes(zone)) || zone.startsWith('SystemV/');

const letters = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '');

/** The zone that the caller probably meant: `los angeles`, `Los_Angeles` or `america/los_angeles`. */
function similarZone(zone: string): string | undefined {
  const wanted = letters(zone);
  const zones = Intl.supportedValuesOf('timeZone');
  return (
    zones.find((known) => letters(known) === wanted) ??
    zones.find((known) => letters(known.slice(known.lastIndexOf('/') + 1)) === wanted)
  );
}

/** What is wrong with the name of a time zone, or `null`. Only names count: an offset knows no daylight saving. */
export function zoneProblem(zone: string): string | null {
  // Intl also takes offsets, and names in any case; Layers documents neither, so both are refused
  if (/^[A-Z]/.test(zone) && !isForeign(zone))
    try {
      const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions();
      if (timeZone === zone || timeZone.toLowerCase() !== zone.toLowerCase()) return null;
    } catch {
      // not a zone: said below
    }
  const similar = similarZone(zone);
  return similar === undefined
    ? `must be the name of an IANA time zone like "America/Los_Angeles" or "UTC", not ${shown(zone)}`
    : `${shown(zone)} is no IANA time zone; did you mean "${similar}"?`;
}
