import { badField } from './errors';

/** One page of a sorted list. The cursor names the last item shown, so it is bound to the list it came from. */
export function page<T>(
  items: T[],
  id: (item: T) => string,
  query: { cursor?: string | undefined; limit: number },
): { shown: T[]; nextCursor: string | null } {
  let start = 0;
  if (query.cursor !== undefined) {
    const last = Buffer.from(query.cursor, 'base64url').toString();
    start = items.findIndex((item) => id(item) === last && cursorOf(last) === query.cursor) + 1;
    if (start === 0) throw badField('cursor', 'Not a cursor of this list.');
  }
  const shown = items.slice(start, start + query.limit);
  const last = shown.at(-1);
  const more = start + query.limit < items.length && last !== undefined;
  return { shown, nextCursor: more ? cursorOf(id(last)) : null };
}

const cursorOf = (id: string): string => Buffer.from(id).toString('base64url');

/** Newest first, of what is kept oldest first. */
export const newest = <T>(items: T[], belongs: (item: T) => boolean): T[] => items.filter(belongs).reverse();
