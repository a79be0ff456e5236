import { proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { Local, Reads } from '../../src/contract/activities';
import { bucketQueue } from '../../src/contract/queues';

/** Touches what a worker process offers: a local activity, and an activity on the queue of a bucket. */
export async function onboardCustomer(input: unknown): Promise<unknown> {
  const local = proxyLocalActivities<Local>({ startToCloseTimeout: '10s' });
  const reads = proxyActivities<Reads>({
    taskQueue: bucketQueue(workflowInfo().taskQueue, 'reads'),
    startToCloseTimeout: '10s',
  });
  const checked = await local.validateInput({ input, workflowId: workflowInfo().workflowId, now: Date.now() });
  if ('problems' in checked) return checked;
  const { mode, apiKeyId, notifies } = checked.valid;
  const found = await reads.findProjects({
    as: { organizationId: null, mode, apiKeyId },
    customerExternalId: 'acme-coffee',
  });
  return { mode, apiKeyId, notifies, found };
}
