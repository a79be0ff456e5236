import fc from 'fast-check';
import { resolveTime } from '../../src/input';

const LONG_AGO = 0;
const resolve = (at: string, zone: string, now = LONG_AGO) => resolveTime(at, zone, now);
const problem = (at: string, zone: string, now = LONG_AGO): string => {
  const resolved = resolve(at, zone, now);
  if ('at' in resolved) throw new Error(`resolved to ${resolved.at}`);
  return resolved.problem;
};

/** Years that every release of the zone data in use agrees on, so that Node's own may judge. */
const instants = fc.integer({ min: Date.UTC(1995, 0) / 1000, max: Date.UTC(2021, 11) / 1000 }).map((s) => s * 1000);
const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
const utc = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks show by Node's own data: `2026-12-01T09:00:00`. */
function clocksOfNode(ms: number, timeZone: string): string {
  const format =
    formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  formats.set(timeZone, format);
  return format.format(ms).replace(' ', 'T');
}

const minutesFrom = (first: string, count: number): string[] =>
  Array.from({ length: count }, (_, minutes) =>
    new Date(Date.parse(`${first}Z`) + minutes * 60_000).toISOString().slice(0, 16),
  );

describe('local time to UTC', () => {
  it('is the reverse of what the clocks show, wherever that is unambiguous', () => {
    let refused = 0;
    fc.assert(
      fc.property(zones, instants, (zone, ms) => {
        const read = resolve(clocksOfNode(ms, zone), zone);
        if ('problem' in read) {
          refused += 1;
          expect(read.problem).toContain('exists twice');
        } else expect(read).toEqual({ at: utc(ms) });
      }),
      { numRuns: 1000 },
    );
    expect(refused).toBeLessThan(20);
  });

  it('reads an offset as it stands, whatever the zone', () => {
    fc.assert(
      fc.property(zones, fc.integer({ min: -14 * 60, max: 14 * 60 }), instants, (zone, offset, ms) => {
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
        const written = `${offset < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
        const clocks = new Date(ms + offset * 60_000).toISOString().slice(0, 19);
        expect(resolve(`${clocks}${written}`, zone)).toEqual({ at: utc(ms) });
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['2026-12-01T09:00', '2026-12-01T17:00:00Z'],
    ['2026-12-01T09:00:30', '2026-12-01T17:00:30Z'],
    ['2026-12-01T09:00:30.9', '2026-12-01T17:00:30Z'],
    ['2026-12-01T09:00Z', '2026-12-01T09:00:00Z'],
    ['2026-12-01T09:00:00+01:00', '2026-12-01T08:00:00Z'],
    ['2026-12-01T09:00:00-0730', '2026-12-01T16:30:00Z'],
    ['2026-12-01T09:00+01', '2026-12-01T08:00:00Z'],
  ])('reads %s in Los Angeles as %s', (at, utc) => {
    expect(resolve(at, 'America/Los_Angeles')).toEqual({ at: utc });
  });

  it.each([
    '2026-12-01',
    '09:00',
    '2026-12-01 09:00',
    '2026-12-01T09',
    'tomorrow',
    '',
    '2026-12-01T09:00[UTC]',
    '2026-12-01T23:59:60Z',
    '20261201T0900',
  ])('refuses %j and shows the forms it takes', (at) => {
    expect(problem(at, 'UTC')).toContain('must be a time like "2026-12-01T09:00" (in UTC) or "2026-12-01T09:00:00Z"');
  });

  it.each([
    ...['2026-02-30T09:00', '2026-02-29T09:00', '2026-13-01T09:00Z', '2026-12-01T24:01', '2026-12-01T24:00'],
    ...['2026-12-01T09:60', '2026-12-01T09:00+29:00', '2026-12-01T09:00+01:60', '2026-00-01T09:00'],
  ])('refuses %s, which is no time', (at) => {
    expect(problem(at, 'UTC')).toContain('there is no such time');
  });
});

describe('rules that are newer than the data of the Node in use', () => {
  it.each([
    ['America/Vancouver', '2026-12-15T16:00:00Z'], // left daylight saving for good in 2026
    ['Canada/Pacific', '2026-12-15T16:00:00Z'],
    ['America/Edmonton', '2026-12-15T15:00:00Z'],
    ['America/Yellowknife', '2026-12-15T15:00:00Z'],
    ['America/Inuvik', '2026-12-15T15:00:00Z'],
    ['Canada/Mountain', '2026-12-15T15:00:00Z'],
    ['America/Winnipeg', '2026-12-15T14:00:00Z'],
    ['America/Rainy_River', '2026-12-15T14:00:00Z'],
    ['Africa/Casablanca', '2026-12-15T09:00:00Z'],
    ['Africa/El_Aaiun', '2026-12-15T09:00:00Z'],
    ['America/Los_Angeles', '2026-12-15T17:00:00Z'], // still changes its clocks
  ])('09:00 on 15 December 2026 in %s is %s', (zone, at) => {
    expect(resolve('2026-12-15T09:00', zone)).toEqual({ at });
  });
});

describe('where the clocks change', () => {
  it.each([
    [
      'America/Los_Angeles',
      '2027-03-14T02:30',
      '02:00 to 03:00',
      '"2027-03-14T01:30-08:00" or "2027-03-14T03:30-07:00"',
    ],
    ['Europe/Berlin', '2027-03-28T02:00', '02:00 to 03:00', '"2027-03-28T01:00+01:00" or "2027-03-28T03:00+02:00"'],
    [
      'Australia/Lord_Howe',
      '2026-10-04T02:15',
      '02:00 to 02:30',
      '"2026-10-04T01:45+10:30" or "2026-10-04T02:45+11:00"',
    ],
    ['America/Sao_Paulo', '2018-11-04T00:30', '00:00 to 01:00', '"2018-11-03T23:30-03:00" or "2018-11-04T01:30-02:00"'],
    [
      'Pacific/Apia',
      '2011-12-30T12:00',
      '00:00 to 2011-12-31 00:00',
      '"2011-12-29T12:00-10:00" or "2011-12-31T12:00+14:00"',
    ],
  ])('%s: %s does not exist', (zone, at, clocks, choices) => {
    expect(problem(at, zone)).toBe(
      `"${at}" does not exist in ${zone}, where the clocks go forward from ${clocks}: write ${choices}`,
    );
  });

  it.each([
    [
      'America/Los_Angeles',
      '2026-11-01T01:30',
      '02:00 to 01:00',
      '"2026-11-01T01:30-07:00" or "2026-11-01T01:30-08:00"',
    ],
    ['Europe/Berlin', '2026-10-25T02:00', '03:00 to 02:00', '"2026-10-25T02:00+02:00" or "2026-10-25T02:00+01:00"'],
    [
      'Australia/Lord_Howe',
      '2027-04-04T01:45',
      '02:00 to 01:30',
      '"2027-04-04T01:45+11:00" or "2027-04-04T01:45+10:30"',
    ],
    [
      'America/Sao_Paulo',
      '2019-02-16T23:30',
      '2019-02-17 00:00 to 23:00',
      '"2019-02-16T23:30-02:00" or "2019-02-16T23:30-03:00"',
    ],
  ])('%s: %s exists twice', (zone, at, clocks, choices) => {
    expect(problem(at, zone)).toBe(
      `"${at}" exists twice in ${zone}, where the clocks go back from ${clocks}: write ${choices}`,
    );
  });

  it('refuses every minute of a gap and of an overlap, and none beside them', () => {
    const refused = (zone: string, first: string): string[] =>
      minutesFrom(first, 240).filter((at) => 'problem' in resolve(at, zone));
    const gap = refused('America/Los_Angeles', '2027-03-14T00:30');
    expect([gap.length, gap[0], gap.at(-1)]).toEqual([60, '2027-03-14T02:00', '2027-03-14T02:59']);
    const overlap = refused('Australia/Lord_Howe', '2027-04-04T00:00');
    expect([overlap.length, overlap[0], overlap.at(-1)]).toEqual([30, '2027-04-04T01:30', '2027-04-04T01:59']);
  });

  it('takes what its own suggestions say', () => {
    const choices = [...problem('2026-11-01T01:30', 'America/Los_Angeles').matchAll(/"([^"]+[+-]\d\d:\d\d)"/g)].map(
      (match) => match[1]!,
    );
    expect(choices.map((at) => resolve(at, 'America/Los_Angeles'))).toEqual([
      { at: '2026-11-01T08:30:00Z' },
      { at: '2026-11-01T09:30:00Z' },
    ]);
  });
});

describe('the far future', () => {
  it.each(['2201-01-01T00:00Z', '9999-12-31T23:59', '9999-12-31T23:59-05:00'])('refuses %s', (at) => {
    expect(problem(at, 'UTC')).toContain('must be a time of this era');
  });
});

describe('the past', () => {
  const now = Date.UTC(2026, 10, 22, 12);

  it.each([
    ['2026-11-22T11:59Z', 'has passed'],
    ['2026-11-22T12:04:59Z', 'is less than 5 minutes ahead'],
    ['2026-11-22T04:04', 'is less than 5 minutes ahead'],
  ])('refuses %s: it %s', (at, why) => {
    const message = problem(at, 'America/Los_Angeles', now);
    expect(message).toContain(why);
    expect(message).toContain('it is 2026-11-22T12:00:00.000Z');
  });

  it('takes a time five minutes ahead, and the past where that is another step’s concern', () => {
    expect(resolve('2026-11-22T12:05:00Z', 'UTC', now)).toEqual({ at: '2026-11-22T12:05:00Z' });
    expect(resolveTime('2026-11-22T09:00Z', 'UTC', now, { pastAllowed: true })).toEqual({ at: '2026-11-22T09:00:00Z' });
  });
});
