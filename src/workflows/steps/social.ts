import { sameId } from '../../contract/ids';
import type { SocialAccount } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import type { AccountStatus } from '../../contract/status';
import { waitForCustomer } from '../accounts/consents';
import type { Customer } from '../accounts/customer';
import type { AccountNeed } from '../accounts/needs';
import { known, listAccounts, onlyUsable } from '../accounts/usable';
import { done, type Done, type Flow } from '../flow';
import { Skipped } from '../waiting/blocked';
import type { Project } from '../values';

/** Checks the named accounts and waits for the customer to connect the others. Only `schedule` needs the outcome. */
export async function connectAccounts(flow: Flow, project: Project, customer: Customer): Promise<void> {
  const { socialAccountIds, connect } = flow.wanted.plan.social;
  if (socialAccountIds.length + connect.length === 0) return flow.skip('social', 'no account asked for');
  await flow.skippable('social', async () => {
    const { projectId, isNew } = project;
    const { social } = flow.wanted.plan;
    const listed = social.socialAccountIds.length > 0 || !isNew ? await listAccounts(flow.layers, projectId) : [];
    const named = social.socialAccountIds.map((id) => checkNamed(flow, listed, id));
    const taken = [...social.socialAccountIds];
    const wanted = social.connect.map(({ platform, returnUrl }): AccountNeed => {
      const account = isNew ? null : onlyUsable(listed, platform, taken);
      if (account !== null) taken.push(account.socialAccountId);
      return { platform, returnUrl, reconnect: null, account };
    });
    return connected(flow, customer, projectId, [...named, ...wanted]);
  });
}

/** Accounts that were lost since: the customer has to connect them again. `false`: an operator gave up on that. */
export async function reconnectAccounts(
  flow: Flow,
  { projectId }: Project,
  customer: Customer,
  lost: SocialAccount[],
): Promise<boolean> {
  const kept = customer.accounts.filter(
    ({ socialAccountId }) => !lost.some((account) => sameId(account.socialAccountId, socialAccountId)),
  );
  const needs = lost.map((account) => reconnecting(flow, account));
  // Asked anew however often an account is lost.
  flow.memory.forget('step/social/again');
  const answer = await flow.skippable('social', () => connected(flow, customer, projectId, needs, kept), '/again');
  return !(answer instanceof Skipped);
}

/** All accounts of the step: those kept from before, and one for each need. */
async function connected(
  flow: Flow,
  customer: Customer,
  projectId: string,
  needs: AccountNeed[],
  kept: AccountStatus[] = [],
): Promise<Done<true>> {
  const missing = needs.filter(({ account }) => account === null);
  const soFar = (): AccountStatus[] => [
    ...kept,
    ...needs.flatMap(({ account }) => (account === null ? [] : [account])),
  ];
  customer.accounts = soFar();
  if (missing.length > 0) await waitForCustomer(flow, customer, projectId, missing);
  customer.accounts = soFar();
  const socialAccountIds = customer.accounts.map(({ socialAccountId }) => socialAccountId);
  flow.board.learn({ socialAccountIds });
  return done(true, socialAccountIds.join(', '));
}

function checkNamed(flow: Flow, listed: SocialAccount[], id: string): AccountNeed {
  const account = listed.find(({ socialAccountId }) => sameId(socialAccountId, id));
  if (account === undefined) throw stepFailure('AccountNotUsable', `Account ${id} is not connected to this project.`);
  if (account.status === 'reauth_required') return reconnecting(flow, account);
  if (account.status !== 'connected') throw stepFailure('AccountNotUsable', `Account ${id} is ${account.status}.`);
  return {
    platform: account.platform as AccountNeed['platform'],
    returnUrl: null,
    reconnect: null,
    account: known(account),
  };
}

/** One that was disconnected cannot be revived: another takes its place. */
const reconnecting = ({ wanted }: Flow, { platform, socialAccountId, status }: SocialAccount): AccountNeed => ({
  platform: platform as AccountNeed['platform'],
  returnUrl: wanted.plan.social.connect.find((one) => one.platform === platform)?.returnUrl ?? null,
  reconnect: status === 'disconnected' ? null : socialAccountId,
  account: null,
});
