import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { isLoopback, publicHttps } from '../../format/addresses';
import { conflict, notFound } from '../../format/errors';
import { normalizeId } from '../../format/ids';
import { newest, page } from '../../format/paging';
import { utc } from '../../format/times';
import { requireScope } from '../../requests/auth';
import { reply, route, type Call } from '../../requests/route';
import { fields } from '../../requests/validation';
import type { WebhookEndpoint } from '../../world/state';
import { WEBHOOK_EVENTS } from '../../world/webhooks';
import { deliveryRecord, endpointRecord } from './records';

/** How long the old secret signs beside the new one. */
const OVERLAP_MS = 24 * 3_600_000;

const url = fields.url((text) => {
  const { protocol, hostname } = new URL(text);
  // Plain http to this machine: what the real API refuses and a sandbox has to allow.
  return protocol === 'http:' && isLoopback(hostname) ? null : publicHttps(text);
});
const events = z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(50);
const description = fields.text(0, 1024);
const metadata = fields.object;

const newSecret = () => `whsec_${randomBytes(24).toString('base64url')}`;

function endpointOf(
  { world, caller, params }: Pick<Call, 'world' | 'caller' | 'params'>,
  id = params.endpointId ?? '',
) {
  const endpoint = world.core.state.webhookEndpoints[id];
  if (endpoint?.organizationId !== caller.organizationId) throw notFound('Webhook endpoint');
  return endpoint;
}

const create = route('POST /v1/webhook-endpoints', {
  body: z.strictObject({
    url,
    events,
    description: description.optional(),
    projectId: z.string().optional(),
    metadata: metadata.optional(),
    scope: z.enum(['own', 'all_children']).default('own'),
  }),
  handle(call) {
    const { world, caller, body } = call;
    if (body.scope === 'all_children') requireScope(caller, 'org:admin');
    const projectId = body.projectId === undefined ? null : normalizeId('prj', body.projectId);
    if (
      body.projectId !== undefined &&
      world.core.state.projects[projectId ?? '']?.organizationId !== caller.organizationId
    )
      throw notFound('Project');
    const now = world.core.now();
    const endpoint: WebhookEndpoint = {
      ...{ id: randomUUID(), organizationId: caller.organizationId, projectId, url: body.url, scope: body.scope },
      ...{
        description: body.description ?? null,
        status: 'active',
        events: body.events,
        metadata: body.metadata ?? null,
      },
      ...{ secret: newSecret(), previous: null, createdAt: now, updatedAt: now },
      ...{ lastSuccessAt: null, lastFailureAt: null, consecutiveFailureCount: 0 },
    };
    world.core.state.webhookEndpoints[endpoint.id] = endpoint;
    world.core.effect('webhook-endpoint.created', { id: endpoint.id, projectId }, call.requestId, {
      events: body.events,
    });
    return reply(201, { endpoint: endpointRecord(endpoint), signingSecret: endpoint.secret });
  },
});

const list = route('GET /v1/webhook-endpoints', {
  query: z.strictObject({ cursor: z.string().optional(), limit: fields.limit(100, 25) }),
  handle({ world, caller, query }) {
    const mine = newest(
      Object.values(world.core.state.webhookEndpoints),
      (endpoint) => endpoint.organizationId === caller.organizationId,
    );
    const { shown, nextCursor } = page(mine, ({ id }) => id, query);
    return reply(200, { items: shown.map(endpointRecord), nextCursor });
  },
});

const get = route('GET /v1/webhook-endpoints/:endpointId', {
  handle: (call) => reply(200, endpointRecord(endpointOf(call))),
});

const patch = route('PATCH /v1/webhook-endpoints/:endpointId', {
  body: z.strictObject({
    url: url.optional(),
    events: events.optional(),
    description: description.nullable().optional(),
    metadata: metadata.optional(),
    status: z.enum(['active', 'paused']).optional(),
  }),
  handle(call) {
    const endpoint = endpointOf(call);
    Object.assign(endpoint, call.body, { updatedAt: call.world.core.now() });
    if (call.body.status === 'active') endpoint.consecutiveFailureCount = 0;
    return reply(200, endpointRecord(endpoint));
  },
});

const remove = route('DELETE /v1/webhook-endpoints/:endpointId', {
  handle(call) {
    const { id } = endpointOf(call);
    delete call.world.core.state.webhookEndpoints[id];
    return reply(200, { id, deleted: true });
  },
});

const rotate = route('POST /v1/webhook-endpoints/:endpointId/rotate-secret', {
  body: z.strictObject({}),
  handle(call) {
    const endpoint = endpointOf(call);
    const expiresAt = call.world.core.now() + OVERLAP_MS;
    endpoint.previous = { secret: endpoint.secret, expiresAt };
    endpoint.secret = newSecret();
    return reply(200, {
      endpointId: endpoint.id,
      signingSecret: endpoint.secret,
      previousSecretExpiresAt: utc(expiresAt),
      warning: 'The secret is shown once.',
    });
  },
});

const test = route('POST /v1/webhook-endpoints/:endpointId/test', {
  body: z.strictObject({ payload: metadata.optional() }),
  handle(call) {
    const endpoint = endpointOf(call);
    const { eventId, id, createdAt } = call.world.webhooks.deliver(endpoint, 'test.ping', call.body.payload ?? {});
    return reply(200, { eventId, deliveryId: id, scheduledAt: utc(createdAt) });
  },
});

const deliveries = route('GET /v1/webhook-endpoints/:endpointId/deliveries', {
  query: z.strictObject({
    eventType: z.string().optional(),
    status: z.enum(['pending', 'delivering', 'delivered', 'failed', 'abandoned']).optional(),
    cursor: z.string().optional(),
    limit: fields.limit(100, 25),
  }),
  handle(call) {
    const { id } = endpointOf(call);
    const { eventType, status } = call.query;
    const found = newest(
      Object.values(call.world.core.state.deliveries),
      (delivery) =>
        delivery.endpointId === id &&
        (eventType === undefined || delivery.eventType === eventType) &&
        (status === undefined || delivery.status === status),
    );
    const { shown, nextCursor } = page(found, (delivery) => delivery.id, call.query);
    return reply(200, { items: shown.map(deliveryRecord), nextCursor });
  },
});

const replay = route('POST /v1/webhook-deliveries/:deliveryId/replay', {
  body: z.strictObject({}),
  handle(call) {
    const original = call.world.core.state.deliveries[call.params.deliveryId ?? ''];
    if (!original) throw notFound('Webhook delivery');
    const endpoint = endpointOf(call, original.endpointId);
    if (endpoint.status !== 'active') throw conflict(`The endpoint is ${endpoint.status}.`);
    const { data } = JSON.parse(original.body) as { data: Record<string, unknown> };
    const { eventId, id } = call.world.webhooks.deliver(endpoint, original.eventType, data, [], original.id);
    return reply(200, { eventId, deliveryId: id, replayOf: original.id });
  },
});

export const webhookRoutes = [create, list, get, patch, remove, rotate, test, deliveries, replay];
