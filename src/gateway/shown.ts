import type { ReviewStatus } from '../contract/status';

/** As the workflow: less than this ahead counts as past. */
const TOO_SOON_MS = 5 * 60_000;

/** The planned time is over, so an approval has to name another. */
export const timeHasPassed = ({ scheduledFor }: ReviewStatus, now: number): boolean =>
  scheduledFor !== null && Date.parse(scheduledFor) < now + TOO_SOON_MS;
