import type { Client, HistoryAndWorkflowId } from '@temporalio/client';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { calling, grpcError } from '../../../client/errors';
import { quoted } from '../../../client/find';
import { ONBOARD_CUSTOMER } from '../../../contract/messages';
import { replayable } from '../../../temporal/replayable';
import { UsageError } from '../../errors';
import type { Io } from '../../io';
import { readJson } from './json';

/** Histories fetched ahead while one is replayed: few enough for any server, and for the memory if all are long. */
const AHEAD = 4;
/** For the list of a whole fleet. */
const LIST_MS = 120_000;
/** For one history; a long one has several pages. */
const HISTORY_MS = 30_000;
/** gRPC's numbers. */
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;

export interface Selection {
  /** A visibility query that narrows it down. */
  query?: string | undefined;
  /** Also those that have ended. */
  all?: boolean | undefined;
  /** The latest so many. */
  limit?: number | undefined;
}

export interface RunId {
  workflowId: string;
  runId: string;
}

/** The runs that the selection names, the latest first. */
export async function listRuns(client: Client, { query, all, limit = Infinity }: Selection): Promise<RunId[]> {
  const filters = [
    `WorkflowType = ${quoted(ONBOARD_CUSTOMER)}`,
    ...(all ? [] : ['ExecutionStatus = "Running"']),
    ...(query === undefined ? [] : [`(${query})`]),
  ];
  try {
    return await calling(client, LIST_MS, async () => {
      const found: RunId[] = [];
      const list = client.workflow.list({ query: filters.join(' AND '), pageSize: 1000 });
      for await (const { workflowId, runId } of list) {
        if (found.length >= limit) break;
        found.push({ workflowId, runId });
      }
      return found;
    });
  } catch (error) {
    const refused = grpcError(error);
    if (query === undefined || refused?.code !== INVALID_ARGUMENT) throw error;
    throw new UsageError(`Temporal does not take the --query: ${refused.details}`);
  }
}

/** The histories of these runs, in the same order. A history that the server no longer has is left out. */
export async function* fetchHistories(client: Client, runs: readonly RunId[]): AsyncGenerator<HistoryAndWorkflowId> {
  const ahead: Promise<HistoryAndWorkflowId | null>[] = [];
  for (const run of runs) {
    const fetched = fetchHistory(client, run);
    fetched.catch(() => undefined); // told when its turn comes
    ahead.push(fetched);
    if (ahead.length > AHEAD) yield* present(ahead.shift()!);
  }
  for (const fetched of ahead) yield* present(fetched);
}

async function* present(fetched: Promise<HistoryAndWorkflowId | null>): AsyncGenerator<HistoryAndWorkflowId> {
  const history = await fetched;
  if (history !== null) yield history;
}

async function fetchHistory(client: Client, { workflowId, runId }: RunId): Promise<HistoryAndWorkflowId | null> {
  const handle = client.workflow.getHandle(workflowId, runId);
  try {
    return { workflowId, history: replayable(await calling(client, HISTORY_MS, () => handle.fetchHistory())) };
  } catch (error) {
    if (grpcError(error)?.code === NOT_FOUND) return null;
    throw error;
  }
}

/** Histories from files, as the Temporal CLI, the Web UI and `historyToJSON` write them. */
export async function readHistories(paths: readonly string[], io: Io): Promise<HistoryAndWorkflowId[]> {
  return Promise.all(paths.map(async (path) => parseHistory(await readJson(path, io), path)));
}

function parseHistory(json: unknown, path: string): HistoryAndWorkflowId {
  try {
    const history = historyFromJSON(json);
    const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
    if (started == null) throw new Error('it does not begin with the start of a workflow');
    return { workflowId: started.workflowId || path, history: replayable(history) };
  } catch (error) {
    throw new UsageError(
      `${path} is no history of a workflow (${(error as Error).message}). ` +
        `Get one with: temporal workflow show --workflow-id ID --output json > ${path}`,
    );
  }
}
