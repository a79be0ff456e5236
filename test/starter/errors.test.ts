import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, RetryState } from '@temporalio/common';
import { OnboardingEndedError, OnboardingNotFoundError, RefusedError, translated } from '../../src/client/errors';

const failure = ApplicationFailure.nonRetryable('Layers does not answer.', 'ApiUnavailable', {
  code: 'ApiUnavailable',
});

test('a handler that failed in an activity is refused with what the activity said', () => {
  const activity = new ActivityFailure(
    'Activity task failed',
    'createOauthUrl',
    '1',
    RetryState.NON_RETRYABLE_FAILURE,
    'w',
    failure,
  );
  expect(translated(new WorkflowUpdateFailedError('Workflow Update failed', activity))).toMatchObject({
    name: 'RefusedError',
    type: 'ApiUnavailable',
    message: 'Layers does not answer.',
    details: [{ code: 'ApiUnavailable' }],
  });
});

test('an onboarding that ended under an update has ended, whichever way the server puts it', () => {
  const ended = ApplicationFailure.nonRetryable(
    'Workflow Update failed because the Workflow completed.',
    'AcceptedUpdateCompletedWorkflow',
  );
  expect(translated(new WorkflowUpdateFailedError('failed', ended), 'onboard-x')).toBeInstanceOf(OnboardingEndedError);
  for (const message of ['workflow execution already completed', 'workflow update was aborted by closing workflow'])
    expect(translated(new WorkflowNotFoundError(message, 'onboard-x', undefined), 'onboard-x')).toBeInstanceOf(
      OnboardingEndedError,
    );
  expect(translated(new WorkflowNotFoundError('workflow not found for ID: x', 'x', undefined), 'x')).toBeInstanceOf(
    OnboardingNotFoundError,
  );
});

test('what is not of Temporal passes unchanged', () => {
  const defect = new TypeError('a defect');
  expect(translated(defect)).toBe(defect);
  const refused = new RefusedError('NotBlocked', 'no', []);
  expect(translated(refused)).toBe(refused);
});
