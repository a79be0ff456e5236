import type { ScheduleTarget } from '../../contract/input';
import type { ReviewStatus } from '../../contract/status';
import type { Run } from '../run';

/** Where the post goes, as far as it is known by now. */
export function targetsOf(run: Run): ScheduleTarget[] {
  const { schedule } = run.plan;
  if (schedule === null) return [];
  return schedule.targets ?? run.accounts.map(({ socialAccountId }) => ({ socialAccountId, mode: schedule.mode }));
}

/** The same for a reviewer, who knows accounts by their names. */
export function targetsShown(run: Run): Pick<ReviewStatus, 'targets' | 'targetsNamed' | 'accounts'> {
  const targets = targetsOf(run);
  const accounts = run.accounts.filter((account) =>
    targets.some(({ socialAccountId }) => socialAccountId === account.socialAccountId),
  );
  return { targets, targetsNamed: (run.plan.schedule?.targets ?? null) !== null, accounts };
}

/** Who is reviewing meanwhile sees where the post will go. */
export function showTargets(run: Run): void {
  const { progress } = run;
  if (progress.review !== null) progress.review = { ...progress.review, ...targetsShown(run) };
}
