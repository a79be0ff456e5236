import { createHmac, timingSafeEqual } from 'node:crypto';

/** Far more than any of our payloads; longer ones are not worth a hash. */
const LONGEST = 4096;

/**
 * A small payload that anybody may read and nobody may change: `<base64url JSON>.<base64url HMAC-SHA256>`. The purpose
 * is part of what is signed, so that a seal made for one thing is worth nothing for another.
 */
export function seal(secret: string, purpose: string, payload: unknown): string {
  if (secret === '') throw new Error('The secret for links is empty: everybody could forge them.');
  const body = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `${body}.${mac(secret, purpose, body).toString('base64url')}`;
}

/** The payload, when one of the secrets (several during a rotation) sealed it for this purpose; else `null`. */
export function unseal(secrets: readonly string[], purpose: string, sealed: string): unknown {
  if (sealed.length > LONGEST) return null;
  const [body, signature, ...rest] = sealed.split('.');
  if (!body || !signature || rest.length > 0) return null;
  const given = Buffer.from(signature, 'base64url');
  // base64url has several spellings of the same bytes; only the one that was handed out counts.
  if (given.toString('base64url') !== signature) return null;
  let matches = false;
  for (const secret of secrets) {
    if (secret === '') continue;
    const expected = mac(secret, purpose, body);
    matches = (given.length === expected.length && timingSafeEqual(given, expected)) || matches;
  }
  return matches ? JSON.parse(Buffer.from(body, 'base64url').toString()) : null;
}

const mac = (secret: string, purpose: string, body: string): Buffer =>
  createHmac('sha256', secret).update(`${purpose}.${body}`).digest();
