import {
  isGrpcServiceError,
  NamespaceNotFoundError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

/** Temporal cannot be reached for now, or is too busy: trying again later is all there is to do. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** Temporal answers, but no worker does: the onboarding waits, nothing is lost. */
export class NoWorkerError extends Error {
  override readonly name = 'NoWorkerError';
}

/** The connection or the namespace is not set up for onboardings: the message says what to do. */
export class MisconfiguredError extends Error {
  override readonly name = 'MisconfiguredError';
}

/** There is no onboarding with this workflow id or customer. */
export class OnboardingNotFoundError extends Error {
  override readonly name = 'OnboardingNotFoundError';
  constructor(readonly idOrCustomer: string) {
    super(`There is no onboarding of the customer "${idOrCustomer}", and none with this workflow id.`);
  }
}

/**
 * A name means several onboardings: organizations may each have a customer with this external id, and a customer may be
 * called like the workflow id of another.
 */
export class AmbiguousCustomerError extends Error {
  override readonly name = 'AmbiguousCustomerError';
  constructor(
    readonly customer: string,
    readonly workflowIds: readonly string[],
  ) {
    super(
      `Several onboardings belong to the customer "${customer}" or are called so. ` +
        `Name one by its workflow id: ${workflowIds.join(', ')}.`,
    );
  }
}

/** The onboarding refused a message. `type` is a `RefusalType`; `details` carry the decision or revision that stands. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  constructor(
    readonly type: string,
    message: string,
    readonly details: readonly unknown[],
  ) {
    super(message);
  }
}

/** The onboarding has ended: it takes no more messages. */
export class OnboardingEndedError extends Error {
  override readonly name = 'OnboardingEndedError';
  constructor(readonly workflowId: string) {
    super(`The onboarding ${workflowId} has ended.`);
  }
}

/** The numbers of gRPC, which is not a dependency of its own here. */
const GRPC = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** The gRPC error in or behind an error of the SDK: its code and what the server said. */
export function grpcError(error: unknown): { code: number; details: string } | null {
  for (let inner = error; inner instanceof Error; inner = inner.cause)
    if (isGrpcServiceError(inner)) return { code: inner.code, details: inner.details || inner.message };
  return null;
}

/**
 * The server has thrown away the workflow task in which an update was taken, and the update with it. Under the same code it
 * says that a run has had as many updates as it takes.
 */
export const isTaskFailure = (grpc: ReturnType<typeof grpcError>): boolean =>
  grpc?.code === GRPC.failedPrecondition && /workflow task/i.test(grpc.details);

/** The server's own way of saying that the workflow ended while an update was under way. */
const ENDED_UNDER_WAY = 'AcceptedUpdateCompletedWorkflow';

/** What a handler threw, also when that was an activity's failure, which comes wrapped. */
function applicationFailure(error: Error): ApplicationFailure | null {
  for (let inner: unknown = error; inner instanceof Error; inner = inner.cause)
    if (inner instanceof ApplicationFailure) return inner;
  return null;
}

/** An error of the SDK in the words of this module; anything else unchanged. */
export function translated(error: unknown, workflowId = ''): unknown {
  if (error instanceof WorkflowUpdateFailedError) {
    const failure = applicationFailure(error);
    if (failure?.type === ENDED_UNDER_WAY) return new OnboardingEndedError(workflowId);
    if (failure !== null)
      return new RefusedError(failure.type ?? 'InvalidMessage', failure.message, failure.details ?? []);
  }
  if (error instanceof WorkflowNotFoundError)
    // the same code for "never heard of it", without words where the id cannot be one, and "no longer running"
    return error.message === '' || /not found/i.test(error.message)
      ? new OnboardingNotFoundError(workflowId)
      : new OnboardingEndedError(workflowId);
  if (error instanceof NamespaceNotFoundError)
    return new MisconfiguredError(
      `Temporal has no namespace "${error.namespace}". Create it, or set TEMPORAL_NAMESPACE.`,
    );
  const grpc = grpcError(error);
  switch (grpc?.code) {
    case GRPC.cancelled:
    case GRPC.deadlineExceeded:
    case GRPC.resourceExhausted:
    case GRPC.unavailable:
      return new UnreachableError(`Temporal does not answer: ${grpc.details}`, { cause: error });
    case GRPC.failedPrecondition:
      if (!isTaskFailure(grpc)) return error;
      return new UnreachableError(`Temporal could not take the message at this moment: ${grpc.details}`, {
        cause: error,
      });
    case GRPC.permissionDenied:
    case GRPC.unauthenticated:
      return new MisconfiguredError(`Temporal refuses these credentials: ${grpc.details}`, { cause: error });
    case GRPC.invalidArgument:
      if (!/search attribute/i.test(grpc.details)) return error;
      return new MisconfiguredError(
        `The namespace lacks search attributes (${grpc.details}). Register them: layers-onboarding setup`,
        { cause: error },
      );
    default:
      return error;
  }
}

/** Time for one request that the server answers by itself. */
export const SERVER_MS = 10_000;

/** Runs calls to Temporal within `ms`; what they throw is translated. */
export async function calling<T>(
  client: { withDeadline<R>(deadline: number, fn: () => Promise<R>): Promise<R> },
  ms: number,
  calls: () => Promise<T>,
  workflowId = '',
): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + ms, calls);
  } catch (error) {
    throw translated(error, workflowId);
  }
}
