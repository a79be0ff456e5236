import { CancellationScope, condition } from '@temporalio/workflow';
import type { OauthStatus } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import type { Platform } from '../../contract/input';
import { CONSENT_EVENTS } from '../../contract/messages';
import { PRIORITY } from '../../contract/queues';
import { consentRef } from '../../contract/searchAttributes';
import { beyondDeadline } from '../api';
import { detailsOf } from '../failures';
import { notify } from '../notifying';
import { now } from '../progress';
import { untilDeadline } from '../reminding';
import { sameNeed, type AccountNeed, type Consent, type Run } from '../run';
import { waitFor } from '../waits';
import { list, onlyUsable } from './accounts';
import { showTargets } from './targets';

/** Nobody consents sooner, so that a look would be a waste. */
const FIRST_LOOK_MS = 15_000;
/** Looks come at a quarter of it and rise to the whole: 15 s to a minute. */
const CONSENT_TYPICAL_MS = 60_000;

/** Waits until every need is met. Nothing is minted here: consents are short-lived, so they are made when asked for. */
export async function waitForCustomer(run: Run, needs: AccountNeed[]): Promise<void> {
  const { progress } = run;
  const { deadlineMs } = run.plan.waits.social;
  run.needs = needs;
  // Consents outlive a block of this step: they are watched again, for the need that they were made for.
  run.consents = run.consents.flatMap((consent) => {
    const need = sameNeed(needs, consent.need);
    return need === undefined ? [] : [{ ...consent, need }];
  });
  for (const { need } of run.consents) progress.refer(consentRef(need.platform));
  progress.customerSince = now();
  const deadline = new Date(Date.now() + deadlineMs).toISOString();
  show(run, deadline);
  progress.publish();
  const watching = new CancellationScope();
  try {
    await watching.run(() => watchConsents(run, needs, deadlineMs, deadline));
    run.consents = [];
  } finally {
    watching.cancel();
    run.needs = [];
    progress.connect = null;
    progress.customerSince = null;
    for (const { platform } of needs) progress.forget(consentRef(platform));
    progress.changed();
    progress.publish();
  }
}

const met = (needs: AccountNeed[]): boolean => needs.every(({ account }) => account !== null);

const stillAsked = (needs: AccountNeed[]): Platform[] => [
  ...new Set(needs.filter(({ account }) => account === null).map(({ platform }) => platform)),
];

/** Shows who is asked for what. */
function show({ needs, failedConsents, progress }: Run, deadline: string): void {
  progress.connect = needs.map(({ platform, account }) => ({
    platform,
    connected: account !== null,
    failures: 0,
    ...failedConsents.get(platform),
  }));
  const fact = `${stillAsked(needs).join(', ')}: the customer has to connect an account`;
  progress.set('social', 'waiting', { fact, deadline });
}

async function watchConsents(run: Run, needs: AccountNeed[], deadlineMs: number, deadline: string): Promise<void> {
  const watched = new Set<Consent>();
  let expired = false;
  let trouble: { error: unknown } | null = null;
  const fresh = (): Consent[] => run.consents.filter((consent) => !watched.has(consent));
  const about = (): { platforms: Platform[]; deadline: string } => ({ platforms: stillAsked(needs), deadline });
  notify(run, { type: 'connect.requested', ...about() });
  untilDeadline(() => met(needs), {
    deadlineMs,
    remindEveryMs: run.notifies ? run.plan.review.remindEveryMs : null,
    remind: () => notify(run, { type: 'connect.reminder', ...about() }),
    summary: 'The customer has to connect an account',
  }).then(
    (inTime) => (expired = !inTime),
    () => undefined,
  );
  while (!met(needs)) {
    await condition(() => met(needs) || expired || trouble !== null || fresh().length > 0);
    if (trouble !== null) throw (trouble as { error: unknown }).error;
    if (met(needs)) return;
    if (expired) throw stepFailure('NotConnected', 'The customer did not connect the account in time.');
    for (const consent of fresh()) {
      watched.add(consent);
      watch(run, consent, deadline).catch((error: unknown) => (trouble = { error }));
    }
  }
}

/** Accounts that the post goes to already. */
const takenAccounts = ({ accounts, needs }: Run): string[] =>
  [...accounts, ...needs.map(({ account }) => account)].flatMap((account) =>
    account === null ? [] : [account.socialAccountId],
  );

/** Follows one consent to its end. The status read is the truth; a redirect or a webhook only says when to look. */
async function watch(run: Run, { need, state, expiresAt }: Consent, deadline: string): Promise<void> {
  const status = await consentStatus(run, state, Date.parse(expiresAt) - Date.now());
  if (need.account !== null) return;
  const taken = takenAccounts(run);
  const failed = (lastFailure: string): void => {
    const { failures } = run.failedConsents.get(need.platform) ?? { failures: 0 };
    run.failedConsents.set(need.platform, { failures: failures + 1, lastFailure });
    run.progress.note(`Connecting ${need.platform} failed: ${lastFailure}. The customer can try again.`);
    if (run.progress.connect !== null) show(run, deadline);
  };
  const { socialAccountId } = status;
  if (status.status === 'completed' && socialAccountId !== null) {
    if (taken.includes(socialAccountId)) failed('this account is connected already, and another one is needed');
    else need.account = { socialAccountId, platform: need.platform, handle: null };
  } else if (status.status === 'failed') {
    failed(status.error ?? 'no reason given');
  } else {
    // The consent may have been given at the last moment: the account list knows.
    const accounts = await list(run);
    const mine = accounts.filter((account) => account.socialAccountId === need.reconnect || need.reconnect === null);
    need.account = onlyUsable(mine, need.platform, taken);
  }
  run.consents = run.consents.filter(({ state: open }) => open !== state);
  if (met(run.needs)) return;
  if (need.account !== null) {
    run.accounts = [...run.accounts, need.account];
    showTargets(run);
    show(run, deadline);
  }
  if (run.consents.some((open) => open.need.platform === need.platform)) return;
  run.progress.forget(consentRef(need.platform));
  run.progress.publish();
}

async function consentStatus(run: Run, state: string, leftMs: number): Promise<OauthStatus> {
  const deadlineMs = Math.max(leftMs, CONSENT_TYPICAL_MS);
  const earliestMs = Math.max(Math.min(leftMs, FIRST_LOOK_MS), 0);
  const wait = { startedAt: Date.now(), typicalMs: CONSENT_TYPICAL_MS, deadlineMs };
  const read = (): Promise<OauthStatus> =>
    run.api.read(
      'getOauthStatus',
      { projectId: run.projectId, state, wait },
      { summary: 'Has the customer consented?', priority: PRIORITY.wait, within: beyondDeadline(deadlineMs) },
    );
  try {
    const wakeUp = run.events.ofType(...CONSENT_EVENTS);
    return await waitFor(read, { earliestMs, wakeUp, summary: 'The customer was given a consent page' });
  } catch (error) {
    if (detailsOf(error)?.code !== 'DeadlinePassed') throw error;
    return { status: 'expired', socialAccountId: null, error: null };
  }
}
