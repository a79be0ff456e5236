import { isZone, readLocal, shownIn, utcOffset, written, ZONE_DATA, ZONE_NAMES } from '../../src/zones';

const AT = Date.UTC(2026, 11, 15, 16);

it('the zone data is of a release that knows the changes of 2026', () => {
  expect(ZONE_DATA).toMatch(/^20\d\d[a-z]$/);
  expect(ZONE_DATA >= '2026f').toBe(true);
});

it('every zone that Node knows is there, and every alias has its own spelling alone', () => {
  expect(Intl.supportedValuesOf('timeZone').filter((zone) => !isZone(zone))).toEqual([]);
  const misspelled = ZONE_NAMES.flatMap((name) => [name.toLowerCase(), name.toUpperCase()]).filter(
    (name) => !ZONE_NAMES.includes(name),
  );
  expect(misspelled.length).toBeGreaterThan(ZONE_NAMES.length);
  expect(misspelled.filter(isZone)).toEqual([]);
});

it.each(['constructor', '__proto__', 'toString', '', 'Not/AZone'])('%j is no zone, and is shown in UTC', (zone) => {
  expect(isZone(zone)).toBe(false);
  expect(shownIn(zone, AT, 'HH:mm')).toBe('16:00');
  expect(() => readLocal(AT, zone)).toThrow(RangeError);
});

it('clocks are shown by the same data as local times are read', () => {
  expect(shownIn('America/Vancouver', AT, 'ddd D MMM YYYY, HH:mm')).toBe('Tue 15 Dec 2026, 09:00');
  for (const zone of ZONE_NAMES) {
    const reading = readLocal(Date.parse(`${shownIn(zone, AT, 'YYYY-MM-DDTHH:mm:ss')}Z`), zone);
    if (reading.exists !== 'once') throw new Error(`the clocks of ${zone} change just then`);
    expect([zone, reading.moment.at]).toEqual([zone, AT]);
    expect(utcOffset(zone, AT)).toBe(`UTC${written(reading.moment, 'Z')}`.replace('+00:00', ''));
  }
});

it.each([
  ['America/Vancouver', 'UTC-07:00'],
  ['Asia/Kathmandu', 'UTC+05:45'],
  ['Europe/London', 'UTC'],
  ['UTC', 'UTC'],
])('the offset of %s is %s', (zone, offset) => {
  expect(utcOffset(zone, AT)).toBe(offset);
});
