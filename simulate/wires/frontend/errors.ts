import { google, temporal } from '@temporalio/proto';

const details = temporal.api.errordetails.v1;

/** The numbers of gRPC, as far as a frontend uses them. */
const CODES = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
} as const;

interface Detail {
  type: string;
  value: Uint8Array;
}

/** What a call throws: as gRPC has it, so that the SDK makes its own errors of it. */
export class GrpcError extends Error {
  readonly code: number;
  readonly metadata = new Map<string, Buffer[]>();

  constructor(
    status: keyof typeof CODES,
    readonly details: string,
    detail?: Detail,
  ) {
    super(`${CODES[status]} ${status}: ${details}`);
    this.code = CODES[status];
    if (detail === undefined) return;
    const any = { type_url: `type.googleapis.com/temporal.api.errordetails.v1.${detail.type}`, value: detail.value };
    const told = google.rpc.Status.encode({ code: this.code, message: details, details: [any] }).finish();
    this.metadata.set('grpc-status-details-bin', [Buffer.from(told)]);
  }
}

export const notFound = (message: string): GrpcError =>
  new GrpcError('NOT_FOUND', message, { type: 'NotFoundFailure', value: details.NotFoundFailure.encode({}).finish() });

/** Whatever is asked of a run that takes no more messages. */
export const alreadyCompleted = (): GrpcError => notFound('workflow execution already completed');

export const alreadyStarted = (message: string, runId: string, startRequestId: string): GrpcError =>
  new GrpcError('ALREADY_EXISTS', message, {
    type: 'WorkflowExecutionAlreadyStartedFailure',
    value: details.WorkflowExecutionAlreadyStartedFailure.encode({ runId, startRequestId }).finish(),
  });

export const invalid = (message: string): GrpcError => new GrpcError('INVALID_ARGUMENT', message);
