import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { hasId, sameId } from '../../contract/ids';
import type { OauthStatus } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import type { Platform } from '../../contract/input';
import { CONSENT_EVENTS } from '../../contract/messages';
import { consentRef } from '../../contract/searchAttributes';
import type { AccountStatus } from '../../contract/status';
import { codeOf } from '../failures';
import type { Flow } from '../flow';
import { now } from '../waiting/now';
import { Question } from '../waiting/question';
import { waitFor } from '../waiting/waits';
import type { Customer } from './customer';
import { isMet, openPlatforms, type AccountNeed, type Consent } from './needs';
import { listAccounts, onlyUsable } from './usable';

/** No customer consents sooner, so that a look would be a waste. */
const FIRST_LOOK_MS = 15_000;
/** Looks come at a quarter of it and rise to the whole: 15 s to a minute. */
const CONSENT_TYPICAL_MS = 60_000;

/** What the wait for the customer works with. */
interface Asking {
  flow: Flow;
  customer: Customer;
  projectId: string;
  needs: AccountNeed[];
  question: Question<'all connected'>;
  /** UTC. */
  deadline: string;
}

/** Waits until every need is met. Nothing is minted here: consents are short-lived, so they are made when asked for. */
export async function waitForCustomer(
  flow: Flow,
  customer: Customer,
  projectId: string,
  needs: AccountNeed[],
): Promise<void> {
  const { board, memory, wanted } = flow;
  const since = memory.once('connect', now);
  const deadline = new Date(Date.parse(since) + wanted.plan.waits.social.deadlineMs).toISOString();
  const question = new Question<'all connected'>(board);
  const asking: Asking = { flow, customer, projectId, needs, question, deadline };
  let isCancelled = false;
  customer.ask(projectId, needs);
  show(asking);
  const watching = new CancellationScope();
  try {
    await watching.run(() => watchConsents(asking, since));
    customer.consents = [];
    memory.forget('connect');
  } catch (error) {
    isCancelled = isCancellation(error);
    if (!isCancelled) memory.forget('connect');
    throw error;
  } finally {
    watching.cancel();
    question.withdraw();
    customer.askNoMore({ isCancelled });
    board.publish();
  }
}

/** Shows who is asked for what. */
function show({ flow, needs, deadline }: Asking): void {
  const fact = `${openPlatforms(needs).join(', ')}: the customer has to connect an account`;
  flow.board.set('social', 'waiting', { fact, deadline });
}

async function watchConsents(asking: Asking, since: string): Promise<void> {
  const { flow, customer, needs, question, deadline } = asking;
  const watched = new Set<Consent>();
  let expired = false;
  let trouble: { error: unknown } | null = null;
  const fresh = (): Consent[] => customer.consents.filter((consent) => !watched.has(consent));
  const about = (): { platforms: Platform[]; deadline: string } => ({ platforms: openPlatforms(needs), deadline });
  question
    .wait({
      who: 'customer',
      since,
      deadline,
      remindEveryMs: flow.notifies ? flow.wanted.plan.review.remindEveryMs : null,
      remind: () => flow.tell({ type: 'connect.reminder', ...about() }),
      summary: 'The customer has to connect an account',
      begin: () => {
        flow.board.publish();
        if (flow.memory.isFirst('connect/told')) flow.tell({ type: 'connect.requested', ...about() });
      },
    })
    .then(
      (answer) => (expired = answer === null),
      () => undefined,
    );
  while (!isMet(needs)) {
    await condition(() => isMet(needs) || expired || trouble !== null || fresh().length > 0);
    if (trouble !== null) throw (trouble as { error: unknown }).error;
    if (isMet(needs)) return;
    if (expired) throw stepFailure('NotConnected', 'The customer did not connect the account in time.');
    for (const consent of fresh()) {
      watched.add(consent);
      watch(asking, consent).catch((error: unknown) => (trouble = { error }));
    }
  }
}

/** Follows one consent to its end. The status read is the truth; a redirect or a webhook only says when to look. */
async function watch(asking: Asking, { need, state, expiresAt }: Consent): Promise<void> {
  const { flow, customer, needs, question } = asking;
  const status = await consentStatus(asking, state, Date.parse(expiresAt) - Date.now());
  if (need.account !== null) return;
  const account = await accountOf(status, asking, need);
  customer.consents = customer.consents.filter(({ state: open }) => open !== state);
  if (account !== null) customer.connected(need, account);
  if (isMet(needs)) return void question.settle('all connected');
  if (account !== null) show(asking);
  if (customer.consents.some((open) => open.need.platform === need.platform)) return;
  flow.board.forget(consentRef(need.platform));
  flow.board.publish();
}

/** The account that a consent has led to; `null` where it has not. */
async function accountOf(
  { status, socialAccountId, error }: OauthStatus,
  { flow, customer, projectId }: Asking,
  need: AccountNeed,
): Promise<AccountStatus | null> {
  const { taken } = customer;
  if (status === 'completed' && socialAccountId !== null) {
    if (!hasId(taken, socialAccountId)) return { socialAccountId, platform: need.platform, handle: null };
    customer.failed(need.platform, 'this account is connected already, and another one is needed');
    return null;
  }
  if (status === 'failed') {
    customer.failed(need.platform, error ?? 'no reason given');
    return null;
  }
  // The consent may have been given at the last moment: the account list knows.
  const accounts = await listAccounts(flow.layers, projectId);
  const mine = accounts.filter(({ socialAccountId: id }) => need.reconnect === null || sameId(id, need.reconnect));
  return onlyUsable(mine, need.platform, taken);
}

async function consentStatus({ flow, projectId }: Asking, state: string, leftMs: number): Promise<OauthStatus> {
  const deadlineMs = Math.max(leftMs, CONSENT_TYPICAL_MS);
  const earliestMs = Math.max(Math.min(leftMs, FIRST_LOOK_MS), 0);
  const wait = { startedAt: Date.now(), typicalMs: CONSENT_TYPICAL_MS, deadlineMs };
  const read = (): Promise<OauthStatus> =>
    flow.layers.read('getOauthStatus', { projectId, state, wait }, 'Has the customer consented?');
  try {
    const wakeUp = flow.events.ofType(...CONSENT_EVENTS);
    return await waitFor(read, { earliestMs, wakeUp, summary: 'The customer was given a consent page' });
  } catch (error) {
    if (codeOf(error) !== 'DeadlinePassed') throw error;
    return { status: 'expired', socialAccountId: null, error: null };
  }
}
