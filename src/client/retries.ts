import type { WorkflowExecutionDescription } from '@temporalio/client';
import { NOT_READY } from '../contract/failures';

/** A call to Layers that Temporal will make again. */
export interface RetriedCall {
  /** Name of the activity, for instance `createProject`. */
  activity: string;
  /** The attempt that comes next. */
  attempt: number;
  /** `NotReady` for a wait that goes as it should, else a code of the error catalogue. */
  type: string | null;
  message: string;
  /** UTC, ISO 8601; `null` while the next attempt is on its way. */
  nextAt: string | null;
}

/** A wait, which is no trouble: Layers is still working. */
export const isWait = (call: RetriedCall): boolean => call.type === NOT_READY;

interface Timestamp {
  seconds?: { toString(): string } | number | string | null;
  nanos?: number | null;
}

const isoTime = (time: Timestamp | null | undefined): string | null =>
  time?.seconds == null
    ? null
    : new Date(Number(time.seconds.toString()) * 1000 + (time.nanos ?? 0) / 1e6).toISOString();

/** The pending activities that have failed before. The workflow cannot see them, so no status query tells of them. */
export const callsBeingRetried = ({ pendingActivities }: WorkflowExecutionDescription['raw']): RetriedCall[] =>
  (pendingActivities ?? []).flatMap(({ activityType, attempt, lastFailure, nextAttemptScheduleTime }) =>
    lastFailure == null
      ? []
      : {
          activity: activityType?.name ?? 'unknown',
          attempt: attempt ?? 1,
          type: lastFailure.applicationFailureInfo?.type ?? null,
          message: lastFailure.message ?? '',
          nextAt: isoTime(nextAttemptScheduleTime),
        },
  );
