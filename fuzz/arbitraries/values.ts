import * as fc from 'fast-check';

/**
 * What strangers send in the place of what was asked for. Values are written as JSON by `jsonOf`, which is where the big ones grow:
 * a counterexample that is printed stays small.
 */

/** Written out by `jsonOf`: `{"$deep":20000}` as so many brackets, `{"$long":n}` as a text, `{"$wide":n}` as an object. */
type Big = { $deep: number } | { $long: number } | { $wide: number };

const HOSTILE_TEXTS = [
  ...[
    '',
    ' ',
    '\u0000',
    '\u001b[31mred',
    '\u001b]0;owned\u0007',
    'a\u202egnp.exe',
    '\u200b\u200b\u200b',
    '\ud800',
    '\ufeffx',
  ],
  ...[
    '😀😀',
    '__proto__',
    'constructor',
    'toString',
    'null',
    '-1',
    '1e400',
    '../../x',
    '%00',
    '%',
    'a b',
    "'; touch pwned; '",
  ],
  ...[
    '$(id)',
    'a`id`',
    '<script>alert(1)</script>',
    '![x](https://e.example/p.png)',
    'javascript:alert(1)',
    'a\r\nX: y',
  ],
  ...['2027-02-30T09:00:00Z', '2026-12-01T09:00', 'never', 'x'.repeat(300), 'é'.repeat(64), 'prj_1', '-acme', '--help'],
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  fc.string({ unit: 'binary', maxLength: 40 }),
);

const big: fc.Arbitrary<Big> = fc.oneof(
  fc.constantFrom(10, 1_000, 20_000).map((levels) => ({ $deep: levels })),
  fc.constantFrom(1_000, 100_000, 1_200_000).map((length) => ({ $long: length })),
  fc.constantFrom(100, 20_000).map((fields) => ({ $wide: fields })),
);

/** What throws where a text is made of it. */
const untextual = fc.constantFrom<fc.JsonValue>(
  { toString: 5 },
  { toString: null, valueOf: null },
  { toJSON: 1 },
  { then: {} },
);

/** Any value at all. */
export const garbage: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, [], {}, [[]]) },
  { weight: 4, arbitrary: hostileText },
  { weight: 2, arbitrary: untextual },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: big },
);

/** Mostly right. */
export const mostly = <T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 4, arbitrary: right as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: garbage });

/** An object whose fields are mostly right, some of them missing, and perhaps with others beside them. */
export const nearly = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .tuple(
          fc.record(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, mostly(field)])), {
            requiredKeys: [],
          }),
          fc.oneof(
            { weight: 6, arbitrary: fc.constant({}) },
            { weight: 1, arbitrary: fc.dictionary(hostileText, garbage, { maxKeys: 2, noNullPrototype: true }) },
          ),
        )
        .map(([known, more]) => ({ ...known, ...more })),
    },
    { weight: 2, arbitrary: garbage },
  );

const isBig = (value: object, kind: string): number | null => {
  const size = (value as Record<string, unknown>)[kind];
  return Object.keys(value).length === 1 && typeof size === 'number' ? size : null;
};

/** As JSON, with what is big written out. */
export function jsonOf(value: unknown): string {
  if (value === undefined) return 'null';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  const deep = isBig(value, '$deep');
  if (deep !== null) return '['.repeat(deep) + ']'.repeat(deep);
  const long = isBig(value, '$long');
  if (long !== null) return `"${'x'.repeat(long)}"`;
  const wide = isBig(value, '$wide');
  if (wide !== null) return `{${Array.from({ length: wide }, (_, index) => `"field${index}":${index}`).join(',')}}`;
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${jsonOf(inner)}`).join(',')}}`;
}
