import { parsedUrl } from '../../contract/url';

/** A host as a content security policy may name it. URLs allow more: a `;`, for one, would begin another directive. */
const HOST = /^(\[[\da-f:]+\]|[a-z\d.-]+)(:\d+)?$/i;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** An address that a page may point at: https, or http on this very machine, as the sandbox uses it. */
export function safeUrl(text: string | null | undefined): string | null {
  const url = parsedUrl(text ?? '');
  if (url === null || url.username !== '' || url.password !== '' || !HOST.test(url.host)) return null;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname)) ? url.href : null;
}

/** The origins of some addresses, for a content security policy. */
export const originsOf = (urls: readonly (string | null | undefined)[]): string[] => [
  ...new Set(urls.map(safeUrl).flatMap((url) => (url === null ? [] : new URL(url).origin))),
];
