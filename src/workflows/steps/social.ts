import { CancellationScope, condition } from '@temporalio/workflow';
import type { OauthStatus, SocialAccount } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import { PRIORITY } from '../../contract/queues';
import { beyondDeadline } from '../api';
import { Skipped } from '../blocking';
import { detailsOf } from '../failures';
import { notify } from '../notifying';
import { now } from '../progress';
import { untilDeadline } from '../reminding';
import { sameNeed, type AccountNeed, type Consent, type Run } from '../run';
import { waitFor } from '../waits';

/** Looks come at a quarter of it and rise to the whole: 15 s to a minute. */
const CONSENT_TYPICAL_MS = 60_000;

/** Checks the named accounts and waits for the customer to connect the others. Only `schedule` needs the outcome. */
export async function connectAccounts(run: Run): Promise<void> {
  const { socialAccountIds, connect } = run.plan.social;
  if (socialAccountIds.length + connect.length === 0)
    return run.progress.set('social', 'skipped', { fact: 'no account asked for' });
  await run.step('social', async () => {
    const { plan } = run;
    const listed = plan.social.socialAccountIds.length > 0 || run.adopted ? await list(run) : [];
    const named = plan.social.socialAccountIds.map((id) => checkNamed(run, listed, id));
    const wanted = plan.social.connect.map(({ platform, returnUrl }): AccountNeed => {
      const socialAccountId = run.adopted ? onlyUsable(listed, platform) : null;
      return { platform, returnUrl, reconnect: null, socialAccountId };
    });
    return connected(run, [...named, ...wanted]);
  });
}

/** Accounts that were lost since: the customer has to connect them again. `false`: an operator gave up on that. */
export async function reconnectAccounts(run: Run, lost: SocialAccount[]): Promise<boolean> {
  const kept = run.accounts.filter((id) => !lost.some(({ socialAccountId }) => socialAccountId === id));
  const needs = lost.map((account) => reconnecting(run, account));
  const answer = await run.step('social', () => connected(run, needs, kept));
  return !(answer instanceof Skipped);
}

export const list = (run: Run): Promise<SocialAccount[]> =>
  run.api.read(
    'listSocialAccounts',
    { projectId: run.projectId },
    { summary: 'Which accounts are connected?', priority: PRIORITY.wait },
  );

/** All accounts of the step: those kept from before, and one for each need. */
async function connected(
  run: Run,
  needs: AccountNeed[],
  kept: string[] = [],
): Promise<{ fact: string; value: string[] }> {
  const missing = needs.filter(({ socialAccountId }) => socialAccountId === null);
  if (missing.length > 0) await waitForCustomer(run, missing);
  const value = [...kept, ...needs.map(({ socialAccountId }) => socialAccountId!)];
  run.accounts = value;
  run.progress.ids = { ...run.progress.ids, socialAccountIds: value };
  return { fact: value.join(', '), value };
}

function checkNamed(run: Run, listed: SocialAccount[], id: string): AccountNeed {
  const account = listed.find(({ socialAccountId }) => socialAccountId === id);
  if (account === undefined) throw stepFailure('AccountNotUsable', `Account ${id} is not connected to this project.`);
  if (account.status === 'reauth_required') return reconnecting(run, account);
  if (account.status !== 'connected') throw stepFailure('AccountNotUsable', `Account ${id} is ${account.status}.`);
  return {
    platform: account.platform as AccountNeed['platform'],
    returnUrl: null,
    reconnect: null,
    socialAccountId: id,
  };
}

/** One that was disconnected cannot be revived: another takes its place. */
const reconnecting = (run: Run, { platform, socialAccountId, status }: SocialAccount): AccountNeed => ({
  platform: platform as AccountNeed['platform'],
  returnUrl: run.plan.social.connect.find((wanted) => wanted.platform === platform)?.returnUrl ?? null,
  reconnect: status === 'disconnected' ? null : socialAccountId,
  socialAccountId: null,
});

/** The one usable account of a platform; `null` where there is none. Several are nobody's to choose but a person's. */
function onlyUsable(listed: SocialAccount[], platform: string): string | null {
  const usable = listed.filter(
    (account) => account.platform === platform && account.status === 'connected' && !account.leased,
  );
  if (usable.length > 1)
    throw stepFailure(
      'AmbiguousAccount',
      `Several ${platform} accounts are connected: ${usable.map((a) => a.socialAccountId).join(', ')}.`,
    );
  return usable[0]?.socialAccountId ?? null;
}

/** Waits until every need is met. Nothing is minted here: consents are short-lived, so they are made when asked for. */
async function waitForCustomer(run: Run, needs: AccountNeed[]): Promise<void> {
  const { progress } = run;
  const { deadlineMs } = run.plan.waits.social;
  const platforms = [...new Set(needs.map(({ platform }) => platform))].join(', ');
  run.needs = needs;
  // Consents outlive a block of this step: they are watched again, for the need that they were made for.
  run.consents = run.consents.flatMap((consent) => {
    const need = sameNeed(needs, consent.need);
    return need === undefined ? [] : [{ ...consent, need }];
  });
  progress.customerSince = now();
  progress.set('social', 'waiting', {
    fact: `${platforms}: the customer has to connect an account`,
    deadline: new Date(Date.now() + deadlineMs).toISOString(),
  });
  progress.publish();
  const watching = new CancellationScope();
  try {
    await watching.run(() => watchConsents(run, needs, deadlineMs));
    run.consents = [];
  } finally {
    watching.cancel();
    run.needs = [];
    progress.customerSince = null;
    progress.changed();
    progress.publish();
  }
}

async function watchConsents(run: Run, needs: AccountNeed[], deadlineMs: number): Promise<void> {
  const watched = new Set<Consent>();
  let expired = false;
  let trouble: { error: unknown } | null = null;
  const met = (): boolean => needs.every(({ socialAccountId }) => socialAccountId !== null);
  const fresh = (): Consent[] => run.consents.filter((consent) => !watched.has(consent));
  const about = {
    platforms: [...new Set(needs.map(({ platform }) => platform))],
    deadline: new Date(Date.now() + deadlineMs).toISOString(),
  };
  notify(run, { type: 'connect.requested', ...about });
  untilDeadline(met, {
    deadlineMs,
    remindEveryMs: run.notifies ? run.plan.review.remindEveryMs : null,
    remind: () => notify(run, { type: 'connect.reminder', ...about }),
    summary: 'The customer has to connect an account',
  }).then(
    (inTime) => (expired = !inTime),
    () => undefined,
  );
  while (!met()) {
    await condition(() => met() || expired || trouble !== null || fresh().length > 0);
    if (trouble !== null) throw (trouble as { error: unknown }).error;
    if (met()) return;
    if (expired) throw stepFailure('NotConnected', 'The customer did not connect the account in time.');
    for (const consent of fresh()) {
      watched.add(consent);
      watch(run, consent).catch((error: unknown) => (trouble = { error }));
    }
  }
}

/** Follows one consent to its end. The status read is the truth; a redirect or a webhook only says when to look. */
async function watch(run: Run, { need, state, expiresAt }: Consent): Promise<void> {
  const status = await consentStatus(run, state, Date.parse(expiresAt) - Date.now());
  if (need.socialAccountId !== null) return;
  if (status.status === 'completed' && status.socialAccountId !== null) {
    need.socialAccountId = status.socialAccountId;
  } else if (status.status === 'failed') {
    run.progress.note(
      `Connecting ${need.platform} failed: ${status.error ?? 'no reason given'}. The customer can try again.`,
    );
  } else {
    // The consent may have been given at the last moment: the account list knows.
    const accounts = await list(run);
    const mine = accounts.filter((account) => account.socialAccountId === need.reconnect || need.reconnect === null);
    need.socialAccountId = onlyUsable(mine, need.platform);
  }
}

async function consentStatus(run: Run, state: string, leftMs: number): Promise<OauthStatus> {
  const deadlineMs = Math.max(leftMs, CONSENT_TYPICAL_MS);
  const wait = { startedAt: Date.now(), typicalMs: CONSENT_TYPICAL_MS, deadlineMs };
  const read = (): Promise<OauthStatus> =>
    run.api.read(
      'getOauthStatus',
      { projectId: run.projectId, state, wait },
      { summary: 'Has the customer consented?', priority: PRIORITY.wait, within: beyondDeadline(deadlineMs) },
    );
  try {
    return await waitFor(read, { earliestMs: 0, wakeUp: run.events.about('social_account.connected'), summary: '' });
  } catch (error) {
    if (detailsOf(error)?.code !== 'DeadlinePassed') throw error;
    return { status: 'expired', socialAccountId: null, error: null };
  }
}
