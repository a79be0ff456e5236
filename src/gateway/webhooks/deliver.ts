import type { Client } from '@temporalio/client';
import { calling, OnboardingEndedError, OnboardingNotFoundError, SERVER_MS } from '../../client/errors';
import { handleOf, quoted } from '../../client/find';
import { layersEvent, ONBOARD_CUSTOMER, type LayersEvent } from '../../contract/messages';
import { consentRef, SEARCH_ATTRIBUTES } from '../../contract/searchAttributes';

/** A resource belongs to one onboarding. Only an event that names none, of a connected account, may be for several. */
const MOST_WORKFLOWS = 50;
/** Fields of an event that may name something an onboarding knows (layers/API.md 13). */
const REFERENCES = ['id', 'jobId', 'containerId', 'scheduledPostId'];

/** Signals every running onboarding that may wait for the event; returns how many there are. */
export async function deliver(client: Client, event: LayersEvent): Promise<number> {
  const condition = conditionFor(event);
  if (condition === null) return 0;
  const found = await calling(client, SERVER_MS, async () => {
    const query = `WorkflowType = ${quoted(ONBOARD_CUSTOMER)} AND ExecutionStatus = "Running" AND (${condition})`;
    const workflowIds: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query, pageSize: MOST_WORKFLOWS })) {
      workflowIds.push(workflowId);
      if (workflowIds.length === MOST_WORKFLOWS) break;
    }
    return workflowIds;
  });
  const slim = { ...event, data: idsIn(event.data) };
  const told = await Promise.all(
    found.map(async (workflowId) => {
      try {
        await calling(client, SERVER_MS, () => handleOf(client, workflowId).signal(layersEvent, slim), workflowId);
        return 1;
      } catch (error) {
        if (error instanceof OnboardingEndedError || error instanceof OnboardingNotFoundError) return 0;
        throw error;
      }
    }),
  );
  return told.reduce((sum: number, one) => sum + one, 0);
}

/**
 * The visibility query for the onboardings that an event is about. `social_account.connected` is documented without
 * anything that leads to one, so it wakes those whose customer has a consent page open for an account of the platform:
 * each reads whether the event was about its own.
 */
function conditionFor({ type, data }: LayersEvent): string | null {
  const refs = REFERENCES.map((name) => data[name]).filter(isId);
  const conditions = [
    ...(refs.length === 0 ? [] : [`${SEARCH_ATTRIBUTES.refs.name} IN (${refs.map(quoted).join(', ')})`]),
    ...(isId(data['projectId']) ? [`${SEARCH_ATTRIBUTES.projectId.name} = ${quoted(data['projectId'])}`] : []),
  ];
  if (conditions.length > 0) return conditions.join(' OR ');
  const { platform } = data;
  return type === 'social_account.connected' && isId(platform)
    ? `${SEARCH_ATTRIBUTES.refs.name} = ${quoted(consentRef(platform))}`
    : null;
}

/** Only ids go into a history: names and addresses of people have no business there. */
const idsIn = (data: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(data).filter(([name, value]) => /^id$|Id$/.test(name) && isId(value)));

const isId = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 200;
