import * as fc from 'fast-check';
import { resolveTime } from '../../src/input';
import { faultOfTime } from '../../src/workflows/post/decisions';

/** The workflow knows no zones: it refuses only what the check of the input would refuse as well. */
describe('another time for the post', () => {
  const zones = ['UTC', 'America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Etc/GMT+12'];
  const day = 86_400_000;
  const moment = fc
    .integer({ min: Date.now() - 3 * day, max: Date.now() + 3 * day })
    .map((at) => new Date(at).toISOString().slice(0, 19));
  const written = fc
    .tuple(
      moment,
      fc.constantFrom(19, 16),
      fc.constantFrom('', 'Z', 'z', '+05:30', '-12:00', '-0800', '+14', '.5', '.25Z'),
    )
    .map(([at, length, tail]) => at.slice(0, tail.startsWith('.') ? 19 : length) + tail);

  it('is refused by its looks only where it cannot be right in any zone', () => {
    fc.assert(
      fc.property(written, fc.constantFrom(...zones), (at, zone) => {
        if ('at' in resolveTime(at, zone, Date.now())) expect(faultOfTime(at, zone)).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['never', 'must be a time like'],
    ['', 'must be a time like'],
    ['2030-01-01', 'must be a time like'],
    [`2030-01-01T09:00${' '.repeat(100_000)}`, 'must be a time like'],
    ['2024-01-01T09:00Z', 'has passed'],
    ['2024-01-01T09:00', 'has passed'],
  ])('is refused without a look at the zones: %.20s', (at, said) => {
    expect(faultOfTime(at, 'Europe/Berlin')).toContain(said);
  });

  it('is left to the zones where they decide', () => {
    expect(faultOfTime('2030-02-31T09:00', 'Europe/Berlin')).toBeNull();
  });
});
