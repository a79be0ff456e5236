import * as fc from 'fast-check';
import { told } from '../../src/contract/failures';

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ path: `p${index}`, message: 'is wrong' }));

describe('the problems that a failure tells', () => {
  it.each([0, 1, 50, 51])('are all of %i', (count) => {
    expect(told(many(count))).toEqual(many(count));
  });

  it('are the first of more, and how many more there are', () => {
    const problems = told(many(20_000));
    expect(problems).toEqual([...many(50), { path: 'more', message: '19950 more problems are not listed' }]);
    // On the way from the activity to the failure they are told twice.
    expect(told(problems)).toEqual(problems);
  });

  it('are never longer than Temporal takes, and never more than a line each', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('x'.repeat(10_000), '\u6587'.repeat(10_000), 'a\nb'),
    );
    fc.assert(
      fc.property(fc.array(fc.record({ path: text, message: text }), { maxLength: 120 }), (problems) => {
        const shown = told(problems);
        expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThan(100_000);
        expect(JSON.stringify(shown)).not.toMatch(/\\n/);
      }),
      { numRuns: 30 },
    );
  });
});
