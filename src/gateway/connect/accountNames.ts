import { bareId, sameId } from '../../contract/ids';
import type { OnboardingStatus } from '../../contract/status';
import { handle } from '../../words';
import type { Deps } from '../admit';

/** The connected accounts as their owner knows them: by handle, else by the name that a webhook told; others are left out. */
export function namesOf({ accountNames }: Deps, { ids, review }: OnboardingStatus): string[] {
  return (ids.socialAccountIds ?? []).flatMap((id) => {
    const known = review?.accounts.find(({ socialAccountId }) => sameId(socialAccountId, id))?.handle;
    return (known ? handle(known) : accountNames.get(bareId(id))) ?? [];
  });
}
