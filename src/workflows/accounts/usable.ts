import { hasId } from '../../contract/ids';
import type { SocialAccount } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import type { AccountStatus } from '../../contract/status';
import type { LayersApi } from '../layersApi';

/** All accounts of the project, in every state. */
export const listAccounts = (layers: LayersApi, projectId: string): Promise<SocialAccount[]> =>
  layers.readAll('listSocialAccounts', { projectId }, 'Which accounts are connected?');

/** What everybody may know of an account. */
export const known = ({ socialAccountId, platform, handle }: SocialAccount): AccountStatus => ({
  socialAccountId,
  platform,
  handle,
});

/**
 * The one usable account of a platform; `null` where there is none. Where there are several, a person has to choose.
 *
 * @param taken ids of those that are used already: two needs are not met by one account
 */
export function onlyUsable(listed: SocialAccount[], platform: string, taken: string[]): AccountStatus | null {
  const usable = listed.filter(
    (account) =>
      account.platform === platform &&
      account.status === 'connected' &&
      !account.leased &&
      !hasId(taken, account.socialAccountId),
  );
  if (usable.length > 1)
    throw stepFailure(
      'AmbiguousAccount',
      `Several ${platform} accounts are connected: ${usable.map((a) => a.socialAccountId).join(', ')}.`,
    );
  return usable[0] === undefined ? null : known(usable[0]);
}
