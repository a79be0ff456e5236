/**
 * Whether two ids of Layers, of the same kind, name the same thing. The API takes and gives them with their prefix and as
 * the bare UUID (layers/API.md 1 and 20.8), and hexadecimal digits in either case, so strings are no measure. An id that is
 * missing names nothing, and is the same as no other.
 *
 * Never for the `state` of a consent, which is case-sensitive, nor for what a partner has named (`customerExternalId`).
 */
export const sameId = (a: string | null | undefined, b: string | null | undefined): boolean =>
  a != null && b != null && bareId(a) === bareId(b);

/** Whether a list has an id, in whatever form. */
export const hasId = (ids: readonly (string | null | undefined)[], id: string | null | undefined): boolean =>
  ids.some((one) => sameId(one, id));

/** What ids have in common that name the same thing, for sets and maps of them. */
export const bareId = (id: string): string => id.replace(/^[a-z]{2,5}_/i, '').toLowerCase();

/** A UUID, or a ULID in its place: what an id is without its prefix. Any other text means nothing but itself. */
const BARE = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-hjkmnp-tv-z]{26})$/i;

/**
 * An id in every way that it may have been written down, for a store that can only compare strings: at most four, and three
 * more for each prefix.
 *
 * @param prefixes those of its kind, without the underscore (layers/API.md 1)
 */
export function formsOf(id: string, ...prefixes: string[]): string[] {
  const bare = bareId(id);
  if (!BARE.test(bare)) return [id];
  const written = [id.slice(-bare.length), bare, bare.toUpperCase()];
  return [...new Set([id, ...written, ...prefixes.flatMap((prefix) => written.map((one) => `${prefix}_${one}`))])];
}
