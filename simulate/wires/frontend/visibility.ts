import type { Payload } from '@temporalio/common';
import { tsToMs } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';
import type { Clock } from '../../clock/clock';
import type { Execution } from '../../temporal/execution';
import { decode } from '../../temporal/payloads';
import type { Service } from '../../temporal/service';
import type { Status } from '../../temporal/temporal';
import type { Methods } from './connection';
import { KINDS, parseQuery, type Fields } from './query';
import { beganAt } from './runs';
import { infoOf, statusCode } from './views';

type Request = temporal.api.workflowservice.v1.ListWorkflowExecutionsRequest;

/** A run as visibility knows it at some moment. */
interface Row {
  run: Execution;
  status: Status;
  startedAt: number;
  /** `Infinity` while it runs. */
  closedAt: number;
  attributes: Record<string, Payload>;
}

/** What rows are ordered by, and what the next page follows: `closedAt` is `null` while it runs. */
type Place = { closedAt: number | null; startedAt: number; runId: string };

const MOST_PER_PAGE = 1_000;

/**
 * Listing runs. A list is behind what has happened, as much as each call finds by chance, but never goes back.
 *
 * @param lagMs the most that it is behind
 */
export function visibilityMethods(service: Service, clock: Clock, lagMs: number): Methods {
  let shownUntil = -Infinity;

  return {
    listWorkflowExecutions: async ({ query, pageSize, nextPageToken }: Request) => {
      const matches = parseQuery(query);
      shownUntil = Math.max(shownUntil, clock.now - clock.random.between(0, lagMs));
      const isAfter = follows(nextPageToken);
      const rows = service.executions
        .map((run) => rowAt(run, shownUntil))
        .filter((row) => row !== null)
        .filter((row) => matches(fieldsOf(row)) && isAfter(row))
        .sort(order);
      const page = rows.slice(0, pageSize || MOST_PER_PAGE);
      const isLast = page.length === rows.length;
      return { executions: page.map(listed), ...(isLast ? {} : { nextPageToken: tokenOf(page.at(-1)!) }) };
    },
  };
}

/** The history says when what became of a run: `null` before its start. */
function rowAt(run: Execution, moment: number): Row | null {
  const startedAt = beganAt(run);
  if (startedAt > moment) return null;
  const hasClosed = run.closedAt !== null && run.closedAt <= moment;
  const attributes: Record<string, Payload> = {};
  for (const event of run.history) {
    const changed =
      event.workflowExecutionStartedEventAttributes ?? event.upsertWorkflowSearchAttributesEventAttributes;
    const fields = changed?.searchAttributes?.indexedFields;
    if (fields && tsToMs(event.eventTime) <= moment) Object.assign(attributes, fields);
  }
  return {
    run,
    status: hasClosed ? run.status : 'RUNNING',
    startedAt,
    closedAt: hasClosed ? run.closedAt! : Infinity,
    attributes,
  };
}

const fieldsOf =
  ({ run, status, startedAt, closedAt, attributes }: Row): Fields =>
  (name) => {
    switch (name) {
      case 'WorkflowId':
        return [run.workflowId];
      case 'RunId':
        return [run.runId];
      case 'WorkflowType':
        return [run.type];
      case 'TaskQueue':
        return [run.taskQueue];
      case 'ExecutionStatus':
        return [status === 'CANCELLED' ? 'Canceled' : nameOf(status)];
      case 'StartTime':
        return [startedAt];
      case 'CloseTime':
        return closedAt === Infinity ? [] : [closedAt];
      default:
        return valuesOf(attributes[name], KINDS.get(name) === 'DATETIME');
    }
  };

/** `CONTINUED_AS_NEW` as queries have it: `ContinuedAsNew`. */
const nameOf = (status: Status): string =>
  status.toLowerCase().replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** An attribute that was taken away is `null`, or an empty list. */
const valuesOf = (payload: Payload | undefined, isTime: boolean): (string | number)[] =>
  [decode(payload) ?? []].flat().map((value) => (isTime ? Date.parse(value as string) : (value as string | number)));

/** What runs comes first, then what has ended last; what was started last before the rest. */
const order = (one: Row, other: Row): number => (comesBefore(one, other) ? -1 : 1);

function comesBefore(one: Row, other: Row): boolean {
  if (one.closedAt !== other.closedAt) return one.closedAt > other.closedAt;
  if (one.startedAt !== other.startedAt) return one.startedAt > other.startedAt;
  return one.run.runId > other.run.runId;
}

const tokenOf = ({ closedAt, startedAt, run: { runId } }: Row): Buffer => {
  const place: Place = { closedAt: closedAt === Infinity ? null : closedAt, startedAt, runId };
  return Buffer.from(JSON.stringify(place));
};

function follows(token: Uint8Array): (row: Row) => boolean {
  if (token.length === 0) return () => true;
  const { closedAt, startedAt, runId } = JSON.parse(Buffer.from(token).toString()) as Place;
  const last = { closedAt: closedAt ?? Infinity, startedAt, run: { runId } } as Row;
  return (row) => comesBefore(last, row);
}

function listed({ run, status, attributes }: Row): ReturnType<typeof infoOf> {
  const { closeTime, historyLength, ...info } = infoOf(run);
  const ended = status === 'RUNNING' ? {} : { closeTime, historyLength };
  return { ...info, ...ended, status: statusCode(status), searchAttributes: { indexedFields: attributes } };
}
