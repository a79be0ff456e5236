import { tsToMs } from '@temporalio/common/lib/time';
import type { Execution } from '../../temporal/execution';
import type { Service } from '../../temporal/service';
import { invalid, notFound } from './errors';

/** How a call names a run: of the workflow id the current one, or just this run. */
export interface Named {
  workflowId?: string | null;
  runId?: string | null;
}

/** The reset stands where the first workflow task would have been completed. */
const RESET_BEFORE = 5;
/** A server tries again after so long, by itself, what a run does not take that is about to end. */
const CLOSING_MS = 50;
const RUN_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * The run that a call is about.
 *
 * @param firstRunId of the chain of runs that the caller means; empty for any
 * @throws GrpcError in the words of the server
 */
export function runOf(service: Service, named: Named | null | undefined, firstRunId = ''): Execution {
  const { workflowId, runId } = named ?? {};
  if (!workflowId) throw invalid('WorkflowId is not set on request.');
  if (runId && !RUN_ID.test(runId)) throw invalid('Invalid RunId.');
  const run = runId ? service.find(workflowId, runId) : service.latest(workflowId);
  if (run === undefined)
    throw notFound(
      runId
        ? `workflow execution not found for workflow ID "${workflowId}" and run ID "${runId}"`
        : `workflow not found for ID: ${workflowId}`,
    );
  if (firstRunId !== '' && run.firstRunId !== firstRunId) throw notFound('workflow execution not found');
  return run;
}

/** The run that a message is for, as soon as it takes messages: by then another one may go on in its place. */
export async function takingMessages(find: () => Execution): Promise<Execution> {
  for (;;) {
    const run = find();
    if (!run.isClosing) return run;
    await run.world.clock.sleep(CLOSING_MS);
  }
}

/**
 * When clients see it begin, in epoch milliseconds: a run that was made by a reset has the history of another one before
 * that.
 */
export function beganAt({ runId, startedAt, history }: Execution): number {
  const reset = history
    .slice(0, RESET_BEFORE)
    .find(({ workflowTaskFailedEventAttributes: failed }) => failed?.newRunId === runId);
  return reset === undefined ? startedAt : tsToMs(reset.eventTime);
}

export const isClosed = ({ closedAt }: Execution): boolean => closedAt !== null;
