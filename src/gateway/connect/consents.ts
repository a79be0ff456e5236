import type { Platform } from '../../contract/input';
import type { Authorization } from '../../contract/messages';
import { Recent } from '../bounds';
import type { Asked } from '../onboardings/accountsAsked';
import { CONSENT_MS } from './departure';

/** A consent page with less time than this left is not given again: the customer has to read it and to log in. */
const WORTH_GIVING_MS = 3 * 60_000;

interface Given {
  authorization: Authorization;
  /** How things stood then: where an account was connected since, or it failed, the page has been used up. */
  connected: number;
  failures: number;
}

/** Who asks, and for what. */
export interface Asking {
  token: string;
  platform: Platform;
}

/** Consent pages that were given out: one that is still good is given again, and costs nobody anything. */
export class Consents {
  private readonly given: Recent<Given>;

  constructor(private readonly now: () => number) {
    this.given = new Recent({ most: 10_000, forMs: CONSENT_MS, now });
  }

  stillGood(asking: Asking, { connected, failures }: Pick<Asked, 'connected' | 'failures'>): Authorization | null {
    const given = this.given.get(keyOf(asking));
    if (given === undefined || given.connected !== connected || given.failures !== failures) return null;
    const left = Date.parse(given.authorization.expiresAt) - this.now();
    return left > WORTH_GIVING_MS ? given.authorization : null;
  }

  remember(asking: Asking, given: Given): void {
    this.given.set(keyOf(asking), given);
  }

  /** The customer has come back from it: it cannot be used a second time. */
  used(asking: Asking): void {
    this.given.forget(keyOf(asking));
  }
}

const keyOf = ({ token, platform }: Asking): string => `${platform}/${token}`;
