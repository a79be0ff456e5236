import { randomUUID } from 'node:crypto';
import { msToTs } from '@temporalio/common/lib/time';
import type { Stage } from './stage';
import { until } from './until';

const HOUR_MS = 3_600_000;
/** `Retry-After` of a day, and the part that a fleet's members stay away longer. */
const SKIPPED_MS = 27 * HOUR_MS;
const A_DAY_SECONDS = 86_400;

/**
 * Moves the clock of one onboarding on by a day, once it does nothing but wait that long because Layers asked for it.
 * `false` while it does not. The clocks of everything else, Layers' as well, stay as they are.
 */
export async function passADay({ client, namespace }: Stage, workflowId: string): Promise<boolean> {
  const handle = client.workflow.getHandle(workflowId);
  const { events } = await handle.fetchHistory();
  const started = new Map<string, number>();
  for (const { timerStartedEventAttributes: start, timerFiredEventAttributes: fired } of events ?? []) {
    if (start) started.set(start.timerId!, Number(start.startToFireTimeout?.seconds ?? 0));
    if (fired) started.delete(fired.timerId!);
  }
  // The week of a review is no such wait.
  const waits = [...started.values()].some((seconds) => seconds >= A_DAY_SECONDS && seconds < 2 * A_DAY_SECONDS);
  if (!waits) return false;
  const id = randomUUID();
  const execution = { namespace, workflowExecution: { workflowId } };
  await client.workflowService.updateWorkflowExecutionOptions({
    ...execution,
    workflowExecutionOptions: {
      timeSkippingConfig: { enabled: true, fastForwardConfig: { id, duration: msToTs(SKIPPED_MS) } },
    },
    updateMask: { paths: ['time_skipping_config'] },
  });
  return until(async () => {
    const { fastForwardPollingResult } = await client.workflowService.pollWorkflowExecutionTimeSkipping({
      ...execution,
      fastForwardId: id,
    });
    return fastForwardPollingResult === 2 || fastForwardPollingResult === 3;
  }, 30_000);
}
