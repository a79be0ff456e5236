import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowStartOptions } from '@temporalio/client';
import { calling, SERVER_MS, UnreachableError } from './client/errors';
import { handleOf, onboardingWorkflowId, type OnboardCustomer, type OnboardingHandle } from './client/find';
import { startDetails, startSummary } from './client/startTexts';
import type { OnboardingInput } from './contract/input';
import { ONBOARD_CUSTOMER } from './contract/messages';
import type { OnboardingPlan } from './contract/plan';
import { DEFAULT_TASK_QUEUE } from './contract/queues';
import type { OnboardingResult, Outcome } from './contract/result';
import { SEARCH_ATTRIBUTES } from './contract/searchAttributes';
import { InvalidInputError, validateInput } from './input';

export interface StartOptions {
  /** Default: made from the customer's external id, so that a customer is onboarded once. */
  workflowId?: string;
  /** Default `layers-onboarding`; must be the queue of the worker. */
  taskQueue?: string;
  /** Allows a new run after one that ended `rejected` or `expired`. */
  again?: boolean;
}

export interface Started {
  handle: OnboardingHandle;
  workflowId: string;
  /** Of the run that `state` is about. */
  runId: string;
  /** `started`: by this call. `alreadyFinished`: nothing was started, `result` is the earlier one's. */
  state: 'started' | 'alreadyRunning' | 'alreadyFinished';
  /** The existing run was started with another input. Nothing was changed. */
  inputDiffers: boolean;
  result?: OnboardingResult;
}

/** How often a run may end badly between finding it and taking its place, before somebody has to look. */
const MAX_TRIES = 5;

/**
 * Starts the onboarding of one customer, or finds the one that exists. Safe to call twice and from many places at once:
 * per customer there is one run, and exactly one caller is told `started`. Runs that failed or were cancelled start anew.
 *
 * @throws InvalidInputError with every problem of the input, before anything is started
 * @throws UnreachableError when Temporal does not answer; the start may have taken effect, and calling again tells
 *
 * @example
 * const { handle, state } = await startOnboarding(client, { project: { name: 'Acme Coffee', customerExternalId: 'acme-coffee', timezone: 'America/Los_Angeles' } });
 */
export async function startOnboarding(
  client: Client,
  input: OnboardingInput,
  options: StartOptions = {},
): Promise<Started> {
  const checked = validateInput(input, { now: Date.now(), workflowId: options.workflowId ?? null });
  if ('problems' in checked) throw new InvalidInputError(checked.problems);
  const { plan, digest } = checked;
  const workflowId = options.workflowId ?? onboardingWorkflowId(plan.project.customerExternalId, input.organizationId);
  const start = startOptions(input, plan, digest, workflowId, options.taskQueue ?? DEFAULT_TASK_QUEUE);
  const handle = handleOf(client, workflowId);

  /** How the run ended that a new one may follow. */
  let previous: Outcome | null = null;
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const runId = await startIfAbsent(client, start, previous);
    if (runId !== null) return { handle, workflowId, runId, state: 'started', inputDiffers: false };

    const existing = await calling(client, SERVER_MS, () => handle.describe(), workflowId);
    const found = {
      handle,
      workflowId,
      runId: existing.runId,
      inputDiffers: existing.memo?.['inputDigest'] !== undefined && existing.memo['inputDigest'] !== digest,
    };
    if (existing.closeTime === undefined) return { ...found, state: 'alreadyRunning' };
    if (existing.status.name !== 'COMPLETED') {
      previous = null; // it has ended badly since, so its place is free
      continue;
    }
    const run = client.workflow.getHandle<OnboardCustomer>(workflowId, existing.runId);
    const result = await calling(client, SERVER_MS, () => run.result(), workflowId);
    const mayFollow = options.again === true && (result.outcome === 'rejected' || result.outcome === 'expired');
    previous = mayFollow ? result.outcome : null;
    if (!mayFollow) return { ...found, state: 'alreadyFinished', result };
  }
  throw new UnreachableError(`The onboarding ${workflowId} keeps ending as it is started. Look at its latest run.`);
}

/**
 * The run id when this call started it, else `null`. The conflict policy FAIL makes that answer free of races: with
 * USE_EXISTING, which has the same effect, the SDK does not say whether the run is ours.
 */
async function startIfAbsent(
  client: Client,
  start: WorkflowStartOptions<OnboardCustomer>,
  previous: Outcome | null,
): Promise<string | null> {
  try {
    const { firstExecutionRunId } = await calling(client, SERVER_MS, () =>
      client.workflow.start<OnboardCustomer>(ONBOARD_CUSTOMER, {
        ...start,
        // What was rejected is not to be shown again, though Layers would replay it under the same keys.
        ...(previous === null ? {} : { memo: { ...start.memo, previousOutcome: previous } }),
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: previous !== null ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
      }),
    );
    return firstExecutionRunId;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
    throw error;
  }
}

function startOptions(
  input: OnboardingInput,
  plan: OnboardingPlan,
  digest: string,
  workflowId: string,
  taskQueue: string,
): WorkflowStartOptions<OnboardCustomer> {
  const { customerExternalId: externalId, name } = plan.project;
  const timezone = plan.schedule?.timezone ?? plan.project.timezone;
  return {
    workflowId,
    taskQueue,
    args: [input],
    memo: { inputDigest: digest, customer: { externalId, name, timezone } },
    staticSummary: startSummary(plan),
    staticDetails: startDetails(plan, workflowId),
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.customer, value: externalId },
      { key: SEARCH_ATTRIBUTES.stage, value: 'validate' },
      { key: SEARCH_ATTRIBUTES.attention, value: ['none'] },
    ],
    ...(plan.organizationId === null ? {} : { priority: { fairnessKey: plan.organizationId } }),
  };
}
