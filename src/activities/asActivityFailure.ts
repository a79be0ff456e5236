import { ApplicationFailure } from '@temporalio/common';
import { blockingFailure } from '../contract/failures';
import { describe, LayersError } from '../layers/errors';

/**
 * How Temporal hears of a failed request: retryable failures carry the code as type and wait as long as they should,
 * everything else blocks the step. `times`: how often this activity has met the same code, this time included.
 * `doubtful`: an earlier try may have had its effect, so that this refusal is not the whole story. A conflict of keys
 * is, since it is met only when the request that had the key before is over.
 * What is no `LayersError` (a cancellation, a failure of the flow, a defect) passes through.
 */
export function toActivityFailure(error: unknown, times = 1, doubtful = false): unknown {
  if (!(error instanceof LayersError)) return error;
  const { details: given, retry, tries, retryAfterMs, benign } = error.classification;
  const definite = given.definite && (!doubtful || given.code === 'IDEMPOTENCY_CONFLICT');
  // The workflow sees no delay, and needs it for the time after this activity has ended.
  const details = { ...given, definite, ...(retryAfterMs === undefined ? {} : { stayAwayMs: retryAfterMs }) };
  if (tries !== undefined && times >= tries) return blockingFailure({ ...given, definite });
  if (retry === 'no') return blockingFailure(details);
  if (tries !== undefined && retryAfterMs !== undefined)
    details.stayAwayMs = Math.round(retryAfterMs * 2 ** (times - 1));
  return ApplicationFailure.create({
    message: describe(details),
    type: details.code,
    details: [details],
    category: benign ? 'BENIGN' : undefined,
    nextRetryDelay: details.stayAwayMs,
  });
}
