import { seal, unseal } from './seal';

/**
 * What a link lets its holder do: look at a review, decide it, connect an account, or choose a source. A link is all
 * the login there is, so its scope is as narrow as its use.
 */
export const LINK_SCOPES = ['view', 'decide', 'connect', 'choose'] as const;
export type LinkScope = (typeof LINK_SCOPES)[number];

export interface Link {
  workflowId: string;
  scope: LinkScope;
  /** The round it is about. A link to decide holds for one round only: the next one revokes it. */
  revision?: number;
  /** Epoch milliseconds. */
  expiresAt: number;
}

export type VerifiedLink = { state: 'valid'; link: Link } | { state: 'expired'; link: Link } | { state: 'forged' };

const PURPOSE = 'link';

/** A token for a link: url-safe, and without personal data as far as workflow ids have none. */
export function signLink(secret: string, { workflowId, scope, revision, expiresAt }: Link): string {
  if (scope === 'decide' && revision === undefined) throw new Error('A link to decide needs its revision.');
  if (!Number.isSafeInteger(expiresAt)) throw new Error(`expiresAt must be epoch milliseconds, not ${expiresAt}.`);
  return seal(secret, PURPOSE, {
    w: workflowId,
    s: scope,
    e: expiresAt,
    ...(revision === undefined ? {} : { r: revision }),
  });
}

/** What a token says, checked against every secret that counts now. */
export function verifyLink(secrets: readonly string[], token: string, now: number): VerifiedLink {
  const payload = unseal(secrets, PURPOSE, token) as { w: string; s: LinkScope; e: number; r?: number } | null;
  if (payload === null) return { state: 'forged' };
  const { w: workflowId, s: scope, e: expiresAt, r: revision } = payload;
  const link = { workflowId, scope, expiresAt, ...(revision === undefined ? {} : { revision }) };
  return { state: now < expiresAt ? 'valid' : 'expired', link };
}
