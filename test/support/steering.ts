import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import ms, { type StringValue } from 'ms';
import type { OnboardingInput, ProjectInput } from '../../src/contract/input';
import type { Rule, Sandbox } from '../../src/sandbox';
import { until, type Stack } from './environment';
import { acmeCoffee, nextWeek } from './inputs';

/** What tests do to the world around an onboarding: bend the sandbox, prepare what is there, let time pass. */

export const customerOf = (input: OnboardingInput): string => input.project.customerExternalId;

/** The sample customer without media: the shortest way to a review. */
export const quick = (overrides: Partial<OnboardingInput> = {}): OnboardingInput =>
  acmeCoffee({ appMedia: [], ...overrides });

/** The same without research: the source is named, so that nothing waits for keywords. */
export const SOURCE = '7301234567890123456';
export const quickest = (overrides: Partial<OnboardingInput> = {}): OnboardingInput =>
  quick({ content: { source: { tiktokVideoId: SOURCE } }, ...overrides });

/** The same, to be posted to an account that the customer has yet to connect. */
export const toConnect = (overrides: Partial<OnboardingInput> = {}): OnboardingInput =>
  quickest({ social: { connect: [{ platform: 'tiktok' }] }, schedule: { at: nextWeek() }, ...overrides });

/** Another one than that of the input. */
export const OTHER_SOURCE = '7301234567890123458';

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

/** An account that is connected as soon as the customer has a project, as one that Layers leases is; returns its id. */
export async function accountToCome(sandbox: Sandbox, customer: string): Promise<string> {
  return (await steer(sandbox, 'POST', '/accounts', { customerExternalId: customer })).id as string;
}

/** An onboarding that posts to the first of the accounts that its project has already. */
export async function withAccounts(
  sandbox: Sandbox,
  overrides: Partial<OnboardingInput> = {},
  { count = 1, key }: { count?: number; key?: string } = {},
): Promise<{ input: OnboardingInput; accounts: [string, ...string[]] }> {
  const input = quickest({ schedule: { at: nextWeek() }, ...overrides });
  const projectId = await existingProject(sandbox, input.project, key);
  const accounts: [string, ...string[]] = [await existingAccount(sandbox, projectId)];
  while (accounts.length < count) accounts.push(await existingAccount(sandbox, projectId));
  return { input: { ...input, social: { socialAccountIds: [accounts[0]] } }, accounts };
}

export const loseAccount = (
  sandbox: Sandbox,
  id: string,
  status: 'reauth_required' | 'disconnected' = 'reauth_required',
): Promise<unknown> => steer(sandbox, 'PATCH', `/accounts/${id}`, { status });

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
