import { defaultPayloadConverter, fromPayloadsAtIndex, type Payload } from '@temporalio/common';
import type { DecideReviewArgs, ResolveStepArgs } from '../../src/contract/messages';
import type { HistoryEvent } from '../temporal/temporal';

/** What people have told a run, as far as it has taken it: what they were answered is what it has to keep to. */
export interface Told {
  isCancelled: boolean;
  isAborted: boolean;
  /** The operator lets it go on without its post. */
  isPostSkipped: boolean;
  decisions: DecideReviewArgs[];
  /** A signal has no answer: it may have been ignored. */
  mayBeApproved: boolean;
}

/** Reads it in the histories of a run and of those that it continues, oldest first. */
export function toldIn(history: readonly HistoryEvent[]): Told {
  const told: Told = {
    isCancelled: false,
    isAborted: false,
    isPostSkipped: false,
    decisions: [],
    mayBeApproved: false,
  };
  const accepted = new Map<string, { name: string; args: unknown }>();
  for (const event of history) {
    if (event.workflowExecutionCancelRequestedEventAttributes) told.isCancelled = true;
    if (event.workflowExecutionSignaledEventAttributes?.signalName === 'approve') told.mayBeApproved = true;
    // What a run before a reset was told stands in the history as admitted, and is accepted without being repeated.
    const update =
      event.workflowExecutionUpdateAdmittedEventAttributes?.request ??
      event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
    if (update?.meta?.updateId != null)
      accepted.set(update.meta.updateId, { name: update.input?.name ?? '', args: read(update.input?.args?.payloads) });
    const completed = event.workflowExecutionUpdateCompletedEventAttributes;
    if (completed?.outcome?.success == null) continue;
    const { name, args } = accepted.get(completed.meta?.updateId ?? '') ?? { name: '', args: null };
    if (name === 'decideReview') told.decisions.push(args as DecideReviewArgs);
    if (name !== 'resolveStep') continue;
    const { action, step } = args as ResolveStepArgs;
    if (action === 'abort') told.isAborted = true;
    if (action === 'skip' && step === 'schedule') told.isPostSkipped = true;
  }
  return told;
}

const read = (payloads: Payload[] | null | undefined): unknown =>
  payloads?.[0] === undefined ? null : fromPayloadsAtIndex(defaultPayloadConverter, 0, payloads);
