import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { executeUpdate } from '../../src/client/updates';
import { chooseSource, decideReview, resolveStep, status as statusQuery } from '../../src/contract/messages';
import type { OnboardingStatus } from '../../src/contract/status';
import { SECRETS, type Stage } from './stage';
import { until } from './until';

const { EventType, WorkflowTaskFailedCause } = temporal.api.enums.v1;
const ANSWER_MS = 15_000;
/** Layers may ask three times in a row not to be called for half a minute. */
const END_MS = 150_000;
/** How long people help an onboarding on before it is cancelled. */
const HELP_MS = 5_000;

/** What a workflow owes whoever sends it whatever: it answers, takes a decision, ends, and no task of it has failed. */
export async function expectWell(stage: Stage, handle: WorkflowHandle): Promise<void> {
  try {
    await expectQuiet(handle);
    await expectAnswer(stage, handle);
    await endIt(stage, handle);
    await expectNoFailedTask(handle);
    expectNoSecret('the history', JSON.stringify(await handle.fetchHistory()));
    expectNoSecret('the log', stage.logged());
    const [rejection] = stage.unhandled();
    if (rejection !== undefined) throw new Error('A rejection was not handled', { cause: rejection });
  } finally {
    await handle.terminate('judged').catch(() => undefined);
  }
}

/** A task that fails is tried again and again: its attempts grow while nothing of it is recorded. */
export async function expectQuiet(handle: WorkflowHandle): Promise<void> {
  await until(
    async () => {
      const { raw, status } = await handle.describe();
      if ((raw.pendingWorkflowTask?.attempt ?? 0) > 1) await expectNoFailedTask(handle);
      return status.name !== 'RUNNING' || raw.pendingWorkflowTask == null;
    },
    ANSWER_MS,
    'the end of the workflow task',
  ).catch(async (error: unknown) => {
    await expectNoFailedTask(handle);
    throw error;
  });
}

async function expectNoFailedTask(handle: WorkflowHandle): Promise<void> {
  const { events = [] } = await handle.fetchHistory();
  for (const { workflowTaskFailedEventAttributes: failed, eventType } of events ?? []) {
    // A message that comes while a task is completed sends the task back: that is how it is meant.
    const isFailure =
      eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED &&
      failed?.cause !== WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND;
    if (isFailure)
      throw new FailedTask(
        `A workflow task failed: ${failed?.failure?.message ?? WorkflowTaskFailedCause[failed?.cause ?? 0]}`,
      );
    if (eventType === EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED)
      throw new FailedTask('The server terminated the onboarding');
  }
}

export class FailedTask extends Error {}

/** `null` once it has ended. */
async function expectAnswer({ client }: Stage, handle: WorkflowHandle): Promise<OnboardingStatus | null> {
  return client.withDeadline(Date.now() + ANSWER_MS, async () => {
    try {
      return await handle.query(statusQuery);
    } catch (error) {
      // Of an input that cannot be read there is nothing to show.
      if (!(await isRunning(handle))) return null;
      throw new Error('The status does not answer', { cause: error });
    }
  });
}

const isRunning = async (handle: WorkflowHandle): Promise<boolean> =>
  (await handle.describe()).status.name === 'RUNNING';

/** People do what it asks for, for a while; then it is cancelled. */
async function endIt(stage: Stage, handle: WorkflowHandle): Promise<void> {
  let refused: WorkflowUpdateFailedError | undefined;
  const patience = Date.now() + HELP_MS;
  while (Date.now() < patience && (await isRunning(handle))) {
    const status = await expectAnswer(stage, handle);
    if (status === null) break;
    refused = undefined;
    // It may have gone on since: what is refused once is no harm, what is refused to the end is.
    const waits = await answer(stage, handle, status).catch((error: unknown) => {
      if (!(error instanceof WorkflowUpdateFailedError)) throw error;
      refused = error;
    });
    if (waits) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (!(await isRunning(handle))) return;
  if (refused !== undefined) throw new Error('No decision is taken', { cause: refused });
  await handle.cancel();
  await expectEnd(handle);
}

const expectEnd = (handle: WorkflowHandle): Promise<void> =>
  until(async () => !(await isRunning(handle)), END_MS, 'the end of the onboarding').catch(async (error: unknown) => {
    await expectNoFailedTask(handle);
    throw error;
  });

/** Whether only the customer, who does not come, can help it on. */
async function answer({ client }: Stage, handle: WorkflowHandle, status: OnboardingStatus): Promise<boolean> {
  const { review, choices, blocked, connect } = status;
  const [first] = blocked;
  // As our own client sends it: again where the server could not finish the task that took it.
  const send = <Ret, Arg>(definition: UpdateDefinition<Ret, [Arg]>, arg: Arg): Promise<Ret> =>
    client.withDeadline(Date.now() + ANSWER_MS, () => executeUpdate(handle, definition, arg, randomUUID()));
  if (first !== undefined) {
    const { step, item } = first;
    await send(resolveStep, { step, action: 'abort', operator: 'fuzz', ...(item && { item }) });
  } else if (choices?.[0] !== undefined) {
    const { tiktokVideoId } = choices[0];
    await send(chooseSource, { tiktokVideoId, by: 'fuzz' });
  } else if (review !== null && review.decision === undefined) {
    const { revision } = review;
    await send(decideReview, { decision: 'approve', reviewer: 'fuzz', revision });
  } else return connect !== null;
  return false;
}

export function expectNoSecret(where: string, text: string): void {
  const found = SECRETS.find((secret) => text.includes(secret));
  if (found !== undefined) throw new Error(`A secret stands in ${where}: ${found.slice(0, 14)}…`);
}
