import { bucketQueue, BUCKETS } from '../../src/contract/queues';
import type { Stage } from './stage';

const ACTIVITY_QUEUE = 2;
const REASON = 'chaos: what is due waits for the strike';

/** Lets nothing out of the queues of calls that change something; takes half a second. */
export async function pauseWrites(stage: Stage): Promise<void> {
  await setLimit(stage, { requestsPerSecond: 0 });
}

/** Gives the queues back the limit that the workers name. */
export async function unpauseWrites(stage: Stage): Promise<void> {
  await setLimit(stage, undefined);
}

async function setLimit(
  { client, namespace, taskQueue }: Stage,
  rateLimit?: { requestsPerSecond: number },
): Promise<void> {
  await Promise.all(
    BUCKETS.filter((bucket) => bucket !== 'reads').map((bucket) =>
      client.workflowService.updateTaskQueueConfig({
        namespace,
        identity: 'chaos',
        taskQueue: bucketQueue(taskQueue, bucket),
        taskQueueType: ACTIVITY_QUEUE,
        updateQueueRateLimit: { reason: REASON, ...(rateLimit && { rateLimit }) },
      }),
    ),
  );
}
