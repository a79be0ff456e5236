import type { Customer } from '../accounts/customer';
import { sameId } from '../../contract/ids';
import type { ScheduleTarget } from '../../contract/input';
import type { ReviewStatus } from '../../contract/status';
import type { Wanted } from '../wanted';

/** Where the post goes, as far as it is known by now. */
export function targetsOf({ plan }: Wanted, { accounts }: Customer): ScheduleTarget[] {
  const { schedule } = plan;
  if (schedule === null) return [];
  return schedule.targets ?? accounts.map(({ socialAccountId }) => ({ socialAccountId, mode: schedule.mode }));
}

/** The same for a reviewer, who knows accounts by their names. */
export function targetsShown(
  wanted: Wanted,
  customer: Customer,
): Pick<ReviewStatus, 'targets' | 'targetsNamed' | 'accounts'> {
  const targets = targetsOf(wanted, customer);
  const accounts = customer.accounts.filter((account) =>
    targets.some(({ socialAccountId }) => sameId(socialAccountId, account.socialAccountId)),
  );
  return { targets, targetsNamed: (wanted.plan.schedule?.targets ?? null) !== null, accounts };
}
