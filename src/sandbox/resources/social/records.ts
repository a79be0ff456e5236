import { utc } from '../../format/times';
import type { Account, Project } from '../../world/state';
import type { World } from '../../world/world';

/** Connects an account without a consent page. */
export function connectAccount(world: World, given: Omit<Account, 'status' | 'connectedAt'>): Account {
  const account: Account = { ...given, status: 'connected', connectedAt: world.core.now() };
  world.core.add('accounts', account);
  world.core.effect('account.connected', account, null, { platform: account.platform });
  return account;
}

/** The accounts that were waiting for this customer's project. */
export function connectAwaited(world: World, { id: projectId, customerExternalId }: Project): void {
  const { awaitedAccounts } = world.core.state;
  for (const { customerExternalId: customer, ...account } of awaitedAccounts)
    if (customer === customerExternalId) connectAccount(world, { ...account, projectId });
  world.core.state.awaitedAccounts = awaitedAccounts.filter(
    (awaited) => awaited.customerExternalId !== customerExternalId,
  );
}

export const accountRecord = ({
  id,
  platform,
  handle,
  status,
  leased,
  connectedAt,
}: Account): Record<string, unknown> => ({
  socialAccountId: id,
  platform,
  handle,
  avatarUrl: null,
  status,
  leased,
  connectedAt: utc(connectedAt),
  tokenExpiresAt: utc(connectedAt + 60 * 86_400_000),
});
