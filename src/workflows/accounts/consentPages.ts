import { refusal } from '../../contract/failures';
import type { Authorization } from '../../contract/messages';
import type { AccountNeed, Consent } from './needs';

const MINUTE = 60_000;
/** A page is given again as long as a customer has time to consent on it: Layers lets it die after ten minutes. */
const WORTH_GIVING_MS = 3 * MINUTE;
/** So many pages in so long are enough for every person: each takes a write from the budget of all customers. */
const MOST_PAGES = 5;
const PAGES_WITHIN_MS = 10 * MINUTE;

/** By need: when its latest pages were minted, in epoch milliseconds. */
export type Minted = Record<string, number[]>;

const nameOf = ({ platform, reconnect }: AccountNeed): string => `${platform}/${reconnect ?? ''}`;

/** Hands out consent pages: the one that is still good, else a fresh one, and never more than a person can use. */
export class ConsentPages {
  private readonly underWay = new Map<string, Promise<Authorization>>();

  constructor(private readonly minted: Minted) {}

  /**
   * @param consents those that are being watched
   * @param usedUntil epoch milliseconds: what was minted before that may have been used, since the customer has come back
   * @returns the page that is still good; `null` where there is none
   */
  known(consents: Consent[], need: AccountNeed, usedUntil: number): Authorization | null {
    const good = consents.findLast(
      (consent) =>
        nameOf(consent.need) === nameOf(need) &&
        consent.mintedAt > usedUntil &&
        Date.parse(consent.expiresAt) - Date.now() >= WORTH_GIVING_MS,
    );
    return good === undefined
      ? null
      : { platform: need.platform, authorizeUrl: good.authorizeUrl, expiresAt: good.expiresAt };
  }

  /** @throws `TooEarly` where so many were minted lately that another one would be of no use */
  checkBudget(need: AccountNeed): void {
    const recent = this.lately(need);
    const [first] = recent;
    if (first === undefined || recent.length < MOST_PAGES) return;
    const again = new Date(first + PAGES_WITHIN_MS).toISOString();
    const said = `${MOST_PAGES} pages to connect ${need.platform} were made within 10 minutes. Try again after ${again}.`;
    throw refusal('TooEarly', said, { again });
  }

  /** Mints one, or waits for the one that is being minted for the same need. */
  async mint(need: AccountNeed, make: () => Promise<Authorization>): Promise<Authorization> {
    const name = nameOf(need);
    const underWay = this.underWay.get(name);
    if (underWay !== undefined) return underWay;
    this.checkBudget(need);
    this.minted[name] = [...this.lately(need), Date.now()];
    const minting = make().finally(() => this.underWay.delete(name));
    this.underWay.set(name, minting);
    return minting;
  }

  private lately(need: AccountNeed): number[] {
    return (this.minted[nameOf(need)] ?? []).filter((at) => at > Date.now() - PAGES_WITHIN_MS);
  }
}
