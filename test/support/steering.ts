import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { WorkflowFailedError, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import ms, { type StringValue } from 'ms';
import type { OnboardingInput, ProjectInput } from '../../src/contract/input';
import {
  authorizeSocial,
  layersEvent,
  status as statusQuery,
  type AuthorizeSocialArgs,
} from '../../src/contract/messages';
import type { Blocked, OnboardingStatus, StepStatus } from '../../src/contract/status';
import type { Step, StepState } from '../../src/contract/steps';
import type { Rule, Sandbox } from '../../src/sandbox';
import { consent, until, untilStatus, type Stack } from './environment';
import { acmeCoffee } from './inputs';

/** What tests do to the world around an onboarding: bend the sandbox, act as the partner, let time pass. */

export const customerOf = (input: OnboardingInput): string => input.project.customerExternalId;

/** The sample customer without media: the shortest way to a review. */
export const quick = (overrides: Partial<OnboardingInput> = {}): OnboardingInput =>
  acmeCoffee({ appMedia: [], ...overrides });

/** The same without research: the source is named, so that nothing waits for keywords. */
export const SOURCE = '7301234567890123456';
export const quickest = (overrides: Partial<OnboardingInput> = {}): OnboardingInput =>
  quick({ content: { source: { tiktokVideoId: SOURCE } }, ...overrides });

export const NEXT_YEAR = new Date().getUTCFullYear() + 1;

/** The date of the nth Sunday of a month: in the US the clocks change on the 2nd of March and the 1st of November. */
export function sunday(year: number, month: number, nth: number): string {
  const firstOfMonth = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const day = 1 + ((7 - firstOfMonth) % 7) + 7 * (nth - 1);
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

async function json(response: Response): Promise<Record<string, unknown>> {
  const body = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${JSON.stringify(body)}`);
  return body;
}

const headers = { 'content-type': 'application/json' };

/** The sandbox's own control routes. */
export async function steer(
  { url }: Sandbox,
  method: string,
  path: string,
  body: unknown,
): Promise<Record<string, unknown>> {
  return json(await fetch(`${url}/_sandbox${path}`, { method, headers, body: JSON.stringify(body) }));
}

/** Rules that hold for one customer alone. */
export async function bend(sandbox: Sandbox, customer: string, ...rules: Rule[]): Promise<void> {
  const mine = rules.map((rule) => ({ ...rule, match: { ...rule.match, customerExternalId: `^${customer}$` } }));
  await steer(sandbox, 'POST', '/faults', mine);
}

/** Ends a rule before it has run out. */
export async function stopFault({ url }: Sandbox, id: string): Promise<void> {
  const { ok, status } = await fetch(`${url}/_sandbox/faults/${id}`, { method: 'DELETE' });
  if (!ok) throw new Error(`no fault ${id} to stop: ${status}`);
}

/** A scenario for one customer alone. */
export const play = (sandbox: Sandbox, name: string, customer: string): Promise<unknown> =>
  steer(sandbox, 'POST', '/scenario', { name, customerExternalId: `^${customer}$` });

/** A call as the partner's own code makes it, with the key of the worker unless another is named. */
export async function partner(
  { url }: Sandbox,
  method: string,
  path: string,
  body?: unknown,
  key = 'lp_test_suite',
): Promise<Record<string, unknown>> {
  return json(
    await fetch(`${url}${path}`, {
      method,
      headers: { ...headers, authorization: `Bearer ${key}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
}

/** A project that is there before its onboarding, as the partner made it; returns its id. */
export async function existingProject(sandbox: Sandbox, fields: ProjectInput, key?: string): Promise<string> {
  return (await partner(sandbox, 'POST', '/v1/projects', fields, key)).id as string;
}

/** An account that was connected outside of any onboarding; returns its id. */
export async function existingAccount(
  sandbox: Sandbox,
  projectId: string,
  more: { platform?: 'tiktok' | 'instagram'; leased?: boolean } = {},
): Promise<string> {
  return (await steer(sandbox, 'POST', '/accounts', { projectId, ...more })).id as string;
}

export const loseAccount = (
  sandbox: Sandbox,
  id: string,
  status: 'reauth_required' | 'disconnected' = 'reauth_required',
): Promise<unknown> => steer(sandbox, 'PATCH', `/accounts/${id}`, { status });

/** What the webhook receiver sends after a customer has consented. */
export const connectedEvent = (handle: WorkflowHandle): Promise<void> =>
  handle.signal(layersEvent, {
    id: `evt_${randomUUID()}`,
    type: 'social_account.connected',
    data: { platform: 'tiktok' },
  });

/** The customer connects an account; the webhook makes the onboarding look at once. */
export async function connect(handle: WorkflowHandle, args: AuthorizeSocialArgs = {}): Promise<void> {
  await untilStep(handle, 'social', 'waiting');
  const { authorizeUrl } = await handle.executeUpdate(authorizeSocial, { args: [args] });
  await consent(authorizeUrl);
  await connectedEvent(handle);
}

export const statusOf = (handle: WorkflowHandle): Promise<OnboardingStatus> => handle.query(statusQuery);

export const stepOf = ({ steps }: OnboardingStatus, name: Step): StepStatus => steps.find(({ step }) => step === name)!;

export const untilStep = (handle: WorkflowHandle, name: Step, state: StepState): Promise<OnboardingStatus> =>
  untilStatus(handle, (status) => stepOf(status, name).state === state);

/** Once a step is blocked: what the operator sees of it. */
export async function untilBlocked(handle: WorkflowHandle, name: Step, code?: string): Promise<Blocked> {
  const mine = ({ step, code: seen }: Blocked): boolean => step === name && (code === undefined || seen === code);
  return (await untilStatus(handle, ({ blocked }) => blocked.some(mine))).blocked.find(mine)!;
}

/** The failure behind a rejected update or result, as every SDK sees it. */
export async function failureOf(promise: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await promise.then(
    () => undefined,
    (rejection: unknown) => rejection,
  );
  const cause =
    error instanceof WorkflowUpdateFailedError || error instanceof WorkflowFailedError ? error.cause : undefined;
  if (cause instanceof ApplicationFailure && !(cause instanceof ActivityFailure)) return cause;
  throw new Error('no ApplicationFailure', { cause: error });
}

/** Resets a workflow to its first task, as an operator does; the run that begins. */
export async function resetToBeginning({ client }: Stack, { workflowId }: WorkflowHandle): Promise<WorkflowHandle> {
  const { runId } = await client.workflow.getHandle(workflowId).describe();
  const reset = (await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId, runId },
    workflowTaskFinishEventId: 4 as never,
    requestId: randomUUID(),
    reason: 'test',
  })) as unknown as { runId: string };
  return client.workflow.getHandle(workflowId, reset.runId);
}

/**
 * Lets this workflow's own clock jump, once it is idle; everything else keeps its time. A jump starts and ends well away
 * from the workflow's timers: where a timer is just due, server 1.32 jumps over it to the end of the jump, and where the
 * end has passed while the workflow was busy, to its next timer, however far that is.
 */
export async function skipTime({ client }: Stack, handle: WorkflowHandle, duration: StringValue): Promise<void> {
  const id = randomUUID();
  const execution = { namespace: 'default', workflowExecution: { workflowId: handle.workflowId } };
  await client.workflowService.updateWorkflowExecutionOptions({
    ...execution,
    workflowExecutionOptions: {
      timeSkippingConfig: { enabled: true, fastForwardConfig: { id, duration: msToTs(ms(duration)) } },
    },
    updateMask: { paths: ['time_skipping_config'] },
  });
  const { failedReason } = await until(async () => {
    const polled = await client.workflowService.pollWorkflowExecutionTimeSkipping({ ...execution, fastForwardId: id });
    return polled.fastForwardPollingResult >= 2 && polled;
  });
  // A workflow may well end before the jump does.
  if (failedReason !== '' && (await handle.describe()).status.name === 'RUNNING')
    throw new Error(`${handle.workflowId} did not jump ${duration}: ${failedReason}`);
}
