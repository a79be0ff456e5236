import {
  WorkflowFailedError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionStatusName,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import * as definitions from '../contract/messages';
import { Unreadable } from '../contract/payloads';
import type { OnboardingResult } from '../contract/result';
import { SEARCH_ATTRIBUTES } from '../contract/searchAttributes';
import type { OnboardingStatus } from '../contract/status';
import type { Attention, Mode, Stage } from '../contract/steps';
import { calling, grpcError, SERVER_MS, UnreachableError } from './errors';
import { getOnboarding, type OnboardCustomer, type OnboardingHandle } from './find';
import { callsBeingRetried, type RetriedCall } from './retries';

/** How the workflow stands, in the words of the Web UI. */
export type Execution = 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timedOut';

/** What the Temporal server knows by itself, also while no worker runs: from the last published change. */
export interface ServerKnowledge {
  customer: { externalId: string; name: string; timezone: string } | null;
  stage: Stage | null;
  attention: Attention | null;
  mode: Mode | null;
  projectId: string | null;
  errorCodes: string[];
  /** UTC, ISO 8601, as every time here. */
  waitingSince: string | null;
  scheduledFor: string | null;
  reviewRound: number | null;
}

/** One look at an onboarding from outside. */
export interface OnboardingView {
  workflowId: string;
  runId: string;
  /** Of the first run: the same where the history was continued or reset, another where somebody started anew. */
  firstRunId: string;
  taskQueue: string;
  execution: Execution;
  startedAt: string;
  closedAt: string | null;
  /** The workflow's own answer; `null` when no worker gave one, with `noStatus` saying why. */
  status: OnboardingStatus | null;
  noStatus: string | null;
  server: ServerKnowledge;
  /** Calls to Layers that Temporal is trying again, with the reason and the next time. */
  retries: RetriedCall[];
  /** Set when completed. */
  result: OnboardingResult | null;
  /** Set when it ended without a result. */
  failure: { type: string | null; message: string } | null;
  /** Where the history stood; a status cannot change while it does not. */
  historyLength: number;
}

const EXECUTIONS: Partial<Record<WorkflowExecutionStatusName, Execution>> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timedOut',
};

/** `noStatus` of an onboarding whose worker is silent, as far as the server can tell. */
export const NO_WORKER = 'no worker answers';

/** Time for a status query: long enough for a worker that has to replay the history first. */
const QUERY_MS = 5_000;

/** What the server alone knows of an onboarding, from its describe or list entry. */
export function serverKnowledge(
  info: Pick<WorkflowExecutionDescription, 'typedSearchAttributes' | 'memo'>,
): ServerKnowledge {
  const attributes = info.typedSearchAttributes;
  const customer = info.memo?.['customer'] as Partial<ServerKnowledge['customer'] & object> | undefined;
  const externalId = customer?.externalId ?? attributes.get(SEARCH_ATTRIBUTES.customer);
  return {
    customer:
      externalId === undefined
        ? null
        : { externalId, name: customer?.name ?? externalId, timezone: customer?.timezone ?? 'UTC' },
    stage: (attributes.get(SEARCH_ATTRIBUTES.stage) as Stage | undefined) ?? null,
    attention: (attributes.get(SEARCH_ATTRIBUTES.attention)?.[0] as Attention | undefined) ?? null,
    mode: (attributes.get(SEARCH_ATTRIBUTES.mode) as Mode | undefined) ?? null,
    projectId: attributes.get(SEARCH_ATTRIBUTES.projectId) ?? null,
    errorCodes: attributes.get(SEARCH_ATTRIBUTES.errorCode) ?? [],
    waitingSince: attributes.get(SEARCH_ATTRIBUTES.waitingSince)?.toISOString() ?? null,
    scheduledFor: attributes.get(SEARCH_ATTRIBUTES.scheduledFor)?.toISOString() ?? null,
    reviewRound: attributes.get(SEARCH_ATTRIBUTES.reviewRound) ?? null,
  };
}

/** Looks once. A worker that does not answer is no error: the view then carries what the server alone knows. */
export async function viewOnboarding(
  client: Client,
  handle: OnboardingHandle,
  known?: OnboardingView,
): Promise<OnboardingView> {
  const description = await calling(client, SERVER_MS, () => handle.describe(), handle.workflowId);
  const execution = EXECUTIONS[description.status.name] ?? 'running';
  const view: OnboardingView = {
    workflowId: handle.workflowId,
    runId: description.runId,
    firstRunId: description.raw.workflowExecutionInfo?.firstRunId || description.runId,
    taskQueue: description.taskQueue,
    execution,
    startedAt: description.startTime.toISOString(),
    closedAt: description.closeTime?.toISOString() ?? null,
    status: null,
    noStatus: null,
    server: serverKnowledge(description),
    retries: execution === 'running' ? callsBeingRetried(description.raw) : [],
    result: null,
    failure: null,
    historyLength: description.historyLength,
  };
  // This very run from here on: another run of the same workflow id may start at any time.
  const run = client.workflow.getHandle<OnboardCustomer>(view.workflowId, view.runId);
  if (execution === 'completed') {
    const result = await calling(client, SERVER_MS, () => run.result(), handle.workflowId);
    if (isUnreadable(result)) return { ...view, noStatus: `its result ${result.why}` };
    return { ...view, result, status: finishedStatus(view, result) };
  }
  const failure = execution === 'running' ? null : await calling(client, SERVER_MS, () => failureOf(run));
  const unchanged = known?.status && known.runId === view.runId && known.historyLength === view.historyLength;
  return { ...view, failure, ...(unchanged ? { status: known.status } : await queried(client, run)) };
}

/** The same by workflow id or customer. */
export const onboardingStatus = async (client: Client, idOrCustomer: string): Promise<OnboardingView> =>
  viewOnboarding(client, await getOnboarding(client, idOrCustomer));

/** A worker of another kind may run a workflow of the same type. */
const isUnreadable = (answer: unknown): answer is Unreadable => answer instanceof Unreadable;

async function queried(client: Client, handle: OnboardingHandle): Promise<Pick<OnboardingView, 'status' | 'noStatus'>> {
  try {
    const status = await calling(client, QUERY_MS, () => handle.query(definitions.status));
    if (isUnreadable(status)) return { status: null, noStatus: `its status ${status.why}` };
    return { status, noStatus: null };
  } catch (error) {
    // The server has just answered, so silence is the worker's.
    const said = grpcError(error)?.details ?? (error as Error).message;
    const noStatus = error instanceof UnreachableError ? NO_WORKER : said;
    return { status: null, noStatus };
  }
}

/** A result tells every step, so a finished onboarding needs no worker to be shown. */
function finishedStatus({ workflowId, server }: OnboardingView, result: OnboardingResult): OnboardingStatus {
  const { projectId, influencerId, containerId, scheduledPosts, steps } = result;
  return {
    version: Number.MAX_SAFE_INTEGER,
    workflowId,
    mode: server.mode ?? 'live', // where the mode was never published, the one to be careful with
    customer: server.customer ?? { externalId: workflowId, name: workflowId },
    stage: 'finished',
    attention: 'none',
    steps,
    ids: {
      projectId,
      ...(influencerId === null ? {} : { influencerId }),
      ...(containerId === null ? {} : { containerId }),
      scheduledPostIds: scheduledPosts.map(({ scheduledPostId }) => scheduledPostId),
    },
    choices: null,
    connect: null,
    review: null,
    blocked: [],
    cleanup: [],
    notes: [],
  };
}

async function failureOf(handle: OnboardingHandle): Promise<OnboardingView['failure']> {
  try {
    await handle.result();
    return null;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    return {
      type: cause instanceof ApplicationFailure ? (cause.type ?? null) : null,
      message: cause?.message ?? error.message,
    };
  }
}
