import type { ScheduleTarget } from '../../contract/input';
import type { Run } from '../run';

/** Less than this ahead counts as past: Layers needs time, and a late recovery must not post at once. */
export const TOO_SOON_MS = 5 * 60_000;

/** Where the post goes, as far as it is known by now. */
export function targetsOf(run: Run): ScheduleTarget[] {
  const { schedule } = run.plan;
  if (schedule === null) return [];
  return schedule.targets ?? run.accounts.map((socialAccountId) => ({ socialAccountId, mode: schedule.mode }));
}
