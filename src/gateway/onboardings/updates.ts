import { WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError, type Client } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import {
  calling,
  grpcError,
  OnboardingEndedError,
  OnboardingNotFoundError,
  RefusedError,
  UnreachableError,
} from '../../client/errors';
import { executeUpdate } from '../../client/updates';

/** How an update ended, as far as a page says different things about it. */
export type UpdateOutcome<T> =
  | { kind: 'taken'; value: T }
  /** `type`: a refusal of the contract, the error code of a call to Layers, or `NOT_TAKEN`. */
  | { kind: 'refused'; type: string; message: string; details: unknown }
  /** The run that was looked at has ended, so it could take nothing any more. */
  | { kind: 'ended' }
  /** No worker answered in time: it may still take effect. Sent again under the same id, it counts once. */
  | { kind: 'unknown' };

/** The Temporal server itself does not take an update for this run. */
export const NOT_TAKEN = 'NotTaken';

const GRPC_INTERNAL = 13;
/** Of the history, the event alone that ended the run. */
const CLOSE_EVENT = 2;

/**
 * Sends one update to the run that the page was made from, and to no other, but for the one that has continued it: a long
 * history goes on in a new run, where the same question is still open.
 */
export async function sendUpdate<Ret, Arg>(
  client: Client,
  to: { workflowId: string; runId: string; timeoutMs: number },
  definition: UpdateDefinition<Ret, [Arg]>,
  arg: Arg,
  updateId: string,
): Promise<UpdateOutcome<Ret>> {
  const handle = client.workflow.getHandle(to.workflowId, to.runId);
  try {
    const value = await calling(client, to.timeoutMs, () => executeUpdate(handle, definition, arg, updateId));
    return { kind: 'taken', value };
  } catch (error) {
    const outcome = outcomeOf(error);
    const next = outcome.kind === 'ended' ? await continuedBy(client, to) : null;
    return next === null ? outcome : sendUpdate(client, { ...to, runId: next }, definition, arg, updateId);
  }
}

/** The run that continues another; `null` where that one has ended for good, or where the server does not say. */
async function continuedBy(
  client: Client,
  { workflowId, runId }: { workflowId: string; runId: string },
): Promise<string | null> {
  try {
    const request = {
      namespace: client.options.namespace,
      execution: { workflowId, runId },
      historyEventFilterType: CLOSE_EVENT,
    };
    const { history } = await client.workflowService.getWorkflowExecutionHistory(request);
    const [closed] = history?.events ?? [];
    return closed?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId || null;
  } catch {
    return null;
  }
}

/** One word, for the log and to choose what a page says: the type of a refusal, else the kind. */
export const outcomeName = (outcome: UpdateOutcome<unknown>): string =>
  outcome.kind === 'refused' ? outcome.type : outcome.kind;

/** `calling` has translated the SDK's errors into those of `client/errors.ts`, but for some that only updates meet. */
function outcomeOf(error: unknown): UpdateOutcome<never> {
  if (error instanceof RefusedError)
    return { kind: 'refused', type: error.type, message: error.message, details: error.details[0] };
  if (error instanceof OnboardingEndedError || error instanceof OnboardingNotFoundError) return { kind: 'ended' };
  if (error instanceof UnreachableError || error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
    return { kind: 'unknown' };
  // The server still knows the id of an update whose run was reset, but no run has it any more.
  const grpc = grpcError(error);
  if (grpc?.code === GRPC_INTERNAL) return { kind: 'ended' };
  // No failure of a handler's own: the run was cancelled or stopped while it worked on the update.
  if (error instanceof WorkflowUpdateFailedError) return { kind: 'ended' };
  if (grpc !== null) return { kind: 'refused', type: NOT_TAKEN, message: grpc.details, details: null };
  throw error;
}
