import { type NativeConnection, Worker } from '@temporalio/worker';
import type { Local, Reads, Starts, Writes } from '../contract/activities';
import type { Notifier } from '../contract/notifications';
import { type Bucket, BUCKETS, bucketQueue } from '../contract/queues';
import { dataConverter } from '../temporal/dataConverter';
import { ENDING } from './running';
import type { WorkflowCode } from './workflowCode';

/** Everything the workers of one process share. */
export interface WorkerParts {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  identity: string;
  workflowCode: WorkflowCode;
  maxCachedWorkflows: number;
  activities: { reads: Reads; writes: Writes; starts: Starts; local: Local; notifier: Notifier | null };
  /** Tasks per second, for the whole of each queue. */
  rates: Record<Bucket, number>;
  deployment: { deploymentName: string; buildId: string } | null;
}

const SHUTDOWN = { shutdownGraceTime: ENDING.graceMs, shutdownForceTime: ENDING.forceMs };

/**
 * What a process does not finish within a workflow task, because it was paused or starved or has 10,000 signals to read, the
 * SDK takes for an endless loop after 5 s; and Node aborts where such a call is broken off (nodejs/node#38503), each time that
 * the task comes again. The SDK 1.24 reads this, though its types do not offer it.
 */
const PATIENT = { isolateExecutionTimeout: '2 minutes' };

/** The worker that runs the workflow, and what needs no request: local activities and notifications. */
const createWorkflowWorker = (parts: WorkerParts): Promise<Worker> =>
  Worker.create({
    ...SHUTDOWN,
    ...parts.workflowCode,
    dataConverter,
    connection: parts.connection,
    namespace: parts.namespace,
    taskQueue: parts.taskQueue,
    identity: parts.identity,
    activities: { ...parts.activities.local, ...parts.activities.notifier },
    // a cached workflow costs about 0.25 MB; one that waits for days for a person need not be cached
    maxCachedWorkflows: parts.maxCachedWorkflows,
    ...PATIENT,
    // how long the workflows of a worker that died wait for it before another takes them
    stickyQueueScheduleToStartTimeout: '1s',
    // an activity must go through its queue, which is where the rate limit is
    maxEagerActivityReservationsPerWorkflowTask: 0,
    ...(parts.deployment !== null && {
      workerDeploymentOptions: {
        useWorkerVersioning: true as const,
        version: parts.deployment,
        // onboardings last minutes to weeks: each stays with the code that began it
        defaultVersioningBehavior: 'PINNED' as const,
      },
    }),
  });

/**
 * The worker of one API bucket. The server holds its queue to the rate, for all workers of the queue together; versions
 * share it too, so these workers are not versioned: two queues at the full rate would be twice the limit.
 */
const createBucketWorker = (parts: WorkerParts, bucket: Bucket): Promise<Worker> => {
  const rate = parts.rates[bucket];
  return Worker.create({
    ...SHUTDOWN,
    connection: parts.connection,
    namespace: parts.namespace,
    taskQueue: bucketQueue(parts.taskQueue, bucket),
    identity: parts.identity,
    activities: parts.activities[bucket],
    maxTaskQueueActivitiesPerSecond: rate,
    // as many as begin within a minute, the longest an ordinary request takes; uploads take several
    maxConcurrentActivityTaskExecutions: Math.min(Math.max(Math.ceil(rate * 60), 20), 400),
    // more would not speed up a queue that is held back
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
  });
};

export const createWorkers = (parts: WorkerParts): Promise<Worker[]> =>
  Promise.all([createWorkflowWorker(parts), ...BUCKETS.map((bucket) => createBucketWorker(parts, bucket))]);
