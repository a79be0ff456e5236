import { ActivityFailure, ApplicationFailure, RetryState, TimeoutFailure } from '@temporalio/common';
import type { ApiKeyChangedDetails } from '../contract/activities';
import { failureDetails, NOT_READY, type FailureDetails } from '../contract/failures';

/** The failure inside what an activity call or a step threw; `null` for anything else, which is a bug. */
function applicationFailure(error: unknown): ApplicationFailure | null {
  const inner = error instanceof ActivityFailure ? error.cause : error;
  return inner instanceof ApplicationFailure ? inner : null;
}

/** The `type` of the failure that ended an activity or a step. */
export const failureType = (error: unknown): string | null => applicationFailure(error)?.type ?? null;

/**
 * What to tell an operator about an error that ends a step. `null` for a bug: it must fail the workflow task, which
 * then waits for a fixed worker.
 */
export function detailsOf(error: unknown): FailureDetails | null {
  const failure = applicationFailure(error);
  const given = failure?.details?.[0] as FailureDetails | undefined;
  if (failure?.type === NOT_READY)
    return failureDetails('DeadlinePassed', `Layers did not finish in time: ${failure.message}.`);
  if (given !== undefined && typeof given === 'object' && typeof given.code === 'string') return given;
  if (error instanceof ActivityFailure) {
    const cause =
      error.cause instanceof TimeoutFailure ? 'There was no answer in time.' : (error.cause?.message ?? error.message);
    return failureDetails('ApiUnavailable', `${error.activityType}: ${cause}`);
  }
  return failure === null ? null : failureDetails('UnknownError', failure.message);
}

/** The code of the catalogue by which a call or a step failed; `null` for a bug. */
export const codeOf = (error: unknown): string | null => detailsOf(error)?.code ?? null;

/** Only a definite refusal says that a write has changed nothing; after anything else its effect may have landed. */
export const mayHaveTakenEffect = (error: unknown): boolean => detailsOf(error)?.definite !== true;

/** The activity used up its time with all its retries: whether the effect landed is not known. */
export const ranOutOfTime = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  (error.cause instanceof TimeoutFailure || error.retryState === RetryState.TIMEOUT);

/** The API key that the worker holds now, as the failure `ApiKeyChanged` tells it. */
export function newApiKeyId(error: unknown): string {
  const [details] = (applicationFailure(error)?.details ?? []) as [ApiKeyChangedDetails?];
  return details?.apiKeyId ?? '';
}
