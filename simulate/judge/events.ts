import Long from 'long';
import { decode } from '../temporal/payloads';
import type { HistoryEvent } from '../temporal/temporal';
import { attributesOf, isDecision, isOfTask, nameOf, tasksOf, type Task } from './tasks';

/** Not compared: by whom and by which means, sizes and traces, and what the server fills in where nothing was asked for. */
const LEFT_OUT = [
  ...['identity', 'requestId', 'workerVersion', 'meteringMetadata', 'historySizeBytes', 'header', 'stackTrace'],
  ...['lastFailure', 'scheduleToStartTimeout', 'firstWorkflowTaskBackoff', 'acceptedRequestSequencingEventId'],
  ...['useWorkflowBuildId', 'inheritBuildId', 'namespaceId', 'workflowIdReusePolicy', 'control'],
];
/**
 * What a client says of an onboarding to people, an operator of a reset, a server of a cancel; and the task time-out that
 * children inherit.
 */
const LEFT_OUT_OF: Record<string, string[]> = {
  WORKFLOW_EXECUTION_STARTED: ['userMetadata'],
  ACTIVITY_TASK_CANCELED: ['details', 'latestCancelRequestedEventId'],
  WORKFLOW_TASK_FAILED: ['failure'],
  START_CHILD_WORKFLOW_EXECUTION_INITIATED: ['workflowTaskTimeout'],
};

/** What happened, as two histories of one onboarding have to tell it alike. */
export interface Told {
  /** As the server numbers it. */
  id: number;
  name: string;
  isDecision: boolean;
  /** Values in place of payloads; in place of numbers of events what those are: `ACTIVITY_TASK_SCHEDULED 3` is the third. */
  attributes: Record<string, unknown>;
}

/**
 * A history in its order, without what differs from one to the other though the same has happened: tasks without a reason
 * (see `tasksOf`), and when a task was due. A server enters several timers that fire at once before that, or behind the first
 * of them; in which task something was taken in, the task's start and completion tell.
 */
export function toldBy(events: readonly HistoryEvent[]): Told[] {
  const tasks = tasksOf(events);
  const parts = new Set(tasks.flatMap(({ started, completed }) => [started, completed]));
  const kept = events.filter(
    (event) => parts.has(event) || event.workflowTaskFailedEventAttributes != null || !isOfTask(event),
  );
  const references = referencesTo(kept, tasks);
  return kept.map((event) => {
    const name = nameOf(event);
    const { userMetadata } = event;
    const attributes = new Plain(references, LEFT_OUT_OF[name]).fields({ ...attributesOf(event), userMetadata });
    return { id: Number(event.eventId), name, isDecision: isDecision(event), attributes };
  });
}

/** By event id, how others refer to it. */
function referencesTo(kept: readonly HistoryEvent[], tasks: readonly Task[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  const references = new Map<string, string>();
  for (const event of kept) {
    const name = nameOf(event);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    references.set(String(event.eventId), `${name} ${count}`);
  }
  for (const [index, { scheduled, completed, goneOnIn }] of tasks.entries()) {
    references.set(String(scheduled.eventId), `WORKFLOW_TASK_SCHEDULED ${index + 1}`);
    for (const part of goneOnIn)
      references.set(String(part.completed.eventId), references.get(String(completed.eventId))!);
  }
  return references;
}

/** Protobuf as plain values, in which a default counts as nothing. */
class Plain {
  constructor(
    private readonly references: ReadonlyMap<string, string>,
    private readonly leftOut: readonly string[] = [],
  ) {}

  fields(message: object): Record<string, unknown> {
    const fields = Object.entries(message)
      .filter(([name]) => !LEFT_OUT.includes(name) && !this.leftOut.includes(name))
      .map(([name, value]) => [name, this.field(name, value)] as const);
    return Object.fromEntries(fields.filter(([, value]) => !isNothing(value)));
  }

  private field(name: string, value: unknown): unknown {
    if (value === null || value === undefined) return undefined;
    if (name.endsWith('EventId')) return this.references.get(String(value));
    if (name === 'coreUsedFlags') return (value as number[]).toSorted();
    if (name === 'indexedFields')
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, indexed(one)]));
    return this.value(value);
  }

  private value(value: unknown): unknown {
    if (Long.isLong(value)) return Number(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return Array.from(value, (one) => this.value(one)); // workflow code has an Array of its own
    if ('metadata' in value) return withoutTimes(decode(value as never));
    if ('seconds' in value || 'nanos' in value) return durationOf(value as Duration);
    return this.fields(value);
  }
}

const isNothing = (value: unknown): boolean =>
  [undefined, null, '', 0, false].includes(value as never) ||
  (typeof value === 'object' && Object.keys(value as object).length === 0);

interface Duration {
  seconds?: unknown;
  nanos?: number | null;
}

function durationOf({ seconds, nanos }: Duration): string | undefined {
  const ms = Number(seconds ?? 0) * 1_000 + Math.floor((nanos ?? 0) / 1_000_000);
  return ms === 0 ? undefined : `${ms} ms`;
}

/** A search attribute of a single value is stored as that, and an empty list as nothing. */
function indexed(payload: unknown): unknown {
  const values = [decode(payload as never)].flat();
  return values.length > 1 ? values : (values[0] ?? null);
}

/** The marker of a local activity has its times; whoever plays a history sets them. */
function withoutTimes(value: unknown): unknown {
  const isMark = typeof value === 'object' && value !== null && 'original_schedule_time' in value;
  return isMark ? { ...value, complete_time: undefined, original_schedule_time: undefined } : value;
}
