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
import type { OnboardingStatus } from '../contract/status';
import { calling, grpcError, SERVER_MS, UnreachableError } from './errors';
import { getOnboarding, type OnboardCustomer, type OnboardingHandle, type OnboardingName } from './find';
import { readResult, readStatus } from './readable';
import { callsBeingRetried, type RetriedCall } from './retries';
import { serverKnowledge, type ServerKnowledge } from './server';
import { NO_WORKER, whySilent } from './silence';

/** How the workflow stands, in the words of the Web UI. */
export type Execution = 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timedOut';

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
  /** The workflow's own answer; `null` when none came, with `noStatus` saying why and `noStatusFix` what to do. */
  status: OnboardingStatus | null;
  noStatus: string | null;
  noStatusFix: string | null;
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

/** Time for a status query: long enough for a worker that has to replay the history first. */
const QUERY_MS = 5_000;

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
    noStatusFix: null,
    server: serverKnowledge(description),
    retries: execution === 'running' ? callsBeingRetried(description.raw) : [],
    result: null,
    failure: null,
    historyLength: description.historyLength,
  };
  // This very run from here on: another run of the same workflow id may start at any time.
  const run = client.workflow.getHandle<OnboardCustomer>(view.workflowId, view.runId);
  if (execution === 'completed') {
    const answer = await calling(client, SERVER_MS, () => run.result(), handle.workflowId);
    if (answer instanceof Unreadable) return { ...view, noStatus: `its result ${answer.why}` };
    const result = readResult(answer);
    if (result === null) return { ...view, noStatus: NOT_OURS };
    return { ...view, result, status: finishedStatus(view, result) };
  }
  const failure = execution === 'running' ? null : await calling(client, SERVER_MS, () => failureOf(run));
  const unchanged = known?.status && known.runId === view.runId && known.historyLength === view.historyLength;
  return { ...view, failure, ...(unchanged ? { status: known.status } : await queried(client, run, description)) };
}

/** The same by workflow id or customer. */
export const onboardingStatus = async (client: Client, name: OnboardingName): Promise<OnboardingView> =>
  viewOnboarding(client, await getOnboarding(client, name));

/** What is said of a workflow that has the type of onboardings, and answers as none does. */
const NOT_OURS = 'its answer is not that of an onboarding';

type Answer = Pick<OnboardingView, 'status' | 'noStatus' | 'noStatusFix'>;

async function queried(
  client: Client,
  handle: OnboardingHandle,
  description: WorkflowExecutionDescription,
): Promise<Answer> {
  try {
    const answer = await calling(client, QUERY_MS, () => handle.query(definitions.status));
    if (answer instanceof Unreadable) return { status: null, noStatus: `its status ${answer.why}`, noStatusFix: null };
    const status = readStatus(answer);
    return { status, noStatus: status === null ? NOT_OURS : null, noStatusFix: null };
  } catch (error) {
    const noAnswer = { status: null, noStatusFix: null };
    const said = grpcError(error)?.details ?? (error as Error).message;
    const isFailing = /workflow task in failed state/i.test(said);
    if (!(error instanceof UnreachableError) && !isFailing) return { ...noAnswer, noStatus: said };
    if (description.closeTime !== undefined) return { ...noAnswer, noStatus: NO_WORKER };
    // The server has just answered, so silence is the worker's.
    const { why, fix } = await whySilent(client, description, isFailing);
    return { status: null, noStatus: why, noStatusFix: fix };
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
