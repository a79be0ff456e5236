import type { Client } from '@temporalio/client';
import {
  calling,
  MisconfiguredError,
  OnboardingEndedError,
  OnboardingNotFoundError,
  SERVER_MS,
  UnreachableError,
} from '../../client/errors';
import { handleOf, quoted } from '../../client/find';
import { formsOf } from '../../contract/ids';
import { layersEvent, ONBOARD_CUSTOMER, type LayersEvent } from '../../contract/messages';
import { consentRef, SEARCH_ATTRIBUTES } from '../../contract/searchAttributes';
import { idsOf, isId, REFERENCES } from './event';

/** A resource belongs to one onboarding. Only an event that names none, of a connected account, may be for several. */
const MOST_WORKFLOWS = 50;

/** What became of an event at the onboardings that may wait for it. */
export interface Delivery {
  delivered: number;
  /** Onboardings that have been told too often of late. Their polling finds the truth. */
  held: number;
  /** Why others took nothing, though they run. */
  refused: { workflowId: string; cause: string }[];
}

type Told = 'delivered' | 'held' | 'ended' | { workflowId: string; error: unknown };

/**
 * Signals every running onboarding that may wait for the event. What one of them does not take is no reason to deliver again.
 *
 * @param mayTell whether an onboarding may be told once more; asked once for each
 * @throws `UnreachableError` or `MisconfiguredError`, where Temporal took nothing at all
 */
export async function deliver(
  client: Client,
  event: LayersEvent,
  mayTell: (workflowId: string) => boolean,
): Promise<Delivery> {
  const condition = conditionFor(event);
  if (condition === null) return { delivered: 0, held: 0, refused: [] };
  const found = await calling(client, SERVER_MS, async () => {
    const query = `WorkflowType = ${quoted(ONBOARD_CUSTOMER)} AND ExecutionStatus = "Running" AND (${condition})`;
    const workflowIds: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query, pageSize: MOST_WORKFLOWS })) {
      workflowIds.push(workflowId);
      if (workflowIds.length === MOST_WORKFLOWS) break;
    }
    return workflowIds;
  });
  const slim = { ...event, data: idsOf(event.data) };
  const told = await Promise.all(
    found.map(async (workflowId): Promise<Told> => {
      if (!mayTell(workflowId)) return 'held';
      try {
        await calling(client, SERVER_MS, () => handleOf(client, workflowId).signal(layersEvent, slim), workflowId);
        return 'delivered';
      } catch (error) {
        const isOver = error instanceof OnboardingEndedError || error instanceof OnboardingNotFoundError;
        return isOver ? 'ended' : { workflowId, error };
      }
    }),
  );
  return summary(told);
}

function summary(told: readonly Told[]): Delivery {
  const failed = told.filter((one) => typeof one === 'object');
  const [first] = failed;
  if (first !== undefined && failed.length === told.length && failed.every(({ error }) => isTemporals(error)))
    throw first.error as Error;
  return {
    delivered: told.filter((one) => one === 'delivered').length,
    held: told.filter((one) => one === 'held').length,
    refused: failed.map(({ workflowId, error }) => ({ workflowId, cause: (error as Error).message })),
  };
}

const isTemporals = (error: unknown): boolean =>
  error instanceof UnreachableError || error instanceof MisconfiguredError;

/** The prefixes of what each field names. What a `content.*` event calls its `id` is the container's. */
const PREFIXES = {
  jobId: ['job'],
  containerId: ['cnt'],
  scheduledPostId: ['sp'],
  id: ['cnt'],
  projectId: ['prj', 'proj'],
};

/**
 * The visibility query for the onboardings that an event is about. An event may write an id otherwise than the answer did
 * that an onboarding knows it from, so each is looked for in all its forms. `social_account.connected` is documented without
 * anything that leads to one, so it wakes those whose customer has a consent page open for an account of the platform:
 * each reads whether the event was about its own.
 */
function conditionFor({ type, data }: LayersEvent): string | null {
  const named = (field: keyof typeof PREFIXES): string[] => {
    const id = data[field];
    return isId(id) ? formsOf(id, ...PREFIXES[field]) : [];
  };
  const { refs, projectId } = SEARCH_ATTRIBUTES;
  const conditions = [...isOneOf(refs.name, REFERENCES.flatMap(named)), ...isOneOf(projectId.name, named('projectId'))];
  if (conditions.length > 0) return conditions.join(' OR ');
  const { platform } = data;
  return type === 'social_account.connected' && isId(platform)
    ? `${refs.name} = ${quoted(consentRef(platform))}`
    : null;
}

const isOneOf = (attribute: string, ids: string[]): string[] =>
  ids.length === 0 ? [] : [`${attribute} IN (${[...new Set(ids)].map(quoted).join(', ')})`];
