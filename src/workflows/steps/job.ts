import type { JobRecord, Wait } from '../../contract/activities';
import { PRIORITY } from '../../contract/queues';
import { detailsOf } from '../failures';
import type { Run } from '../run';
import { waitFor } from '../waits';

export interface JobWait {
  jobId: string;
  wait: Wait;
  earliestMs: number;
  within: number;
  /** What the job makes, for people and for clean-up. */
  what: string;
}

/**
 * Waits until a job has ended; while it runs, a cancelled onboarding cancels it. `null` when Layers no longer knows
 * the job: then the resource itself has to be asked.
 */
export async function waitForJob(
  run: Run,
  { jobId, wait, earliestMs, within, what }: JobWait,
): Promise<JobRecord | null> {
  run.runningJobs.set(jobId, what);
  try {
    const job = await waitFor(
      () =>
        run.api.read('getJob', { jobId, wait }, { summary: `Is the ${what} done?`, priority: PRIORITY.wait, within }),
      { earliestMs, wakeUp: run.events.about(jobId), summary: `Layers is making the ${what}` },
    );
    run.runningJobs.delete(jobId);
    return job;
  } catch (error) {
    if (detailsOf(error)?.code !== 'NOT_FOUND') throw error;
    run.runningJobs.delete(jobId);
    return null;
  }
}
