import type { Payload } from '@temporalio/common';
import { decode } from '../temporal/payloads';
import type { Failure, HistoryEvent } from '../temporal/temporal';
import type { Task } from './tasks';
import { momentOf, timeOf } from './times';

/** How one activity has ended on the server that recorded it, and after how many attempts. */
export interface Answer {
  at: number;
  result?: Payload | null;
  failure?: Failure;
  /** Given up by the workflow; before an attempt was under way, or between two, or as it was told. */
  cancelled?: 'unstarted' | 'when told';
  attempts: number;
  /** When the last attempt began, and what the one before it has died of. */
  lastAttempt: { at: number; after: Failure | null };
}

/** By activity id, how each that has ended did. */
export const answersIn = (events: readonly HistoryEvent[]): [string, Answer][] =>
  events.flatMap((event): [string, Answer][] => {
    const {
      activityTaskCompletedEventAttributes: completed,
      activityTaskFailedEventAttributes: failed,
      activityTaskCanceledEventAttributes: cancelled,
    } = event;
    const closed = completed ?? failed ?? cancelled;
    if (!closed) return [];
    const { activityId } = events[Number(closed.scheduledEventId) - 1]!.activityTaskScheduledEventAttributes!;
    const begun = events[Number(closed.startedEventId) - 1];
    const { attempt, lastFailure } = begun?.activityTaskStartedEventAttributes ?? {};
    const lastAttempt = { at: timeOf(begun ?? event), after: lastFailure ?? null };
    const outcome: Partial<Answer> = completed
      ? { result: (completed.result?.payloads?.[0] ?? null) as Payload | null }
      : failed
        ? { failure: failed.failure! }
        : { cancelled: begun === undefined ? 'unstarted' : 'when told' };
    return [[activityId!, { at: timeOf(event), attempts: attempt ?? 1, lastAttempt, ...outcome }]];
  });

interface LocalMark {
  activity_id: string;
  attempt: number;
  complete_time: { seconds: number; nanos: number };
}

/** A local activity stands in a marker, with the time at which it had ended by the worker's clock. */
export const localAnswersIn = (events: readonly HistoryEvent[], tasks: readonly Task[]): [string, Answer][] =>
  events.flatMap((event): [string, Answer][] => {
    const marker = event.markerRecordedEventAttributes;
    if (marker?.markerName !== 'core_local_activity') return [];
    const details = marker.details ?? {};
    const mark = decode(details['data']?.payloads?.[0] as Payload) as LocalMark;
    const at = Math.max(momentOf(mark.complete_time), heardAt(event, tasks));
    const lastAttempt = { at, after: null };
    const outcome = marker.failure
      ? { failure: marker.failure }
      : { result: (details['result']?.payloads?.[0] ?? null) as Payload | null };
    return [[mark.activity_id, { at, attempts: mark.attempt, lastAttempt, ...outcome }]];
  });

/** Where its task went on in another one, the workflow has heard of it there. */
function heardAt({ eventId }: HistoryEvent, tasks: readonly Task[]): number {
  const task = tasks.findLast(({ completed }) => Number(completed.eventId) < Number(eventId))!;
  return timeOf((task.goneOnIn.at(-1) ?? task).started);
}
