import {
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import type { OnboardingInput } from '../contract/input';
import { ONBOARD_CUSTOMER } from '../contract/messages';
import type { OnboardingResult } from '../contract/result';
import { SEARCH_ATTRIBUTES } from '../contract/searchAttributes';
import { AmbiguousCustomerError, calling, OnboardingNotFoundError, SERVER_MS } from './errors';

/** The workflow as a client sees it. */
export type OnboardCustomer = (input: OnboardingInput) => Promise<OnboardingResult>;
export type OnboardingHandle = WorkflowHandle<OnboardCustomer>;

/** `onboard-<customerExternalId>`, with an organization `onboard-<organizationId>-<customerExternalId>`. */
export const onboardingWorkflowId = (customerExternalId: string, organizationId?: string): string =>
  organizationId === undefined ? `onboard-${customerExternalId}` : `onboard-${organizationId}-${customerExternalId}`;

/** The handle of one onboarding, whether it exists or not. Messages go to its latest run. */
export const handleOf = (client: Client, workflowId: string): OnboardingHandle =>
  client.workflow.getHandle<OnboardCustomer>(workflowId);

/** A text as a visibility query takes it. */
export const quoted = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** What the server knows of a workflow; `null` when it knows none of this type. */
async function described(client: Client, workflowId: string): Promise<WorkflowExecutionDescription | null> {
  try {
    const description = await client.workflow.getHandle(workflowId).describe();
    return description.type === ONBOARD_CUSTOMER ? description : null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/**
 * Finds an onboarding by its workflow id or by the customer's external id. Visibility is asked last, since it lags
 * behind by seconds; it alone finds the customer of an organization whose id the caller did not give.
 */
export async function getOnboarding(client: Client, idOrCustomer: string): Promise<OnboardingHandle> {
  const workflowId = await calling(client, SERVER_MS, async () => {
    for (const candidate of [idOrCustomer, onboardingWorkflowId(idOrCustomer)])
      if ((await described(client, candidate)) !== null) return candidate;
    const found = new Set<string>();
    const query = `WorkflowType = ${quoted(ONBOARD_CUSTOMER)} AND ${SEARCH_ATTRIBUTES.customer.name} = ${quoted(idOrCustomer)}`;
    for await (const { workflowId } of client.workflow.list({ query, pageSize: 100 })) found.add(workflowId);
    const [only, another] = found;
    if (another !== undefined) throw new AmbiguousCustomerError(idOrCustomer, [...found]);
    if (only === undefined) throw new OnboardingNotFoundError(idOrCustomer);
    return only;
  });
  return handleOf(client, workflowId);
}

/** Resolves with the result; rejects with a `WorkflowFailedError` when the onboarding failed or was cancelled. */
export async function waitForOnboarding(client: Client, idOrCustomer: string): Promise<OnboardingResult> {
  const handle = await getOnboarding(client, idOrCustomer);
  return await handle.result();
}
