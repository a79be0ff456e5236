import { MIN_LEAD_MS } from '../../contract/limits';

/** Whether a post can no longer be scheduled for a time, so that an approval has to name another. */
export const timePassed = (at: string | null, now: number): boolean =>
  at !== null && Date.parse(at) < now + MIN_LEAD_MS;
