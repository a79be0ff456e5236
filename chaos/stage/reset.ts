import { randomUUID } from 'node:crypto';
import type { Stage } from './stage';

/**
 * Resets a workflow to its first task, as an operator does when code went wrong: everything runs again from there. Returns
 * the id of the run whose place the new one takes.
 */
export async function resetToBeginning({ client, namespace }: Stage, workflowId: string): Promise<string> {
  const handle = client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const task = events?.find(({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes != null);
  await client.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId, runId },
    workflowTaskFinishEventId: task!.eventId!,
    requestId: randomUUID(),
    reason: 'chaos',
  });
  return runId;
}
