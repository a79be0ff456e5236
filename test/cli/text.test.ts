import fc from 'fast-check';
import { clean, fit, shellWord, width, wrap } from '../../src/cli/text';
import { clock, moment, span, withLocalTimes } from '../../src/cli/times';

const NOW = Date.parse('2026-05-12T14:02:11Z');

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

test('a moment in the zone of the customer, with UTC beside it', () => {
  expect(moment('2026-05-15T16:00:00Z', 'America/Los_Angeles', NOW)).toBe('Fri 15 May 09:00 Los Angeles (16:00Z)');
  expect(moment('2026-05-15T03:00:00Z', 'America/Los_Angeles', NOW)).toBe(
    'Thu 14 May 20:00 Los Angeles (Fri 15 May 03:00Z)',
  );
  expect(moment('2027-01-15T16:00:00Z', 'Europe/Berlin', NOW)).toBe('Fri 15 Jan 2027 17:00 Berlin (16:00Z)');
  expect(moment('2026-05-15T16:00:00Z', 'UTC', NOW)).toBe('Fri 15 May 16:00Z');
  expect(moment('2026-05-15T16:00:00Z', 'Not/AZone', NOW)).toBe('Fri 15 May 16:00Z');
  expect(moment('soon', 'UTC', NOW)).toBe('soon');
  expect(withLocalTimes('2026-05-15T16:00:00Z, 1 post', 'Asia/Tokyo', NOW)).toBe(
    'Sat 16 May 01:00 Tokyo (Fri 15 May 16:00Z), 1 post',
  );
  expect(clock(NOW)).toBe('14:02:11Z');
});

test('text of others cannot steer the terminal', () => {
  expect(clean('a\u001b[2Jb\r\nc\u0007\u009bd\u2028e')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028]/);
  expect(clean(' two\n\n lines ')).toBe('two lines');
});

test('fit never takes more columns than there are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, columns) => width(fit(text, columns)) <= columns),
  );
});

test('wrap loses no word and breaks none', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
      fc.integer({ min: 1, max: 40 }),
      (words, columns) => {
        const lines = wrap(words.join(' '), columns);
        expect(lines.join(' ')).toBe(words.join(' '));
        for (const line of lines) expect(line.length <= columns || !line.includes(' ')).toBe(true);
      },
    ),
  );
});

test('a shell reads a word back as it was', () => {
  expect(shellWord('acme-coffee')).toBe('acme-coffee');
  expect(shellWord("it's $HOME")).toBe(`'it'\\''s $HOME'`);
});
