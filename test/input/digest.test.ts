import fc from 'fast-check';
import { inputDigest } from '../../src/input';

/** The same value with the keys of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, shuffled(inner)]),
  );
}

describe('the digest of an input', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(inputDigest(shuffled(value))).toBe(inputDigest(value))));
  });

  it('differs for different inputs', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const same = JSON.stringify(shuffled(shuffled(a))) === JSON.stringify(shuffled(shuffled(b)));
        fc.pre(!same && typeof a !== 'object');
        expect(inputDigest(a)).not.toBe(inputDigest(b));
      }),
    );
    expect(inputDigest({ a: [1, 2] })).not.toBe(inputDigest({ a: [2, 1] }));
  });

  it('is what a wire would carry: undefined fields make no difference', () => {
    expect(inputDigest({ a: 1, b: undefined })).toBe(inputDigest({ a: 1 }));
    expect(inputDigest({ a: 1 })).toMatch(/^[0-9a-f]{64}$/);
  });
});
