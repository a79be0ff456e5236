import type { SocialAccount } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import type { AccountStatus } from '../../contract/status';
import { Skipped } from '../blocking';
import type { AccountNeed, Run } from '../run';
import { known, list, onlyUsable } from './accounts';
import { waitForCustomer } from './consents';
import { showTargets } from './targets';

/** Checks the named accounts and waits for the customer to connect the others. Only `schedule` needs the outcome. */
export async function connectAccounts(run: Run): Promise<void> {
  const { socialAccountIds, connect } = run.plan.social;
  if (socialAccountIds.length + connect.length === 0)
    return run.progress.set('social', 'skipped', { fact: 'no account asked for' });
  await run.step('social', async () => {
    const { plan } = run;
    const listed = plan.social.socialAccountIds.length > 0 || run.adopted ? await list(run) : [];
    const named = plan.social.socialAccountIds.map((id) => checkNamed(run, listed, id));
    const taken = [...plan.social.socialAccountIds];
    const wanted = plan.social.connect.map(({ platform, returnUrl }): AccountNeed => {
      const account = run.adopted ? onlyUsable(listed, platform, taken) : null;
      if (account !== null) taken.push(account.socialAccountId);
      return { platform, returnUrl, reconnect: null, account };
    });
    return connected(run, [...named, ...wanted]);
  });
}

/** Accounts that were lost since: the customer has to connect them again. `false`: an operator gave up on that. */
export async function reconnectAccounts(run: Run, lost: SocialAccount[]): Promise<boolean> {
  const kept = run.accounts.filter(
    ({ socialAccountId }) => !lost.some((account) => account.socialAccountId === socialAccountId),
  );
  const needs = lost.map((account) => reconnecting(run, account));
  const answer = await run.step('social', () => connected(run, needs, kept));
  return !(answer instanceof Skipped);
}

/** All accounts of the step: those kept from before, and one for each need. */
async function connected(
  run: Run,
  needs: AccountNeed[],
  kept: AccountStatus[] = [],
): Promise<{ fact: string; value: AccountStatus[] }> {
  const missing = needs.filter(({ account }) => account === null);
  const soFar = (): AccountStatus[] => [
    ...kept,
    ...needs.flatMap(({ account }) => (account === null ? [] : [account])),
  ];
  run.accounts = soFar();
  if (missing.length > 0) await waitForCustomer(run, missing);
  const value = soFar();
  const socialAccountIds = value.map(({ socialAccountId }) => socialAccountId);
  const { progress } = run;
  run.accounts = value;
  progress.ids = { ...progress.ids, socialAccountIds };
  showTargets(run);
  return { fact: socialAccountIds.join(', '), value };
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
    account: known(account),
  };
}

/** One that was disconnected cannot be revived: another takes its place. */
const reconnecting = (run: Run, { platform, socialAccountId, status }: SocialAccount): AccountNeed => ({
  platform: platform as AccountNeed['platform'],
  returnUrl: run.plan.social.connect.find((wanted) => wanted.platform === platform)?.returnUrl ?? null,
  reconnect: status === 'disconnected' ? null : socialAccountId,
  account: null,
});
