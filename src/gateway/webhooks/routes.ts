import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { MisconfiguredError, UnreachableError } from '../../client/errors';
import type { LayersEvent } from '../../contract/messages';
import { verifyWebhook } from '../../layers/webhookSignature';
import type { Deps } from '../admit';
import { deliver } from './deliver';

const MAX_BODY_BYTES = 256 * 1024;

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
 * `POST /webhooks/layers`. An event only makes the onboardings that wait for what it names look sooner: duplicates,
 * replays, wrong order and unknown resources are harmless, so everything with a good signature is accepted. Only when
 * Temporal cannot be reached is Layers asked to deliver again.
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
        const delivered = await deliver(deps.client, event);
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
