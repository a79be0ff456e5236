import type { Payload } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';
import { temporal } from '@temporalio/proto';
import { decode } from '../temporal/payloads';
import type { Execution } from '../temporal/execution';
import type { HistoryEvent, StartOptions } from '../temporal/temporal';
import { answersIn, localAnswersIn, type Answer } from './answers';
import { isDecision, tasksOf } from './tasks';
import { timeOf } from './times';

/** Something that reached the workflow from outside. */
export interface Message {
  at: number;
  send(run: Execution): void;
}

/** A history of a real server, read as what came when. Times are epoch milliseconds with their microseconds. */
export interface Recording {
  events: readonly HistoryEvent[];
  startedAt: number;
  endedAt: number;
  start: StartOptions;
  runId: string;
  /** It is the run that began when another one was reset: when that was, and what that one had been told. */
  reset: { at: number; fromRunId: string; told: readonly HistoryEvent[] } | null;
  /** Workflow tasks that came to a decision. */
  tasks: readonly { startedAt: number; decidedAt: number }[];
  /** By activity id, local ones as well. */
  answers: ReadonlyMap<string, Answer>;
  /** By timer id: when it fired. */
  timers: ReadonlyMap<string, number>;
  /** By workflow id, oldest first: when it started, as which run, and when it ended. */
  children: ReadonlyMap<string, { startedAt: number; runId: string; endedAt: number | null }>;
  messages: readonly Message[];
  /** Those that the code which recorded it knew. */
  patches: ReadonlySet<string>;
}

/** @throws where it holds what no script knows to bring about: a task that failed, an activity that timed out */
export function readRecording({ events: all }: History): Recording {
  const events = (all ?? []) as HistoryEvent[];
  const unknown = events.find(isUnknown);
  if (unknown !== undefined) throw new Error(`There is no script for event ${String(unknown.eventId)}.`);
  const started = events[0]!.workflowExecutionStartedEventAttributes!;
  const reset = resetIn(events);
  const tasks = tasksOf(events);
  return {
    ...{ events, reset, startedAt: timeOf(events[0]!), endedAt: timeOf(events.at(-1)!) },
    start: {
      workflowId: started.workflowId!,
      type: started.workflowType!.name!,
      taskQueue: started.taskQueue!.name!,
      input: (started.input?.payloads ?? []) as Payload[],
      memo: (started.memo?.fields ?? {}) as Record<string, Payload>,
      attributes: (started.searchAttributes?.indexedFields ?? {}) as Record<string, Payload>,
    },
    runId: reset?.runId ?? started.originalExecutionRunId!,
    tasks: tasks.map(({ started, completed, goneOnIn }) => ({
      startedAt: timeOf(started),
      decidedAt: timeOf(goneOnIn.at(-1)?.completed ?? completed),
    })),
    answers: new Map([...answersIn(events), ...localAnswersIn(events, tasks)]),
    timers: timersIn(events),
    children: childrenIn(events),
    messages: events.flatMap((event) => messageIn(event, events)),
    patches: patchesIn(events),
  };
}

const { WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND: UNHANDLED_COMMAND } =
  temporal.api.enums.v1.WorkflowTaskFailedCause;

/** Whether it holds nothing but what a script can bring about. */
export const isPlayable = ({ events }: History): boolean => !((events ?? []) as HistoryEvent[]).some(isUnknown);

const isUnknown = (event: HistoryEvent): boolean => {
  const failedTask = event.workflowTaskFailedEventAttributes;
  return Boolean(
    (failedTask && !failedTask.newRunId && failedTask.cause !== UNHANDLED_COMMAND) ||
    (event.workflowTaskTimedOutEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.childWorkflowExecutionFailedEventAttributes ??
      event.workflowExecutionContinuedAsNewEventAttributes),
  );
};

const byId = (events: readonly HistoryEvent[], id: unknown): HistoryEvent => events[Number(id) - 1]!;

function resetIn(events: readonly HistoryEvent[]): (Recording['reset'] & { runId: string }) | null {
  const event = events.find(({ workflowTaskFailedEventAttributes: failed }) => failed?.newRunId);
  if (event === undefined) return null;
  const { baseRunId, newRunId } = event.workflowTaskFailedEventAttributes!;
  const first = events.findIndex(({ workflowTaskScheduledEventAttributes: due }, index) => index > 1 && due);
  const told = events.slice(0, first).filter((one) => one.workflowExecutionUpdateAdmittedEventAttributes);
  return { at: timeOf(event), fromRunId: baseRunId!, runId: newRunId!, told };
}

const timersIn = (events: readonly HistoryEvent[]): Recording['timers'] =>
  new Map(
    events.flatMap((event) => {
      const fired = event.timerFiredEventAttributes;
      return fired ? [[fired.timerId!, timeOf(event)]] : [];
    }),
  );

const childrenIn = (events: readonly HistoryEvent[]): Recording['children'] =>
  new Map(
    events.flatMap((event) => {
      const begun = event.childWorkflowExecutionStartedEventAttributes;
      if (!begun) return [];
      const { workflowId, runId } = begun.workflowExecution!;
      const end = events.find(
        (one) => one.childWorkflowExecutionCompletedEventAttributes?.workflowExecution?.runId === runId,
      );
      return [[workflowId!, { startedAt: timeOf(event), runId: runId!, endedAt: end ? timeOf(end) : null }]];
    }),
  );

const patchesIn = (events: readonly HistoryEvent[]): Recording['patches'] =>
  new Set(
    events.flatMap(({ markerRecordedEventAttributes: marker }) => {
      const data = marker?.details?.['patch-data']?.payloads?.[0] as Payload | undefined;
      return marker?.markerName === 'core_patch' ? [(decode(data) as { id: string }).id] : [];
    }),
  );

function messageIn(event: HistoryEvent, events: readonly HistoryEvent[]): Message[] {
  const {
    workflowExecutionSignaledEventAttributes: signal,
    workflowExecutionCancelRequestedEventAttributes: cancel,
    workflowExecutionUpdateAcceptedEventAttributes: update,
  } = event;
  if (cancel) return [{ at: timeOf(event), send: (run) => run.requestCancel() }];
  if (signal) {
    const input = (signal.input?.payloads ?? []) as Payload[];
    return [{ at: timeOf(event), send: (run) => run.signal(signal.signalName!, input) }];
  }
  // One that a reset has taken over comes with the reset.
  const { meta, input } = update?.acceptedRequest ?? {};
  if (!update || !meta) return [];
  const args = (input?.args?.payloads ?? []) as Payload[];
  const send: Message['send'] = (run) => void run.update(meta.updateId!, input!.name!, args).catch(() => undefined);
  return [{ at: arrivalOf(event, events), send }];
}

/**
 * No event says when an update came: at the latest when the task was due that it is accepted in. Where something else had
 * made that due, it came between then and the start.
 */
function arrivalOf(accepted: HistoryEvent, events: readonly HistoryEvent[]): number {
  const task = events.findLast(
    ({ eventId, workflowTaskCompletedEventAttributes: decided }) =>
      decided && Number(eventId) < Number(accepted.eventId),
  )!.workflowTaskCompletedEventAttributes!;
  const dueId = Number(task.scheduledEventId);
  const [due, begun] = [dueId, task.startedEventId].map((id) => timeOf(byId(events, id)));
  return isDecision(byId(events, dueId - 1)) ? due! : (due! + begun!) / 2;
}
