import type { Platform } from '../../contract/input';
import type { OnboardingStatus } from '../../contract/status';

/** What the customer is asked for on one platform, where there may be several accounts to connect. */
export interface Asked {
  platform: Platform;
  accounts: number;
  /** How many of them are connected by now. */
  connected: number;
  /** How often connecting an account of the platform has failed so far. */
  failures: number;
  /** Why it failed last; `null` where it never did. */
  lastFailure: string | null;
}

type Connecting = Pick<OnboardingStatus, 'connect'>;

export const askedFor = ({ connect }: Connecting): Asked[] =>
  [...new Set((connect ?? []).map(({ platform }) => platform))].map((platform) => {
    const accounts = connect!.filter((account) => account.platform === platform);
    // The onboarding counts failures by platform: every account of one tells the same.
    const { failures, lastFailure = null } = accounts[0]!;
    const connected = accounts.filter((account) => account.connected).length;
    return { platform, accounts: accounts.length, connected, failures, lastFailure };
  });

/** The same for one platform; `null` where the customer is asked for no account on it. */
export const askedOn = (status: Connecting, platform: Platform): Asked | null =>
  askedFor(status).find((asked) => asked.platform === platform) ?? null;

/** Platforms on which an account is still to be connected. */
export const platformsAsked = (status: Connecting): Platform[] =>
  askedFor(status)
    .filter(({ accounts, connected }) => connected < accounts)
    .map(({ platform }) => platform);
