import { isCancellation } from '@temporalio/workflow';
import type { JobRecord, Wait } from '../../contract/activities';
import { PRIORITY } from '../../contract/queues';
import { detailsOf } from '../failures';
import type { Run } from '../run';
import { waitFor } from '../waits';

export interface JobWait {
  jobId: string;
  /** The id of what the job makes, where an event may name that instead of the job. */
  makes?: string;
  wait: Wait;
  earliestMs: number;
  within: number;
  /** What the job makes, for people and for clean-up. */
  what: string;
  /** The intent that started it. */
  path: string;
}

/**
 * Waits until a job has ended, then reads what it made; until that is known, a cancelled onboarding cancels the job.
 * `read` is given `null` where the job itself has not been asked: an event has said that it is finished, or Layers no
 * longer knows it. Then only what it made can tell.
 */
export async function afterJob<T>(run: Run, wait: JobWait, read: (job: JobRecord | null) => Promise<T>): Promise<T> {
  const { jobId, what, path } = wait;
  run.runningJobs.set(jobId, { what, path });
  const job = await ended(run, wait);
  try {
    const made = await read(job);
    run.runningJobs.delete(jobId);
    return made;
  } catch (error) {
    const mayStillRun = isCancellation(error) || detailsOf(error)?.code === 'DeadlinePassed';
    if (!mayStillRun) run.runningJobs.delete(jobId);
    throw error;
  }
}

async function ended(
  run: Run,
  { jobId, makes = jobId, wait, earliestMs, within, what }: JobWait,
): Promise<JobRecord | null> {
  const look = async (): Promise<JobRecord | null> =>
    run.events.isSaidToBeFinished(jobId, makes)
      ? null
      : run.api.read('getJob', { jobId, wait }, { summary: `Is the ${what} done?`, priority: PRIORITY.wait, within });
  try {
    const wakeUp = run.events.about(jobId, makes);
    const job = await waitFor(look, { earliestMs, wakeUp, summary: `Layers is making the ${what}` });
    if (job !== null) run.runningJobs.delete(jobId);
    return job;
  } catch (error) {
    if (detailsOf(error)?.code !== 'NOT_FOUND') throw error;
    run.runningJobs.delete(jobId);
    return null;
  }
}
