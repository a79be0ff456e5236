/** Deeper than any answer that is documented; what lies below is of no use, and walking down for ever would end the process. */
const DEEPEST = 60;

/**
 * The same value with `secret` blotted out wherever it stands in it, in names too. Done on what was parsed, since in the text
 * every character may be written in several ways (`\\/`, `\\u002f`).
 */
export function without<T>(secret: string, value: T, depth = 0): T {
  if (typeof value === 'string') return blotted(secret, value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return null as T;
  if (Array.isArray(value)) return value.map((one: unknown) => without(secret, one, depth + 1)) as T;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]: [string, unknown]) => [
      blotted(secret, name),
      without(secret, one, depth + 1),
    ]),
  ) as T;
}

const blotted = (secret: string, text: string): string =>
  text.replaceAll(secret, '…').replaceAll(encodeURIComponent(secret), '…');
