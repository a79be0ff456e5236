/** A path with its ids in it, and the route without them: one log line per route, not per customer. */
export interface Path {
  readonly path: string;
  readonly route: string;
  /** An id that would lead to another route; the client refuses to send such a path. */
  readonly badId?: string;
}

/**
 * Builds a path from a template: `` path`/v1/projects/${projectId}/keywords` ``.
 * Ids are opaque (layers/API.md 20.8): anything goes but an empty one, what would lead elsewhere, and half a character, which
 * cannot be written as UTF-8.
 */
export function path(parts: TemplateStringsArray, ...ids: string[]): Path {
  const badId = ids.find((id) => ['', '.', '..'].includes(id) || id.includes('/') || !id.isWellFormed());
  return {
    path: parts.reduce(
      (built, part, index) => built + encodeURIComponent((ids[index - 1] ?? '').toWellFormed()) + part,
    ),
    route: parts.join(':id'),
    ...(badId !== undefined && { badId }),
  };
}
