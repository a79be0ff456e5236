import type { Client, WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import type { OnboardingInput } from '../contract/input';
import { ONBOARD_CUSTOMER } from '../contract/messages';
import type { OnboardingResult } from '../contract/result';
import { SEARCH_ATTRIBUTES } from '../contract/searchAttributes';
import { onboardingWorkflowId } from '../contract/workflowId';
import { AmbiguousCustomerError, calling, OnboardingNotFoundError, SERVER_MS, translated } from './errors';

export { onboardingWorkflowId } from '../contract/workflowId';

/** The workflow as a client sees it. */
export type OnboardCustomer = (input: OnboardingInput) => Promise<OnboardingResult>;
export type OnboardingHandle = WorkflowHandle<OnboardCustomer>;

/**
 * Which onboarding is meant. A text may be the customer's external id or a workflow id: where it names two onboardings,
 * it is refused. The forms with a field name one thing only; without an organization, a customer is looked for in all.
 */
export type OnboardingName = string | { workflowId: string } | { customer: string; organizationId?: string };

/** The handle of one onboarding, whether it exists or not. Messages go to its latest run. */
export const handleOf = (client: Client, workflowId: string): OnboardingHandle =>
  client.workflow.getHandle<OnboardCustomer>(workflowId);

/** A text as a visibility query takes it. */
export const quoted = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** Finds an onboarding by its workflow id or by the customer's external id. */
export async function getOnboarding(client: Client, name: OnboardingName): Promise<OnboardingHandle> {
  const workflowId = await calling(client, SERVER_MS, () => findOne(client, name), textOf(name));
  return handleOf(client, workflowId);
}

const textOf = (name: OnboardingName): string =>
  typeof name === 'string' ? name : 'workflowId' in name ? name.workflowId : name.customer;

async function findOne(client: Client, name: OnboardingName): Promise<string> {
  const text = textOf(name);
  // the server takes neither, and says that it is at fault itself
  if (text === '' || text.includes('\0') || !text.isWellFormed()) throw new OnboardingNotFoundError(text);
  const asWorkflowId = typeof name === 'string' || 'workflowId' in name ? described(client, text) : null;
  const ofCustomer =
    typeof name === 'string'
      ? onboardingsOf(client, text)
      : 'workflowId' in name
        ? []
        : onboardingsOf(client, text, name.organizationId);
  const [found, customers] = await Promise.all([asWorkflowId, ofCustomer]);
  const meant = [...new Set([...customers, ...(found === null ? [] : [text])])];
  const [only, another] = meant;
  if (another !== undefined) throw new AmbiguousCustomerError(text, meant);
  if (only === undefined) throw new OnboardingNotFoundError(text);
  return only;
}

/** What the server knows of a workflow; `null` when it knows none of this type. */
async function described(client: Client, workflowId: string): Promise<WorkflowExecutionDescription | null> {
  try {
    const description = await client.workflow.getHandle(workflowId).describe();
    return description.type === ONBOARD_CUSTOMER ? description : null;
  } catch (error) {
    if (translated(error, workflowId) instanceof OnboardingNotFoundError) return null;
    throw error;
  }
}

/**
 * The workflow ids of a customer's onboardings: the one that is made from the ids, which is known at once, and those that
 * visibility lists some seconds later: under another workflow id, or of an organization that the caller did not name.
 */
async function onboardingsOf(client: Client, customer: string, organizationId?: string): Promise<string[]> {
  const usual = onboardingWorkflowId(customer, organizationId);
  const isTheirs = async (): Promise<boolean> => {
    const description = await described(client, usual);
    // somebody may have given this id to another customer's onboarding
    return description !== null && [undefined, customer].includes(customerOf(description));
  };
  const [theirs, listed] = await Promise.all([isTheirs(), organizationId === undefined ? list(client, customer) : []]);
  return theirs ? [usual, ...listed] : listed;
}

/** More are not told apart by a person anyhow. */
const MAX_LISTED = 10;

async function list(client: Client, customer: string): Promise<string[]> {
  const query = `WorkflowType = ${quoted(ONBOARD_CUSTOMER)} AND ${SEARCH_ATTRIBUTES.customer.name} = ${quoted(customer)}`;
  const found = new Set<string>();
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 100 })) {
    found.add(workflowId);
    if (found.size === MAX_LISTED) break;
  }
  return [...found];
}

const customerOf = ({ typedSearchAttributes }: WorkflowExecutionDescription): string | undefined =>
  typedSearchAttributes.get(SEARCH_ATTRIBUTES.customer);

/** Resolves with the result; rejects with a `WorkflowFailedError` when the onboarding failed or was cancelled. */
export async function waitForOnboarding(client: Client, name: OnboardingName): Promise<OnboardingResult> {
  const handle = await getOnboarding(client, name);
  return await handle.result();
}
