import type { OnboardingStatus } from '../../contract/status';
import { handle } from '../../words';
import type { Deps } from '../admit';

/** The connected accounts as their owner knows them: by handle, else by the name that a webhook told; others are left out. */
export function namesOf({ accountNames }: Deps, { ids, review }: OnboardingStatus): string[] {
  return (ids.socialAccountIds ?? []).flatMap((id) => {
    const known = review?.accounts.find(({ socialAccountId }) => socialAccountId === id)?.handle;
    return (known ? handle(known) : accountNames.get(id)) ?? [];
  });
}
