import type { ReviewStatus } from '../contract/status';

/** What the pages show where the status tells it. A workflow begun by an older release does not tell everything. */
export interface Told {
  /** Rounds that there may be; the last one can only be approved or rejected. */
  maxRounds?: number;
  /** The accounts of the targets, as people know them. */
  accounts?: readonly { socialAccountId: string; platform: string; handle: string | null }[];
}
export type ShownReview = ReviewStatus & Told;

/** False in the last round. Unknown counts as true: the workflow refuses, and the page then says so. */
export const mayAskForChanges = ({ revision, maxRounds }: ShownReview): boolean =>
  maxRounds === undefined || revision + 1 < maxRounds;

/** As the workflow: less than this ahead counts as past. */
const TOO_SOON_MS = 5 * 60_000;

/** The planned time is over, so an approval has to name another. */
export const timeHasPassed = ({ scheduledFor }: ReviewStatus, now: number): boolean =>
  scheduledFor !== null && Date.parse(scheduledFor) < now + TOO_SOON_MS;
