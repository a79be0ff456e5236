import { WorkflowUpdateRPCTimeoutOrCancelledError, type Client } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import {
  calling,
  grpcError,
  OnboardingEndedError,
  OnboardingNotFoundError,
  RefusedError,
  UnreachableError,
} from '../../client/errors';

/** How an update ended, as far as a page says different things about it. */
export type UpdateOutcome<T> =
  | { kind: 'taken'; value: T }
  /** `type`: a refusal of the contract, or the error code of a call to Layers. */
  | { kind: 'refused'; type: string; message: string; details: unknown }
  /** The run that was looked at has ended, so it could take nothing any more. */
  | { kind: 'ended' }
  /** No worker answered in time: it may still take effect. Sent again under the same id, it counts once. */
  | { kind: 'unknown' };

const GRPC_INTERNAL = 13;

/** Sends one update to the run that the page was made from, and to no later one. */
export async function sendUpdate<Ret, Arg>(
  client: Client,
  to: { workflowId: string; runId: string; timeoutMs: number },
  definition: UpdateDefinition<Ret, [Arg]>,
  arg: Arg,
  updateId: string,
): Promise<UpdateOutcome<Ret>> {
  const handle = client.workflow.getHandle(to.workflowId, to.runId);
  try {
    const value = await calling(client, to.timeoutMs, () =>
      handle.executeUpdate(definition, { args: [arg], updateId }),
    );
    return { kind: 'taken', value };
  } catch (error) {
    return outcomeOf(error);
  }
}

/** One word, for the log and to choose what a page says: the type of a refusal, else the kind. */
export const outcomeName = (outcome: UpdateOutcome<unknown>): string =>
  outcome.kind === 'refused' ? outcome.type : outcome.kind;

/** `calling` has translated the SDK's errors into those of `client/errors.ts`, but for two that only updates meet. */
function outcomeOf(error: unknown): UpdateOutcome<never> {
  if (error instanceof RefusedError)
    return { kind: 'refused', type: error.type, message: error.message, details: error.details[0] };
  if (error instanceof OnboardingEndedError || error instanceof OnboardingNotFoundError) return { kind: 'ended' };
  if (error instanceof UnreachableError || error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
    return { kind: 'unknown' };
  // The server still knows the id of an update whose run was reset, but no run has it any more.
  if (grpcError(error)?.code === GRPC_INTERNAL) return { kind: 'ended' };
  throw error;
}
