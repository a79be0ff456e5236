/** Time zones by data of our own: their names, what their clocks show, and which moment a local time means. */
export { shownIn, utcOffset } from './clock';
export { isZone, spelledByIana, ZONE_DATA, ZONE_NAMES } from './data';
export { readLocal, written, type Moment } from './local';
