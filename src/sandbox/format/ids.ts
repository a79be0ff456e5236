import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** Resources carry `<prefix>_<uuid>`. */
export type Prefix = 'prj' | 'org' | 'inf' | 'cnt' | 'ast' | 'med' | 'sa' | 'sp' | 'key';

export const mint = (prefix: Prefix): string => `${prefix}_${randomUUID()}`;

/** The same text always gives the same id: for the organization and the id of a key that no option registers. */
export function derivedId(prefix: Prefix, text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)];
  return `${prefix}_${uuid.join('-')}`;
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** ULID: 48 bits of time, 80 of randomness, sortable as text. Jobs, requests and webhook events carry one. */
export function ulid(now: number): string {
  let time = '';
  for (let rest = now, digit = 0; digit < 10; digit++, rest = Math.floor(rest / 32)) time = CROCKFORD[rest % 32] + time;
  const random = Array.from(randomBytes(16), (byte) => CROCKFORD[byte % 32]).join('');
  return time + random;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A path accepts the prefixed id and the bare uuid; anything else is `null`. */
export function normalizeId(prefix: Prefix, text: string): string | null {
  const uuid = text.startsWith(`${prefix}_`) ? text.slice(prefix.length + 1) : text;
  return UUID.test(uuid) ? `${prefix}_${uuid.toLowerCase()}` : null;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A number from a text, for pictures and figures that are always the same for the same resource. */
export const fingerprint = (text: string): number => parseInt(sha256(text).slice(0, 8), 16);
