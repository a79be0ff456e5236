import { randomBytes } from 'node:crypto';
import { fingerprint, mint } from '../../format/ids';
import { utc } from '../../format/times';
import type { Call } from '../../requests/route';
import type { Account, OauthState, Project } from '../../world/state';
import type { World } from '../../world/world';

export function mintState(
  { world, caller, requestId }: Pick<Call, 'world' | 'caller' | 'requestId'>,
  project: Project,
  given: Pick<OauthState, 'platform' | 'returnUrl' | 'reconnects'>,
): OauthState {
  const minted: OauthState = {
    state: `st_${randomBytes(18).toString('base64url')}`,
    apiKeyId: caller.apiKeyId,
    projectId: project.id,
    ...given,
    status: 'pending',
    socialAccountId: null,
    error: null,
    expiresAt: world.core.now() + world.core.config.oauthStateMs,
  };
  world.core.state.oauthStates[minted.state] = minted;
  world.core.effect('oauth.minted', { id: minted.state, projectId: project.id }, requestId, {
    platform: given.platform,
  });
  return minted;
}

/** A person said yes: a new account, or the one that needed reconnecting. */
export function allow(world: World, minted: OauthState, handle: string | null): Account {
  const project = world.core.state.projects[minted.projectId];
  const now = world.core.now();
  const known = minted.reconnects ? world.core.state.accounts[minted.reconnects] : undefined;
  const account: Account = known ?? {
    id: mint('sa'),
    projectId: minted.projectId,
    platform: minted.platform,
    handle: handle ?? handleOf(project, minted.state),
    status: 'connected',
    leased: false,
    connectedAt: now,
  };
  Object.assign(account, { status: 'connected', connectedAt: now });
  if (!known) world.core.add('accounts', account);
  Object.assign(minted, { status: 'completed', socialAccountId: account.id });
  world.core.effect('account.connected', account, null, { state: minted.state, platform: account.platform });
  world.webhooks.emit(
    'social_account.connected',
    { organizationId: project?.organizationId ?? '', projectId: minted.projectId },
    {
      socialAccountId: account.id,
      platform: account.platform,
      displayName: account.handle,
      connectedAt: utc(now),
    },
  );
  return account;
}

export function deny(world: World, minted: OauthState, error = 'access_denied'): void {
  Object.assign(minted, { status: 'failed', error });
  world.core.effect('oauth.denied', { id: minted.state, projectId: minted.projectId }, null, { error });
}

const handleOf = (project: Project | undefined, state: string) => {
  const name = (project?.appName ?? project?.name ?? 'brand').toLowerCase().replace(/[^a-z0-9]+/g, '.');
  return `@${name}${fingerprint(state) % 100}`;
};
