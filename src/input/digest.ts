import { createHash } from 'node:crypto';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  // entries, not assignment: a key named `__proto__` must stay a key
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] as Json)]),
  );
}

/** JSON with sorted keys. What JSON leaves out (`undefined`) makes no difference, because no wire carries it. */
const canonicalJson = (value: unknown): string => JSON.stringify(sorted(JSON.parse(JSON.stringify(value)) as Json));

/** Tells whether two inputs are the same: sha256, hex, of the canonical JSON. */
export const inputDigest = (input: unknown): string => createHash('sha256').update(canonicalJson(input)).digest('hex');
