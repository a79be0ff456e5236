import {
  duration,
  fieldTime,
  moment,
  momentWithUtc,
  offset,
  place,
  roughSpan,
  shortMoment,
  span,
  timeInUtc,
} from '../../src/words';

const NOW = Date.parse('2026-05-12T14:02:11Z');
const LA = 'America/Los_Angeles';

test.each([
  [0, '0s'],
  [44_000, '44s'],
  [59_999, '59s'],
  [167_000, '2m 47s'],
  [180_000, '3m'],
  [11_520_000, '3h 12m'],
  [187_200_000, '2d 4h'],
  [-5, '0s'],
])('%i ms are %s', (ms, text) => {
  expect(span(ms)).toBe(text);
});

test('tenths of a second only below a minute', () => {
  expect(span(800, { tenths: true })).toBe('0.8s');
  expect(span(58_240, { tenths: true })).toBe('58.2s');
  expect(span(59_990, { tenths: true })).toBe('59s');
  expect(span(60_000, { tenths: true })).toBe('1m');
});

test.each([
  [-1, 'less than a minute'],
  [29_000, 'less than a minute'],
  [60_000, '1 minute'],
  [7_100_000, '118 minutes'],
  [5 * 3_600_000, '5 hours'],
  [47 * 3_600_000, '47 hours'],
  [48 * 3_600_000, '2 days'],
])('%i ms are about %s', (ms, text) => {
  expect(roughSpan(ms)).toBe(text);
});

test('what is usual, as people say it', () => {
  expect(duration('270s')).toBe('4m 30s');
  expect(duration('15 minutes')).toBe('15m');
  expect(duration('250ms')).toBe('0.3s');
  expect(duration('a while')).toBe('a while');
});

test('a moment in the zone of the customer, with UTC beside it', () => {
  expect(momentWithUtc('2026-05-15T16:00:00Z', LA, NOW)).toBe('Fri 15 May 09:00 Los Angeles (16:00Z)');
  expect(momentWithUtc('2026-05-15T03:00:00Z', LA, NOW)).toBe('Thu 14 May 20:00 Los Angeles (Fri 15 May 03:00Z)');
  expect(momentWithUtc('2027-01-15T16:00:00Z', 'Europe/Berlin', NOW)).toBe('Fri 15 Jan 2027 17:00 Berlin (16:00Z)');
  expect(momentWithUtc('2026-05-15T16:00:00Z', 'UTC', NOW)).toBe('Fri 15 May 16:00Z');
  expect(momentWithUtc('2026-05-15T16:00:00Z', 'Not/AZone', NOW)).toBe('Fri 15 May 16:00Z');
  expect(momentWithUtc('2026-05-15T16:00:00Z', '', NOW)).toBe('Fri 15 May 16:00Z');
  expect(momentWithUtc('soon', 'UTC', NOW)).toBe('soon');
});

test('a moment for a page, for a button, and in UTC', () => {
  expect(moment('2026-05-15T16:00:00Z', LA)).toBe('Fri 15 May 2026, 09:00');
  expect(moment('2026-05-15T16:00:00Z', 'Not/AZone')).toBe('Fri 15 May 2026, 16:00');
  expect(shortMoment('2026-05-15T16:00:00Z', LA)).toBe('Fri 15 May 09:00');
  expect(timeInUtc('2026-05-15T16:00:00Z', LA)).toBe('16:00 UTC');
  expect(timeInUtc('2026-05-15T03:00:00Z', LA)).toBe('Fri 15 May 03:00 UTC');
});

test('a moment by the rules of its zone, also where they are newer than the Node in use', () => {
  expect(moment('2026-12-15T16:00:00Z', 'America/Vancouver')).toBe('Tue 15 Dec 2026, 09:00');
  expect(offset('2026-12-15T16:00:00Z', 'America/Vancouver')).toBe('UTC-07:00');
  expect(fieldTime('2026-12-15T16:00:00Z', 'America/Vancouver')).toBe('2026-12-15T09:00');
});

test('a moment as a field of a form takes it', () => {
  expect(fieldTime('2026-05-05T16:00:00Z', LA)).toBe('2026-05-05T09:00');
  expect(fieldTime('2026-05-15T07:05:00Z', LA)).toBe('2026-05-15T00:05');
});

test('a place is the last part of its zone', () => {
  expect(place(LA)).toBe('Los Angeles');
  expect(place('UTC')).toBe('UTC');
});
