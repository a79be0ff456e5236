/**
 * Whether two ids of Layers, of the same kind, name the same thing. The API takes and gives them with their prefix and as
 * the bare UUID (layers/API.md 1 and 20.8), and hexadecimal digits in either case, so strings are no measure. An id that is
 * missing names nothing, and is the same as no other.
 *
 * Never for the `state` of a consent, which is case-sensitive, nor for what a partner has named (`customerExternalId`).
 */
export const sameId = (a: string | null | undefined, b: string | null | undefined): boolean =>
  a != null && b != null && bareId(a) === bareId(b);

/** What ids have in common that name the same thing, for sets and maps of them. */
export const bareId = (id: string): string => id.replace(/^[a-z]{2,5}_/i, '').toLowerCase();
