import { defaultPayloadConverter, fromPayloadsAtIndex, type Payload } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';
import { tsToMs } from '@temporalio/common/lib/time';
import type { OnboardingResult } from '../../src/contract/result';

/** One activity, from being due to the end of it. Times are epoch milliseconds by the server's clock. */
export interface CallRecord {
  name: string;
  /** The idempotency key, of a call that has one. */
  key: string | null;
  dueAt: number;
  /** Of the last attempt. */
  startedAt: number | null;
  attempt: number;
  closedAt: number | null;
  completed: boolean;
}

/** What a history tells, reduced to what an auditor asks. */
export interface Timeline {
  startedAt: number;
  closedAt: number | null;
  ending: 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed out' | 'continued';
  result: OnboardingResult | null;
  failureType: string | null;
  calls: CallRecord[];
  /** When the workflow came to its next decision. */
  decidedAt: number[];
  /** Workflow tasks that a worker had taken: `to` when it answered, or when the server gave up on it. */
  tasks: { from: number; to: number | null }[];
  timers: { from: number; to: number | null }[];
  /** Each change of the stage, as lists show it. */
  stages: { at: number; stage: string }[];
  /** A cancel, or an operator's abort. */
  stopAskedAt: number | null;
  /** Something could not be taken back, as lists show it. */
  cleanUpFailed: boolean;
  signals: { at: number; name: string }[];
}

type Event = NonNullable<History['events']>[number];

const read = (payloads: Payload[] | null | undefined, index = 0): unknown => {
  try {
    return payloads?.[index] === undefined ? undefined : fromPayloadsAtIndex(defaultPayloadConverter, index, payloads);
  } catch {
    return undefined;
  }
};
const readOne = (payload: Payload | null | undefined): unknown => read(payload ? [payload] : null);
const timeOf = ({ eventTime }: Event): number => (eventTime ? tsToMs(eventTime) : 0);

/** Reads one run's history. */
export function timelineOf({ events }: History): Timeline {
  const timeline: Timeline = {
    startedAt: 0,
    closedAt: null,
    ending: 'running',
    result: null,
    failureType: null,
    calls: [],
    decidedAt: [],
    tasks: [],
    timers: [],
    stages: [],
    stopAskedAt: null,
    cleanUpFailed: false,
    signals: [],
  };
  const calls = new Map<string, CallRecord>();
  const timers = new Map<string, Timeline['timers'][number]>();
  for (const event of events ?? []) {
    const at = timeOf(event);
    noteCall(timeline, calls, event, at);
    noteTimer(timeline, timers, event, at);
    noteTask(timeline, event, at);
    noteMessage(timeline, event, at);
    noteEnd(timeline, event, at);
  }
  return timeline;
}

function noteCall(timeline: Timeline, calls: Map<string, CallRecord>, event: Event, at: number): void {
  const { activityTaskScheduledEventAttributes: due, activityTaskStartedEventAttributes: started } = event;
  if (due) {
    const key = (read(due.input?.payloads as Payload[]) as { key?: unknown } | undefined)?.key;
    const call: CallRecord = {
      name: due.activityType?.name ?? '',
      key: typeof key === 'string' ? key : null,
      dueAt: at,
      startedAt: null,
      attempt: 0,
      closedAt: null,
      completed: false,
    };
    calls.set(String(event.eventId), call);
    timeline.calls.push(call);
  }
  if (started) {
    const call = calls.get(String(started.scheduledEventId));
    if (call) Object.assign(call, { startedAt: at, attempt: started.attempt ?? 1 });
  }
  const closed =
    event.activityTaskCompletedEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskCanceledEventAttributes;
  if (!closed) return;
  const call = calls.get(String(closed.scheduledEventId));
  if (call) Object.assign(call, { closedAt: at, completed: event.activityTaskCompletedEventAttributes != null });
}

function noteTimer(
  timeline: Timeline,
  timers: Map<string, Timeline['timers'][number]>,
  event: Event,
  at: number,
): void {
  const { timerStartedEventAttributes: started } = event;
  if (started) {
    const timer = { from: at, to: null };
    timers.set(started.timerId!, timer);
    timeline.timers.push(timer);
  }
  const ended = event.timerFiredEventAttributes ?? event.timerCanceledEventAttributes;
  const timer = ended ? timers.get(ended.timerId!) : undefined;
  if (timer) timer.to = at;
}

function noteTask(timeline: Timeline, event: Event, at: number): void {
  const { workflowTaskCompletedEventAttributes: decided } = event;
  if (event.workflowTaskStartedEventAttributes) timeline.tasks.push({ from: at, to: null });
  const ended = decided ?? event.workflowTaskTimedOutEventAttributes ?? event.workflowTaskFailedEventAttributes;
  // A task whose worker was gone times out without having been started.
  const task = timeline.tasks.at(-1);
  if (ended && task !== undefined) task.to ??= at;
  if (decided) timeline.decidedAt.push(at);
}

function noteMessage(timeline: Timeline, event: Event, at: number): void {
  const {
    workflowExecutionStartedEventAttributes: started,
    upsertWorkflowSearchAttributesEventAttributes: upsert,
    workflowExecutionSignaledEventAttributes: signal,
    workflowExecutionUpdateAcceptedEventAttributes: update,
    workflowExecutionCancelRequestedEventAttributes: cancel,
  } = event;
  if (started) timeline.startedAt = at;
  if (signal) timeline.signals.push({ at, name: signal.signalName ?? '' });
  const attributes = (upsert?.searchAttributes?.indexedFields ?? {}) as Record<string, Payload>;
  const stage = readOne(attributes['LayersStage']);
  if (typeof stage === 'string') timeline.stages.push({ at, stage });
  const codes = readOne(attributes['LayersErrorCode']);
  if (Array.isArray(codes) && codes.includes('CLEANUP_FAILED')) timeline.cleanUpFailed = true;
  const { name, args } = update?.acceptedRequest?.input ?? {};
  const answer =
    name === 'resolveStep' ? (read(args?.payloads as Payload[]) as { action?: string } | undefined) : undefined;
  if (cancel || answer?.action === 'abort') timeline.stopAskedAt ??= at;
}

function noteEnd(timeline: Timeline, event: Event, at: number): void {
  const {
    workflowExecutionCompletedEventAttributes: completed,
    workflowExecutionFailedEventAttributes: failed,
    workflowExecutionCanceledEventAttributes: cancelled,
    workflowExecutionTerminatedEventAttributes: terminated,
    workflowExecutionTimedOutEventAttributes: timedOut,
    workflowExecutionContinuedAsNewEventAttributes: continued,
  } = event;
  const end = (ending: Timeline['ending']): void => void Object.assign(timeline, { ending, closedAt: at });
  if (completed) {
    end('completed');
    timeline.result = (read(completed.result?.payloads as Payload[]) as OnboardingResult | undefined) ?? null;
  }
  if (failed) {
    end('failed');
    timeline.failureType = failed.failure?.applicationFailureInfo?.type ?? null;
  }
  if (cancelled) end('cancelled');
  if (terminated) end('terminated');
  if (timedOut) end('timed out');
  if (continued) end('continued');
}

/** Everything readable in a history, payloads decoded: where ids and secrets would stand. */
export function textOf(history: History): string {
  const parts: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string') parts.push(value);
    else if (value instanceof Uint8Array) parts.push(Buffer.from(value).toString('utf8'));
    else if (Array.isArray(value)) value.forEach(visit);
    else if (value !== null && typeof value === 'object')
      for (const [name, inner] of Object.entries(value)) {
        parts.push(name);
        visit(inner);
      }
  };
  visit(history.events);
  return parts.join('\n');
}
