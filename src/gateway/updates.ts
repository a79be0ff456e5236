import { WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError, type Client } from '@temporalio/client';
import { ApplicationFailure, type UpdateDefinition } from '@temporalio/common';
import {
  calling,
  grpcError,
  NoWorkerError,
  OnboardingEndedError,
  OnboardingNotFoundError,
  RefusedError,
  UnreachableError,
} from '../client/errors';

/** How an update ended, as far as a page has to tell them apart. */
export type Answer<T> =
  | { kind: 'taken'; value: T }
  /** `type`: a refusal of the contract, or the error code of a call to Layers. */
  | { kind: 'refused'; type: string; message: string; details: unknown }
  /** The run that was looked at has ended, so nobody could take it. */
  | { kind: 'ended' }
  /** No answer in time: it may still take effect. The same id again tells, and never counts twice. */
  | { kind: 'unknown' };

const GRPC_INTERNAL = 13;

/** Sends one update to the run that the page was made from, and to no later one. */
export async function send<Ret, Arg>(
  client: Client,
  to: { workflowId: string; runId: string; timeoutMs: number },
  definition: UpdateDefinition<Ret, [Arg]>,
  arg: Arg,
  updateId: string,
): Promise<Answer<Ret>> {
  const handle = client.workflow.getHandle(to.workflowId, to.runId);
  try {
    const value = await calling(client, to.timeoutMs, () =>
      handle.executeUpdate(definition, { args: [arg], updateId }),
    );
    return { kind: 'taken', value };
  } catch (error) {
    return answerOf(error);
  }
}

function answerOf(error: unknown): Answer<never> {
  if (error instanceof RefusedError) return refused(error.type, error.message, error.details);
  if (error instanceof OnboardingEndedError || error instanceof OnboardingNotFoundError) return { kind: 'ended' };
  if (
    error instanceof NoWorkerError ||
    error instanceof UnreachableError ||
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError
  )
    return { kind: 'unknown' };
  // An update of a run that was reset is known to the server by id, but no longer to any run.
  if (grpcError(error)?.code === GRPC_INTERNAL) return { kind: 'ended' };
  if (error instanceof WorkflowUpdateFailedError) {
    const failure = applicationFailure(error);
    if (failure !== null) return refused(failure.type ?? '', failure.message, failure.details ?? []);
  }
  throw error;
}

/** The server's own way of saying that the workflow ended while the update was under way. */
const ENDED_UNDER_WAY = 'AcceptedUpdateCompletedWorkflow';

const refused = (type: string, message: string, details: readonly unknown[]): Answer<never> =>
  type === ENDED_UNDER_WAY ? { kind: 'ended' } : { kind: 'refused', type, message, details: details[0] };

/** An activity's failure inside a handler comes wrapped; what matters is the innermost cause that says something. */
function applicationFailure(error: unknown): ApplicationFailure | null {
  for (let inner = error; inner instanceof Error; inner = inner.cause)
    if (inner instanceof ApplicationFailure) return inner;
  return null;
}
