import { isCancellation } from '@temporalio/workflow';
import type { JobRecord, Wait } from '../../contract/activities';
import { codeOf } from '../failures';
import type { LayersApi } from '../layersApi';
import type { LayersEvents } from './events';
import { waitFor } from './waits';

export interface JobWait {
  jobId: string;
  /** The id of what the job makes, where an event may name that instead of the job. */
  makes?: string;
  wait: Wait;
  earliestMs: number;
  /** What the job makes, for people. */
  what: string;
  /** Called as soon as it is certain that the job has ended: then there is nothing left to cancel. */
  ended: () => void;
}

interface Services {
  layers: LayersApi;
  events: LayersEvents;
}

/**
 * Waits until a job has ended, then reads what it made. `read` is given `null` where the job itself has not been asked:
 * an event has said that it is finished, or Layers no longer knows it. Then only what it made can tell.
 */
export async function afterJob<T>(
  services: Services,
  wait: JobWait,
  read: (job: JobRecord | null) => Promise<T>,
): Promise<T> {
  const job = await endOf(services, wait);
  try {
    const made = await read(job);
    wait.ended();
    return made;
  } catch (error) {
    const mayStillRun = isCancellation(error) || codeOf(error) === 'DeadlinePassed';
    if (!mayStillRun) wait.ended();
    throw error;
  }
}

async function endOf(
  { layers, events }: Services,
  { jobId, makes = jobId, wait, earliestMs, what, ended }: JobWait,
): Promise<JobRecord | null> {
  const look = async (): Promise<JobRecord | null> =>
    events.isSaidToBeFinished(jobId, makes) ? null : layers.read('getJob', { jobId, wait }, `Is the ${what} done?`);
  try {
    const wakeUp = events.about(jobId, makes);
    const job = await waitFor(look, { earliestMs, wakeUp, summary: `Layers is making the ${what}` });
    if (job !== null) ended();
    return job;
  } catch (error) {
    if (codeOf(error) !== 'NOT_FOUND') throw error;
    ended();
    return null;
  }
}
