import type { Payload } from '@temporalio/common';
import { decode } from '../temporal/payloads';
import type { HistoryEvent } from '../temporal/temporal';
import type { Names } from './names';

interface Call {
  name: string;
  queue: string;
  input: unknown;
}

/** What the workflow of an onboarding has decided over its runs. */
export interface Decisions {
  lines: string[];
  /** Calls that only read, by name. */
  reads: string[];
}

/** Input that says when and how patiently, not what. */
const OF_TIME = ['wait', 'key'];

/** @param histories of its runs, oldest first */
export function decisionsIn(histories: readonly (readonly HistoryEvent[])[], names: Names): Decisions {
  const lines: string[] = [];
  const reads: string[] = [];
  for (const [index, events] of histories.entries()) {
    const run = `run ${index + 1}`;
    const stages: string[] = [];
    const decided: string[] = [];
    for (const event of events) {
      const call = callIn(event);
      if (call?.queue.endsWith('-reads')) reads.push(call.name);
      else if (call !== null) lines.push(names.in(`${run} calls ${call.name} ${names.in(call.input)}`));
      const decision = decisionIn(event);
      if (decision !== null) decided.push(names.in(`${run} ${decision}`));
      const stage = stageIn(event);
      if (stage !== null && stage !== stages.at(-1)) stages.push(stage);
    }
    lines.push(...onceAsked(decided), `${run} goes through ${stages.join(', ')}`);
  }
  return { lines, reads };
}

/** A customer in a hurry asks again for the page to connect an account on, and is given the same. */
const onceAsked = (decided: readonly string[]): string[] =>
  decided.filter((line, index) => !line.endsWith('takes authorizeSocial') || decided.indexOf(line) === index);

function callIn({ activityTaskScheduledEventAttributes: scheduled }: HistoryEvent): Call | null {
  if (!scheduled) return null;
  const input = decode(scheduled.input?.payloads?.[0] as Payload) as Record<string, unknown>;
  const what = Object.fromEntries(Object.entries(input).filter(([name]) => !OF_TIME.includes(name)));
  return { name: scheduled.activityType!.name!, queue: scheduled.taskQueue!.name!, input: what };
}

function decisionIn(event: HistoryEvent): string | null {
  const {
    timerStartedEventAttributes: timer,
    startChildWorkflowExecutionInitiatedEventAttributes: child,
    workflowExecutionUpdateAcceptedEventAttributes: update,
    markerRecordedEventAttributes: marker,
    workflowExecutionCompletedEventAttributes: completed,
    workflowExecutionFailedEventAttributes: failed,
    workflowExecutionCanceledEventAttributes: cancelled,
  } = event;
  const summary = decode(event.userMetadata?.summary as Payload);
  if (timer) return `sets a timer: ${String(summary)}`;
  if (child) return `starts ${child.workflowType!.name!}: ${textOf(child.input?.payloads?.[0])}`;
  if (update) return `takes ${update.acceptedRequest?.input?.name}`;
  if (marker?.markerName === 'core_patch')
    return `looks at a patch: ${textOf(marker.details?.['patch-data']?.payloads?.[0])}`;
  if (marker) return `asks a local activity: ${String(summary)}`;
  if (completed) return `ends with ${textOf(completed.result?.payloads?.[0])}`;
  if (failed) return `fails: ${failed.failure?.message}`;
  return cancelled ? 'ends as cancelled' : null;
}

function stageIn({ upsertWorkflowSearchAttributesEventAttributes: upsert }: HistoryEvent): string | null {
  const stage = decode(upsert?.searchAttributes?.indexedFields?.['LayersStage'] as Payload);
  return typeof stage === 'string' ? stage : null;
}

const textOf = (payload: unknown): string => JSON.stringify(decode(payload as Payload)) ?? 'nothing';
