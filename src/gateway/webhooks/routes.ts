import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { MisconfiguredError, UnreachableError } from '../../client/errors';
import { bareId } from '../../contract/ids';
import type { LayersEvent } from '../../contract/messages';
import { harmless } from '../../contract/text';
import { verifyWebhook } from '../../layers/webhookSignature';
import type { Deps } from '../admit';
import { Buckets, Recent, type Allowance } from '../bounds';
import { isolated } from '../onboardings/legible';
import { deliver, type Delivery } from './deliver';
import { eventIn, isId } from './event';

const MAX_BODY_BYTES = 256 * 1024;
/** Layers may deliver the same event again for that long (layers/API.md 13). */
const REPEATED_MS = 24 * 3_600_000;
const MOST_EVENTS = 50_000;
/** Wake-ups per onboarding: far more than one needs, and few enough for its history. */
const WAKE_UPS: Allowance = { atOnce: 60, everyMs: 30_000 };

/** What became of the deliveries since this process began. */
export interface WebhookCounts {
  delivered: number;
  unknown: number;
  unreadable: number;
  refused: number;
  /** Events that were delivered before, under the same id. */
  repeated: number;
  /** Wake-ups that an onboarding was spared, since it had many of late. */
  held: number;
  /** Wake-ups that a running onboarding did not take. */
  notTaken: number;
}

export const newCounts = (): WebhookCounts => ({
  delivered: 0,
  unknown: 0,
  unreadable: 0,
  refused: 0,
  repeated: 0,
  held: 0,
  notTaken: 0,
});

/**
 * `POST /webhooks/layers`. An event only makes the onboardings that wait for what it names look sooner: duplicates,
 * replays, wrong order and unknown resources are harmless, so everything with a good signature is accepted. Only when
 * Temporal cannot be reached is Layers asked to deliver again.
 */
export function webhookRoutes(deps: Deps, counts: WebhookCounts): Hono {
  const { webhookSecrets, log, now, warnings, accountNames } = deps;
  const known = new Recent({ most: MOST_EVENTS, forMs: REPEATED_MS, now });
  const wakeUps = new Buckets(WAKE_UPS, now);
  const refuse = (reason: string) => {
    counts.refused += 1;
    warnings.warn('webhook refused', { reason });
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

      const named = context.req.header('x-layers-event-id');
      const event = eventIn(rawBody, named);
      if (event === null) {
        counts.unreadable += 1;
        log.warn({ event: isId(named) ? named : null }, 'webhook with a good signature that cannot be read');
        return context.json({ delivered: 0 }, 202);
      }
      if (known.has(event.id)) {
        counts.repeated += 1;
        log.debug({ event: event.id, type: event.type }, 'webhook that was delivered before');
        return context.json({ delivered: 0 }, 202);
      }
      learnName(event);
      // Before it is delivered, so that two deliveries at once are one as well.
      known.set(event.id, true);
      try {
        const delivery = await deliver(deps.client, event, (workflowId) => wakeUps.take(workflowId) === 0);
        // One that found nobody may be early, and is looked up anew when it comes again.
        if (delivery.delivered === 0) known.forget(event.id);
        told(event, delivery);
        return context.json({ delivered: delivery.delivered }, 202);
      } catch (error) {
        known.forget(event.id);
        const { message: cause } = error as Error;
        const isDown = error instanceof UnreachableError || error instanceof MisconfiguredError;
        log.error({ event: event.id, type: event.type, cause }, 'webhook not delivered');
        if (!isDown) return context.json({ delivered: 0 }, 202);
        return context.json({ error: 'Temporal cannot be reached; deliver again later' }, 503, { 'Retry-After': '30' });
      }
    },
  );

  function learnName({ type, data: { socialAccountId, displayName } }: LayersEvent): void {
    if (type === 'social_account.connected' && isId(socialAccountId) && typeof displayName === 'string')
      accountNames.set(bareId(socialAccountId), isolated(harmless(displayName).slice(0, 100)));
  }

  function told({ id, type }: LayersEvent, { delivered, held, refused }: Delivery): void {
    if (delivered > 0) counts.delivered += 1;
    else if (held + refused.length === 0) counts.unknown += 1;
    counts.held += held;
    counts.notTaken += refused.length;
    log.info({ event: id, type, delivered }, 'webhook');
    if (held > 0) warnings.warn('webhook held back', { reason: 'too often for one onboarding', event: id });
    for (const { workflowId, cause } of refused)
      warnings.warn('webhook not taken', { reason: 'by an onboarding', workflowId, cause });
  }
}
