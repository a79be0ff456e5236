import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import {
  calling,
  MisconfiguredError,
  OnboardingEndedError,
  OnboardingNotFoundError,
  SERVER_MS,
  UnreachableError,
} from '../../client/errors';
import { handleOf, quoted } from '../../client/find';
import { layersEvent, ONBOARD_CUSTOMER, type LayersEvent } from '../../contract/messages';
import { consentRef, SEARCH_ATTRIBUTES } from '../../contract/searchAttributes';
import { verifyWebhook } from '../../layers/webhookSignature';
import type { Deps } from '../admit';

const MAX_BODY_BYTES = 256 * 1024;
/** A resource belongs to one onboarding; more than a few only wait for accounts at the same time. */
const MOST_WORKFLOWS = 50;
/** Fields of an event that may name something an onboarding knows (layers/API.md 13). */
const REFERENCES = ['id', 'jobId', 'containerId', 'scheduledPostId'];

const envelope = z.object({
  id: z.string().min(1),
  type: z.string().min(1),
  data: z.record(z.string(), z.unknown()).default({}),
});

/** What became of the deliveries since this process began. */
export interface WebhookCounts {
  delivered: number;
  unknown: number;
  unreadable: number;
  refused: number;
}

export const newCounts = (): WebhookCounts => ({ delivered: 0, unknown: 0, unreadable: 0, refused: 0 });

/**
 * `POST /webhooks/layers`. An event is a wake-up for whoever waits for what it names, nothing more: duplicates, replays,
 * wrong order and unknown resources are harmless, so everything with a good signature is accepted. Only when Temporal
 * cannot be reached is Layers asked to deliver again.
 */
export function webhookRoutes(deps: Deps, counts: WebhookCounts): Hono {
  const { webhookSecrets, log, now } = deps;
  const refuse = (reason: string) => {
    counts.refused += 1;
    log.warn({ reason }, 'webhook refused');
    return { error: reason };
  };
  return new Hono().post(
    '/webhooks/layers',
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (context) => context.json(refuse(`the body is larger than ${MAX_BODY_BYTES} bytes`), 413),
    }),
    async (context) => {
      if (webhookSecrets.length === 0)
        return context.json(refuse('no LAYERS_WEBHOOK_SECRET is set, so no webhook can be trusted'), 401);
      const rawBody = Buffer.from(await context.req.arrayBuffer());
      const header = context.req.header('x-layers-signature');
      const verified = verifyWebhook({ header, rawBody, secrets: webhookSecrets, now: now() });
      if (!verified.ok) return context.json(refuse(`X-Layers-Signature: ${verified.reason}`), 401);

      const event = read(rawBody);
      if (event === null) {
        counts.unreadable += 1;
        log.warn({}, 'webhook with a good signature that cannot be read');
        return context.json({ delivered: 0 }, 202);
      }
      try {
        const delivered = await deliver(deps, event);
        counts[delivered > 0 ? 'delivered' : 'unknown'] += 1;
        log.info({ event: event.id, type: event.type, delivered }, 'webhook');
        return context.json({ delivered }, 202);
      } catch (error) {
        if (!(error instanceof UnreachableError || error instanceof MisconfiguredError)) throw error;
        log.error({ event: event.id, type: event.type, cause: error.message }, 'webhook not delivered');
        return context.json({ error: 'Temporal cannot be reached; deliver again later' }, 503, { 'Retry-After': '30' });
      }
    },
  );
}

function read(rawBody: Buffer): LayersEvent | null {
  try {
    return envelope.safeParse(JSON.parse(rawBody.toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** Signals every running onboarding that may wait for the event; returns how many there are. */
async function deliver({ client }: Deps, event: LayersEvent): Promise<number> {
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
 * Which onboardings an event is about. `social_account.connected` is documented without anything that leads to one, so it
 * wakes those whose customer has a page open to connect such an account: each confirms by one read whether it was meant.
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
