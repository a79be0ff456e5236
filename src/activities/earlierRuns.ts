import { Context } from '@temporalio/activity';
import type { Local } from '../contract/activities';
import { ONBOARD_CUSTOMER } from '../contract/messages';
import type { OnboardingResult } from '../contract/result';

/** A customer is onboarded once, or a few times. */
const MOST_RUNS = 20;

/** Asks Temporal, which alone knows how the runs before this one have ended: no client is told that by another SDK's start. */
export const wasRejected: Local['wasRejected'] = async ({ workflowId, madeAt }) => {
  const { client } = Context.current();
  const query = [
    `WorkflowId = ${JSON.stringify(workflowId)}`,
    `WorkflowType = "${ONBOARD_CUSTOMER}"`,
    'ExecutionStatus = "Completed"',
    `CloseTime >= "${new Date(madeAt).toISOString()}"`,
  ].join(' AND ');
  let looked = 0;
  for await (const { runId } of client.workflow.list({ query, pageSize: MOST_RUNS })) {
    if (looked++ === MOST_RUNS) break;
    const result = (await client.workflow.getHandle(workflowId, runId).result()) as Partial<OnboardingResult> | null;
    if (result?.outcome === 'rejected') return true;
  }
  return false;
};
