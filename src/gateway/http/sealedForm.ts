import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { seal, unseal } from '../../links';

/**
 * What a form was made for. It travels in the form, sealed, so that no cookie is needed: the gateway takes only forms
 * of pages that it made for this very link, and the answer goes to the run that the reader saw, to no other.
 */
export interface FormSubject {
  /** The run that the reader saw: a later one under the same workflow id makes another post. */
  runId: string;
  /** One per page: part of the update's id, so that pressing twice counts once. */
  nonce: string;
}

const PURPOSE = 'form';

const digest = (token: string): string => createHash('sha256').update(token).digest('base64url').slice(0, 22);

export const newNonce = (): string => randomBytes(12).toString('base64url');

/** A new form for a run, sealed: every page gets one of its own. */
export const newForm = (secret: string, linkToken: string, runId: string): string =>
  seal(secret, PURPOSE, { l: digest(linkToken), r: runId, n: newNonce() });

/** `null` for a form that was not made here for this link. */
export function openForm(secrets: readonly string[], linkToken: string, sealed: string): FormSubject | null {
  const payload = unseal(secrets, PURPOSE, sealed) as { l: string; r: string; n: string } | null;
  return payload === null || payload.l !== digest(linkToken) ? null : { runId: payload.r, nonce: payload.n };
}

/**
 * True for a form that another site made the browser send. `Origin: null` says nothing: browsers send it from a page
 * without referrer, as ours are. The sealed form protects already; this is a second lock.
 */
export function isCrossSite({ req }: Context, publicUrl: string): boolean {
  const site = req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const origin = req.header('origin');
  return (
    origin !== undefined && origin !== 'null' && ![publicUrl, req.url].some((own) => new URL(own).origin === origin)
  );
}

export type Fields = Readonly<Record<string, string>>;

/** More than any page asks for, with a note on every slide. */
const MOST_FIELDS = 100;
const CHARSET = /charset\s*=\s*"?([^\s";]+)/i;
/** What bytes become that are not the UTF-8 that every page asks for. */
const NOT_UTF8 = '\ufffd';

/**
 * The fields of a posted form, each once and as text; `null` where the body is none, is cut off, or is not UTF-8.
 * Browsers send a line break as two characters, but count and show it as one: so do this gateway, the workflow and
 * Layers.
 */
export async function fieldsOf({ req }: Context): Promise<Fields | null> {
  const charset = CHARSET.exec(req.header('content-type') ?? '')?.[1] ?? 'utf-8';
  if (!/^(utf-?8|us-ascii)$/i.test(charset)) return null;
  const body = await req.parseBody().catch(() => null);
  const entries = Object.entries(body ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value.replaceAll('\r\n', '\n')] as const] : [],
  );
  const isReadable = entries.every(([, value]) => !value.includes(NOT_UTF8));
  return body === null || entries.length > MOST_FIELDS || !isReadable ? null : Object.fromEntries(entries);
}
