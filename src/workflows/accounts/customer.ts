import { currentUpdateInfo, isCancellation, setHandler } from '@temporalio/workflow';
import type { Writes } from '../../contract/activities';
import { blockingFailure, refusal } from '../../contract/failures';
import type { Platform } from '../../contract/input';
import { MAX_NAME } from '../../contract/limits';
import { authorizeSocial, CONSENT_EVENTS, type AuthorizeSocialArgs, type Authorization } from '../../contract/messages';
import { consentRef } from '../../contract/searchAttributes';
import type { AccountStatus, ConnectStatus } from '../../contract/status';
import type { Problem } from '../../contract/plan';
import { detailsOf } from '../failures';
import type { Flow } from '../flow';
import { ConsentPages, type Minted } from './consentPages';
import { sameNeed, type AccountNeed, type Consent } from './needs';
import { faultOfLine, faultOfWhole, problemsIn } from '../shapes';
import { refuseProblems } from '../wanted';

/** A customer is waiting in the browser: after a minute an error page is better than silence. */
const WITHIN_MS = 60_000;

interface Facts {
  projectId: string | null;
  /** All accounts that are known to be usable. */
  accounts: AccountStatus[];
  /** What the customer is asked for now. */
  needs: AccountNeed[];
  consents: Consent[];
  minted: Minted;
  /** By platform: how often connecting an account has failed, and why it did last. */
  failed: Partial<Record<Platform, Pick<ConnectStatus, 'failures' | 'lastFailure'>>>;
}

/** The customer, who connects accounts: which are there, which are asked for, and who mints their consent pages. */
export class Customer {
  private readonly facts: Facts;
  private readonly pages: ConsentPages;
  /** True while the step `social` waits for the customer. */
  isAsked = false;

  /** Registers `authorizeSocial`. */
  constructor(private readonly flow: Flow) {
    this.facts = flow.memory.once<Facts>('customer', () => ({
      projectId: null,
      accounts: [],
      needs: [],
      consents: [],
      minted: {},
      failed: {},
    }));
    this.pages = new ConsentPages(this.facts.minted);
    flow.board.shows({ connect: () => this.shown });
    setHandler(authorizeSocial, (args) => this.authorize(args ?? {}), {
      validator: (args) => {
        const problems = problemsOf(args ?? {});
        if (problems.length > 0) throw refuseProblems('InvalidMessage', problems);
        flow.continuing.admit(() => this.check(args ?? {}));
      },
      description:
        'Get a page where the customer connects an account, good for 10 minutes. Payload: {} or {"platform":"tiktok"}',
    });
  }

  get accounts(): AccountStatus[] {
    return this.facts.accounts;
  }

  set accounts(accounts: AccountStatus[]) {
    this.facts.accounts = accounts;
    this.flow.board.changed();
  }

  get needs(): AccountNeed[] {
    return this.facts.needs;
  }

  get consents(): Consent[] {
    return this.facts.consents;
  }

  set consents(consents: Consent[]) {
    this.facts.consents = consents;
  }

  /**
   * Asks for accounts. Consents outlive a block of the step: they are watched again, for the need that they were made for.
   * What the customer connected before the history was continued is not asked for again.
   */
  ask(projectId: string, needs: AccountNeed[]): void {
    for (const need of needs) need.account ??= sameNeed(this.facts.needs, need)?.account ?? null;
    this.facts.projectId = projectId;
    this.facts.needs = needs;
    this.consents = this.consents.flatMap((consent) => {
      const need = sameNeed(needs, consent.need);
      return need === undefined ? [] : [{ ...consent, need }];
    });
    for (const { need } of this.consents) this.flow.board.refer(consentRef(need.platform));
    this.isAsked = true;
  }

  /** Asks for nothing any more. After a cancellation it stays known what was connected: the history may be continued. */
  askNoMore({ isCancelled }: { isCancelled: boolean }): void {
    for (const { platform } of this.facts.needs) this.flow.board.forget(consentRef(platform));
    if (!isCancelled) this.facts.needs = [];
    this.isAsked = false;
    this.flow.board.changed();
  }

  connected(need: AccountNeed, account: AccountStatus): void {
    need.account = account;
    this.accounts = [...this.accounts, account];
  }

  failed(platform: Platform, lastFailure: string): void {
    const { failures } = this.facts.failed[platform] ?? { failures: 0 };
    this.facts.failed[platform] = { failures: failures + 1, lastFailure };
    this.flow.board.note(`Connecting ${platform} failed: ${lastFailure}. The customer can try again.`);
  }

  /** Accounts that the post goes to already. */
  get taken(): string[] {
    return [...this.accounts, ...this.needs.map(({ account }) => account)].flatMap((account) =>
      account === null ? [] : [account.socialAccountId],
    );
  }

  private get shown(): ConnectStatus[] | null {
    if (!this.isAsked) return null;
    return this.needs.map(({ platform, account }) => ({
      platform,
      connected: account !== null,
      failures: 0,
      ...this.facts.failed[platform],
    }));
  }

  /** The account that a consent is asked for. Refuses where the customer is asked for none. */
  private need({ platform }: AuthorizeSocialArgs): { need: AccountNeed; projectId: string } {
    const { projectId } = this.facts;
    const open = this.isAsked ? this.needs.filter(({ account }) => account === null) : [];
    const need = (platform ?? null) === null ? open[0] : open.find((candidate) => candidate.platform === platform);
    if (need !== undefined && projectId !== null) return { need, projectId };
    const state = this.flow.board.state('social');
    const waiting = open.map((candidate) => candidate.platform);
    if (state === 'pending' || state === 'running')
      throw refusal('TooEarly', 'The project is not ready to connect an account yet. Try again in a moment.');
    throw refusal(
      'ActionNotAllowed',
      `No ${platform ?? ''} account is waited for; the step social is ${state}.`.replace('  ', ' '),
      { waiting },
    );
  }

  private check(args: AuthorizeSocialArgs): void {
    const { need } = this.need(args);
    if (this.known(need) === null) this.pages.checkBudget(need);
  }

  /** The page that was given before, as long as the customer can still consent on it. */
  private known(need: AccountNeed): Authorization | null {
    return this.pages.known(this.consents, need, this.flow.events.lastReturn);
  }

  /** Gives the page that is still good, or mints one. What Layers refuses is told to the page that asked, by its code. */
  private async authorize(args: AuthorizeSocialArgs): Promise<Authorization> {
    const { flow } = this;
    if (!flow.continuing.isBack) await flow.continuing.back();
    const { need, projectId } = this.need(args);
    const known = this.known(need);
    if (known !== null) return known;
    try {
      return await this.pages.mint(need, () => this.fresh(need, projectId));
    } catch (error) {
      const details = isCancellation(error) ? null : detailsOf(error);
      throw details === null ? error : blockingFailure(details);
    }
  }

  /**
   * A fresh page, keyed by the update's id, so that a request that is sent again gives the same page. The step `social`
   * watches the consent until it expires.
   */
  private async fresh(need: AccountNeed, projectId: string): Promise<Authorization> {
    const { flow } = this;
    const { authorizeUrl, state, expiresAt } = await flow.scope.run(() => this.mint(need, projectId));
    // What was told before was about another customer: the event names no project, so all who wait hear of every account.
    if (this.consents.length === 0) flow.events.ofType(...CONSENT_EVENTS).take();
    // Meanwhile the step may have blocked, and been retried: the consent is watched all the same.
    const watched = sameNeed(this.needs, need) ?? need;
    this.consents.push({ need: watched, authorizeUrl, state, mintedAt: Date.now(), expiresAt });
    flow.board.refer(consentRef(need.platform));
    flow.board.publish();
    return { platform: need.platform, authorizeUrl, expiresAt };
  }

  private mint(
    { platform, returnUrl, reconnect }: AccountNeed,
    projectId: string,
  ): ReturnType<Writes['createOauthUrl']> {
    const { effects, layers } = this.flow;
    const key = effects.key({ step: 'social', item: `${platform}/${currentUpdateInfo()?.id ?? ''}` });
    const summary = `Get a consent page of ${platform}`;
    const limits = { within: WITHIN_MS };
    return reconnect === null
      ? layers.write('createOauthUrl', { key, projectId, platform, returnUrl }, summary, limits)
      : layers.write('createReauthUrl', { key, projectId, socialAccountId: reconnect, returnUrl }, summary, limits);
  }
}

function problemsOf(args: AuthorizeSocialArgs): Problem[] {
  const whole = faultOfWhole(args);
  if (whole !== null) return [{ path: 'message', message: whole }];
  const platform: unknown = args.platform ?? null;
  return problemsIn({ platform: platform === null ? null : faultOfLine(platform, 'must name a platform', MAX_NAME) });
}
