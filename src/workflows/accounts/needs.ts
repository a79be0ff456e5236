import type { Platform } from '../../contract/input';
import type { AccountStatus } from '../../contract/status';

/** An account that the customer has to connect, or to connect again. */
export interface AccountNeed {
  platform: Platform;
  returnUrl: string | null;
  /** Set where an account that is already there has lost its connection. */
  reconnect: string | null;
  /** The connected account, once there is one. */
  account: AccountStatus | null;
}

/** A consent that the customer was given a URL for, worth watching until it expires. */
export interface Consent {
  need: AccountNeed;
  authorizeUrl: string;
  state: string;
  /** Epoch milliseconds. */
  mintedAt: number;
  /** UTC, ISO 8601. */
  expiresAt: string;
}

/** The one among the needs of now that asks for the same: a step that is tried again asks anew. */
export function sameNeed(needs: AccountNeed[], need: AccountNeed): AccountNeed | undefined {
  if (needs.includes(need)) return need;
  const same = needs.filter(({ platform, reconnect }) => platform === need.platform && reconnect === need.reconnect);
  return same.find(({ account }) => account === null) ?? same[0];
}

export const isMet = (needs: AccountNeed[]): boolean => needs.every(({ account }) => account !== null);

export const openPlatforms = (needs: AccountNeed[]): Platform[] => [
  ...new Set(needs.filter(({ account }) => account === null).map(({ platform }) => platform)),
];
