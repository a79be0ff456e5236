import type { Context } from 'hono';

/** A token as `links/` makes it: base64url of its payload, and an HMAC-SHA256, which has 43 characters. */
const TOKEN = /(?<![\w-])[\w-]+\.[\w-]{43}(?![\w-])/;
/** A page that a link leads to, and all that follows. */
const LINKED = /^\/([rc])\/(.*)$/is;
/** What mails and chats put between the characters of a long line: white space, and what nobody sees. */
const BROKEN_INTO = /[\s\p{Cf}]+/gu;

/**
 * The path that a request is routed by. Links are copied out of mails, chats and documents, and come with what stood beside
 * them: a slash, a full stop, brackets, quotes, also percent-encoded. A token has an alphabet of its own, so that whatever
 * is outside of it can go.
 */
export function routedPath(request: Request): string {
  const { pathname } = new URL(request.url);
  const [, page, rest] = LINKED.exec(pathname) ?? [];
  if (page === undefined || rest === undefined) return pathname;
  const text = decoded(rest).replace(BROKEN_INTO, '');
  const token = TOKEN.exec(text)?.[0] ?? (/^\W*return(?!\w)/i.test(text) ? 'return' : null);
  return token === null ? pathname : `/${page.toLowerCase()}/${token}`;
}

/** What can be decoded is; the rest, like a percent sign at the end, stays as it is. */
const decoded = (text: string): string =>
  text.replace(/(?:%[\da-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });

/**
 * A path of this gateway as the browser has to be told it, relative to what stands in its address bar: a proxy may serve
 * the gateway below a folder of its own, and the address may have more slashes than a link has.
 */
export function relative({ req }: Context, path: `/${string}`): string {
  const [, ...folders] = new URL(req.url).pathname.split('/');
  const [target = '', ...below] = path.slice(1).split('/');
  const depth = folders.length - 1;
  const isBeside = depth === 1 && below.length === 1 && folders[0] === target;
  return isBeside ? below[0]! : `${'../'.repeat(Math.max(depth, 1))}${[target, ...below].join('/')}`;
}
