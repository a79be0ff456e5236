import { temporal } from '@temporalio/proto';
import type { HistoryEvent } from '../temporal/temporal';

const { EventType } = temporal.api.enums.v1;

export const nameOf = ({ eventType }: HistoryEvent): string => EventType[eventType!]!.replace('EVENT_TYPE_', '');

export function attributesOf(event: HistoryEvent): Record<string, unknown> {
  const [, attributes] = Object.entries(event).find(([key, value]) => key.endsWith('EventAttributes') && value) ?? [];
  return (attributes ?? {}) as Record<string, unknown>;
}

/** Whether the workflow itself has brought it about. */
export const isDecision = (event: HistoryEvent): boolean =>
  attributesOf(event)['workflowTaskCompletedEventId'] != null ||
  isAcceptance(event) ||
  event.workflowExecutionUpdateCompletedEventAttributes != null;

const isAcceptance = (event: HistoryEvent): boolean => event.workflowExecutionUpdateAcceptedEventAttributes != null;

export const isOfTask = (event: HistoryEvent): boolean => nameOf(event).startsWith('WORKFLOW_TASK_');

interface Part {
  scheduled: HistoryEvent;
  started: HistoryEvent;
  /** Also where the server has refused the decision: it was to end, and something had come meanwhile. */
  completed: HistoryEvent;
}

/** How a task has ended that a worker has answered; a reset has a failed task of its own. */
function endOf({
  workflowTaskCompletedEventAttributes: completed,
  workflowTaskFailedEventAttributes: failed,
}: HistoryEvent) {
  if (completed) return completed;
  return failed && !failed.newRunId ? failed : null;
}

/** A workflow task that came to a decision, and others that only went on with it. */
export interface Task extends Part {
  goneOnIn: Part[];
}

/**
 * The workflow tasks of a history, without those that nothing has come for. A server has two kinds of these:
 *
 * - A query that comes while a local activity runs is answered by completing the task, and what follows the local activity is
 *   decided in another one: two tasks, of which the second has heard of nothing. They count as one that took longer.
 * - An update that a validator has refused leaves no trace, but its task does where something has come meanwhile. It decides
 *   nothing, and does not count.
 */
export function tasksOf(events: readonly HistoryEvent[]): Task[] {
  const byId = new Map(events.map((event) => [String(event.eventId), event]));
  const ends = [...events.keys()].filter((index) => endOf(events[index]!));
  const tasks: Task[] = [];
  for (const [order, end] of ends.entries()) {
    const completed = events[end]!;
    const { scheduledEventId, startedEventId } = endOf(completed)!;
    const scheduled = byId.get(String(scheduledEventId))!;
    const started = byId.get(String(startedEventId))!;
    const heard = events.slice((ends[order - 1] ?? -1) + 1, events.indexOf(started));
    const decided = events.slice(end + 1, ends[order + 1] ?? events.length).filter(isDecision);
    const part = { scheduled, started, completed };
    const hasReason = heard.some((event) => !isOfTask(event) && !isDecision(event)) || decided.some(isAcceptance);
    if (hasReason) tasks.push({ ...part, goneOnIn: [] });
    else if (decided.length > 0) tasks.at(-1)!.goneOnIn.push(part);
  }
  return tasks;
}
