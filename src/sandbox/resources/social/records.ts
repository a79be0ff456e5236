import type { Account, Project } from '../../world/state';
import type { World } from '../../world/world';

/** An account that is connected without anybody's consent. */
export function connectAccount(world: World, given: Omit<Account, 'status' | 'connectedAt'>): Account {
  const account: Account = { ...given, status: 'connected', connectedAt: world.now() };
  world.add('accounts', account);
  world.effect('account.connected', account, null, { platform: account.platform });
  return account;
}

/** The accounts that were waiting for this customer's project. */
export function connectAwaited(world: World, { id: projectId, customerExternalId }: Project): void {
  const { awaitedAccounts } = world.state;
  for (const { customerExternalId: customer, ...account } of awaitedAccounts)
    if (customer === customerExternalId) connectAccount(world, { ...account, projectId });
  world.state.awaitedAccounts = awaitedAccounts.filter((awaited) => awaited.customerExternalId !== customerExternalId);
}
