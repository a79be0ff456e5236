import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far `t` may be off, in both directions (layers/API.md 13). */
export const TOLERANCE_MS = 5 * 60_000;
/** During a rotation Layers sends two; more than a handful is an attacker who tries. */
const MOST_SIGNATURES = 10;
const LONGEST_HEADER = 2048;

export type Verification = { ok: true } | { ok: false; reason: 'missing' | 'malformed' | 'stale' | 'mismatch' };

/** The header `X-Layers-Signature` for a body: `t=<unix seconds>,v1=<hex>`, one `v1` per secret. */
export function signWebhook(rawBody: string | Buffer, secrets: string | readonly string[], now = Date.now()): string {
  const t = String(Math.floor(now / 1000));
  return [`t=${t}`, ...[secrets].flat().map((secret) => `v1=${mac(secret, t, rawBody).toString('hex')}`)].join(',');
}

/**
 * Checks a delivery against every secret that is valid now (several during a rotation). The raw body counts, byte for
 * byte: parsing it first and writing it again would break the signature.
 */
export function verifyWebhook(options: {
  header: string | null | undefined;
  rawBody: string | Buffer;
  secrets: readonly string[];
  now?: number;
  toleranceMs?: number;
}): Verification {
  const { header, rawBody, secrets, now = Date.now(), toleranceMs = TOLERANCE_MS } = options;
  if (header == null || header === '') return { ok: false, reason: 'missing' };
  const parsed = parse(header);
  if (parsed === null) return { ok: false, reason: 'malformed' };
  if (Math.abs(now - Number(parsed.t) * 1000) > toleranceMs) return { ok: false, reason: 'stale' };

  let matches = false;
  for (const secret of secrets) {
    if (secret === '') continue; // An empty setting must not become a secret that everybody knows.
    const expected = mac(secret, parsed.t, rawBody);
    for (const signature of parsed.signatures) matches = timingSafeEqual(expected, signature) || matches;
  }
  return matches ? { ok: true } : { ok: false, reason: 'mismatch' };
}

const mac = (secret: string, t: string, rawBody: string | Buffer): Buffer =>
  createHmac('sha256', secret).update(`${t}.`).update(rawBody).digest();

/** One `t` and at least one well-formed `v1`; schemes of a later version are passed over. */
function parse(header: string): { t: string; signatures: Buffer[] } | null {
  if (header.length > LONGEST_HEADER) return null;
  const pairs = header.split(',').map((pair) => pair.trim().split('=') as [string, string?, ...string[]]);
  const values = (name: string) => pairs.filter(([key]) => key === name).map(([, value = '']) => value);
  const times = values('t');
  const signatures = values('v1').filter((value) => /^[0-9a-f]{64}$/i.test(value));
  const [t] = times;
  if (times.length !== 1 || t === undefined || !/^\d{1,12}$/.test(t)) return null;
  if (signatures.length === 0 || signatures.length > MOST_SIGNATURES) return null;
  return { t, signatures: signatures.map((value) => Buffer.from(value, 'hex')) };
}
