import { createHash } from 'node:crypto';
import { seal, unseal } from './seal';

/**
 * What a link lets its holder do: look at a review, decide it, connect an account, or choose a source. A link is all
 * the login there is, so its scope is as narrow as its use.
 */
export const LINK_SCOPES = ['view', 'decide', 'connect', 'choose'] as const;
export type LinkScope = (typeof LINK_SCOPES)[number];

export interface Link {
  workflowId: string;
  /** Which onboarding under this workflow id, by `onboardingOf`: one that is started anew has links of its own. */
  onboarding: string;
  scope: LinkScope;
  /** The round it is about. A link to decide holds for one round only: the next one revokes it. */
  revision?: number;
  /** Epoch milliseconds. */
  expiresAt: number;
}

export type VerifiedLink = { state: 'valid'; link: Link } | { state: 'expired'; link: Link } | { state: 'forged' };

const PURPOSE = 'link';

/**
 * Names one onboarding by its first run, in 11 characters: Temporal keeps the id of the first run where a history is
 * continued in a new run or reset, and gives another one to whatever is started anew under the same workflow id.
 */
export const onboardingOf = (firstRunId: string): string =>
  createHash('sha256').update(firstRunId).digest('base64url').slice(0, 11);

/** A token for a link: url-safe, and without personal data as far as workflow ids have none. */
export function signLink(secret: string, { workflowId, onboarding, scope, revision, expiresAt }: Link): string {
  if (scope === 'decide' && revision === undefined) throw new Error('A link to decide needs its revision.');
  if (!Number.isSafeInteger(expiresAt)) throw new Error(`expiresAt must be epoch milliseconds, not ${expiresAt}.`);
  return seal(secret, PURPOSE, {
    w: workflowId,
    o: onboarding,
    s: scope,
    e: expiresAt,
    ...(revision === undefined ? {} : { r: revision }),
  });
}

interface Payload {
  w: string;
  /** Absent in links of before they were made for one onboarding. */
  o?: string;
  s: LinkScope;
  e: number;
  r?: number;
}

/**
 * What a token says, checked against every secret that counts now. One that names no onboarding counts as expired: it
 * would open whatever runs under its workflow id.
 */
export function verifyLink(secrets: readonly string[], token: string, now: number): VerifiedLink {
  const payload = unseal(secrets, PURPOSE, token) as Payload | null;
  if (payload === null) return { state: 'forged' };
  const { w: workflowId, o: onboarding = '', s: scope, e: expiresAt, r: revision } = payload;
  const link = { workflowId, onboarding, scope, expiresAt, ...(revision === undefined ? {} : { revision }) };
  return { state: onboarding !== '' && now < expiresAt ? 'valid' : 'expired', link };
}
