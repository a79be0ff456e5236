import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { status as statusQuery } from '../../src/contract/messages';
import type { Blocked, OnboardingStatus, StepStatus } from '../../src/contract/status';
import type { Step, StepState } from '../../src/contract/steps';
import { underReview, untilStatus } from './environment';

/** What an onboarding says of itself. */

export const statusOf = (handle: WorkflowHandle): Promise<OnboardingStatus> => handle.query(statusQuery);

export const stepOf = ({ steps }: OnboardingStatus, name: Step): StepStatus => steps.find(({ step }) => step === name)!;

export const untilStep = (handle: WorkflowHandle, name: Step, state: StepState): Promise<OnboardingStatus> =>
  untilStatus(handle, (status) => stepOf(status, name).state === state);

/** Once a round is under review. */
export const untilReview = (handle: WorkflowHandle, revision = 0): Promise<OnboardingStatus> =>
  untilStatus(handle, (status) => underReview(status) && status.review!.revision === revision);

/** Once a step is blocked: what the operator sees of it. */
export async function untilBlocked(handle: WorkflowHandle, name: Step, code?: string): Promise<Blocked> {
  const mine = ({ step, code: seen }: Blocked): boolean => step === name && (code === undefined || seen === code);
  return (await untilStatus(handle, ({ blocked }) => blocked.some(mine))).blocked.find(mine)!;
}

/** The failure behind a rejected update or result, as every SDK sees it. */
export async function failureOf(promise: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await promise.then(
    () => undefined,
    (rejection: unknown) => rejection,
  );
  const cause =
    error instanceof WorkflowUpdateFailedError || error instanceof WorkflowFailedError ? error.cause : undefined;
  if (cause instanceof ApplicationFailure && !(cause instanceof ActivityFailure)) return cause;
  throw new Error('no ApplicationFailure', { cause: error });
}
