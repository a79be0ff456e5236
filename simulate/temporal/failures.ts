import Long from 'long';
import { temporal } from '@temporalio/proto';
import type { Failure, HistoryEvent } from './temporal';

const { RetryState, TimeoutType } = temporal.api.enums.v1;
export { RetryState, TimeoutType };
export type Timeout = temporal.api.enums.v1.TimeoutType;

/** Who an activity is, as failures name it. */
export interface Named {
  activityId: string;
  activityType: string;
  scheduledEvent: HistoryEvent | null;
}

const infoOf = ({ activityId, activityType, scheduledEvent }: Named, retryState: number) => ({
  scheduledEventId: scheduledEvent?.eventId ?? Long.ZERO,
  startedEventId: Long.ZERO,
  identity: 'simulation',
  activityType: { name: activityType },
  activityId,
  retryState,
});

/** How a workflow is told that an activity has failed. */
export const activityFailure = (of: Named, message: string, cause: Failure, retryState: number): Failure => ({
  message,
  cause,
  activityFailureInfo: infoOf(of, retryState),
});

export const cancelledActivity = (of: Named): Failure => ({
  message: 'Activity cancelled',
  cause: { message: 'Cancelled', source: 'Server', canceledFailureInfo: {} },
  activityFailureInfo: infoOf(of, RetryState.RETRY_STATE_CANCEL_REQUESTED),
});

export const timedOut = (timeoutType: Timeout, cause?: Failure | null): Failure => ({
  message: `activity ${TimeoutType[timeoutType].replace('TIMEOUT_TYPE_', '').toLowerCase()} timeout`,
  source: 'Server',
  timeoutFailureInfo: { timeoutType },
  ...(cause ? { cause } : {}),
});
