import { ApplicationFailure } from '@temporalio/common';
import { blockingFailure } from '../contract/failures';
import { describe, LayersError } from '../layers/errors';

/**
 * How Temporal hears of a failed request: retryable failures carry the code as type and wait as long as they should,
 * everything else blocks the step. `times`: how often this activity has met the same code, this time included.
 * What is no `LayersError` (a cancellation, a failure of the flow, a defect) passes through.
 */
export function toActivityFailure(error: unknown, times = 1): unknown {
  if (!(error instanceof LayersError)) return error;
  const { details, retry, tries, retryAfterMs, benign } = error.classification;
  if (retry === 'no' || (tries !== undefined && times >= tries)) return blockingFailure(details);
  const nextRetryDelay =
    retryAfterMs === undefined || tries === undefined ? retryAfterMs : Math.round(retryAfterMs * 2 ** (times - 1));
  return ApplicationFailure.create({
    message: describe(details),
    type: details.code,
    // The workflow does not see the delay, and needs it where it is longer than the activity has time left.
    details: [nextRetryDelay === undefined ? details : { ...details, stayAwayMs: nextRetryDelay }],
    category: benign ? 'BENIGN' : undefined,
    nextRetryDelay,
  });
}
