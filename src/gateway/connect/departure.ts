import type { Context } from 'hono';
import { createHash } from 'node:crypto';
import { getCookie, setCookie } from 'hono/cookie';
import type { Platform } from '../../contract/input';
import type { OnboardingStatus } from '../../contract/status';
import { seal, unseal } from '../../links';
import { askedOn } from '../onboardings/accountsAsked';

/** A consent lives for ten minutes; a customer who comes back a little later is still recognized. */
export const CONSENT_MS = 10 * 60_000;
export const COOKIE_MS = CONSENT_MS + 5 * 60_000;
/** One for each link and platform: two customers, or two accounts, may be connected in one browser. */
const COOKIE = 'onboarding-connect-';
const PURPOSE = 'connect-cookie';

/** Kept in a cookie while the customer is at the platform, which adds nothing reliable to its redirect back. */
export interface Departure {
  /** The link that the customer came from. */
  token: string;
  platform: Platform;
  /** Epoch milliseconds. */
  at: number;
  /** Accounts of the platform that were connected then: one more means that this one is. */
  connected: number;
  /** How often connecting had failed then: once more means that this time it did. */
  failures: number;
  /** Names the consent at the platform, where the address of its page tells. */
  state?: string;
  /** The customer has come back, and the onboarding was told so. */
  back?: true;
}

/** Short-lived, signed, out of reach of scripts, and sent along when the platform redirects back (`SameSite=Lax`). */
export function rememberDeparture(context: Context, secret: string, publicUrl: string, departure: Departure): void {
  const { pathname, protocol } = new URL(publicUrl);
  setCookie(context, nameOf(departure), seal(secret, PURPOSE, departure), {
    httpOnly: true,
    sameSite: 'Lax',
    secure: protocol === 'https:',
    path: `${pathname.replace(/\/+$/, '')}/c`,
    maxAge: COOKIE_MS / 1000,
  });
}

const nameOf = ({ token, platform }: Departure): string =>
  COOKIE + createHash('sha256').update(`${platform} ${token}`).digest('base64url').slice(0, 10);

/**
 * Whom the browser has been sent to a platform for, the latest first; none for one that this gateway has not sent there, or
 * too long ago. Where the address that the platform has sent it back to names a consent, only that one.
 */
export function departuresOf(context: Context, secrets: readonly string[], now: number): Departure[] {
  const sealed = Object.entries(getCookie(context)).filter(([name]) => name.startsWith(COOKIE));
  const departures = sealed
    .map(([, value]) => unseal(secrets, PURPOSE, value) as Departure | null)
    .filter((departure) => departure !== null)
    .filter(({ at }) => now < at + COOKIE_MS)
    .sort((one, other) => other.at - one.at);
  const state = context.req.query('layers_state') ?? context.req.query('state');
  const named = departures.filter((departure) => state !== undefined && departure.state === state);
  return named.length > 0 ? named : departures;
}

/** The consent that the address of a platform's page is about. */
export const stateIn = (authorizeUrl: string): string | undefined =>
  new URL(authorizeUrl).searchParams.get('state') ?? undefined;

/** Whether the account that the customer left to connect is connected: there is one more than then, or all are. */
export function isConnected(status: OnboardingStatus, { platform, connected: before }: Departure): boolean {
  const asked = askedOn(status, platform);
  return asked !== null && (asked.connected > before || asked.connected === asked.accounts);
}

/** Why connecting failed since the customer left; `null` where it has not. */
export function failureSince(status: OnboardingStatus, { platform, failures: before }: Departure): string | null {
  const asked = askedOn(status, platform);
  return asked !== null && asked.failures > before ? asked.lastFailure : null;
}

/**
 * What a redirect says went wrong: `layers_oauth_error`, or `status=error` (layers/API.md 7.2). Nothing that the
 * address says counts as success.
 */
export function denialIn({ req }: Context): boolean {
  return (
    req.query('layers_oauth_error') !== undefined || req.query('error') !== undefined || req.query('status') === 'error'
  );
}
