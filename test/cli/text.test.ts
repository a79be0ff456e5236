import fc from 'fast-check';
import { clean, fit, width, wrap } from '../../src/cli/show/text';
import { clock, withLocalTimes } from '../../src/cli/show/times';

const NOW = Date.parse('2026-05-12T14:02:11Z');

test('every time of a text is told in the zone of the customer', () => {
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
