import { z } from 'zod';
import { badField } from '../../format/errors';
import { utc } from '../../format/times';
import { reply, route } from '../../requests/route';
import { fields } from '../../requests/validation';
import { COSTS } from '../content/generation';

const whoami = route('GET /v1/whoami', {
  handle({ world, caller }) {
    const { organizationId, parentOrganizationId, scopes, apiKeyId } = caller;
    const { balance } = world.core.organization(organizationId);
    return reply(200, {
      organizationId,
      workspaceId: organizationId,
      organizationName: `Sandbox ${organizationId.slice(4, 12)}`,
      parentOrganizationId,
      scopes,
      rateLimitTier: world.core.config.tier,
      apiKeyId,
      creditBalance: balance,
    });
  },
});

const credits = route('GET /v1/credits', {
  handle({ world, caller }) {
    const { id, balance, reserved, used } = world.core.organization(caller.organizationId);
    const now = new Date(world.core.now());
    const start = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
    const end = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
    return reply(200, {
      organizationId: id,
      balance,
      available: Math.max(0, balance - reserved),
      includedRemaining: 0,
      prepaidBalance: balance,
      reservedCredits: reserved,
      includedThisPeriod: 0,
      usedThisPeriod: used,
      currentPeriod: { start: utc(start), end: utc(end), usedCredits: used },
      subscriptionTier: 'sandbox',
      billingStatus: 'active',
      estimatedCreditsPerFormat: COSTS,
      ingestCostsBilled: { github: false, website: false, appstore: false },
    });
  },
});

/** One event per request of the organization, from the ledger; no lag. */
const auditLog = route('GET /v1/audit-log', {
  query: z.strictObject({
    eventType: z.string().optional(),
    projectId: z.string().optional(),
    apiKeyId: z.string().optional(),
    since: fields.utc.optional(),
    until: fields.utc.optional(),
    cursor: z.string().optional(),
    limit: fields.limit(200, 50),
  }),
  handle({ world, caller, query }) {
    const events = world.core.ledger
      .requests()
      .filter((request) => request.organizationId === caller.organizationId && request.status !== null)
      .map((request) => ({
        eventId: `aud_${request.seq}`,
        eventType: typeOf(request.code),
        occurredAt: request.at,
        requestId: request.requestId,
        organizationId: caller.organizationId,
        projectId: /\/projects\/(prj_[\w-]+)/.exec(request.path)?.[1] ?? null,
        apiKeyId: request.apiKeyId,
        actor: { type: 'api_key', id: request.apiKeyId },
        data: { method: request.method, path: request.path, status: request.status },
      }))
      .filter(
        (event) =>
          (query.eventType === undefined || event.eventType === query.eventType) &&
          (query.projectId === undefined || event.projectId === query.projectId) &&
          (query.apiKeyId === undefined || event.apiKeyId === query.apiKeyId) &&
          Date.parse(event.occurredAt) >= (query.since ?? -Infinity) &&
          Date.parse(event.occurredAt) <= (query.until ?? Infinity),
      )
      .reverse();
    const start = query.cursor === undefined ? 0 : events.findIndex(({ eventId }) => eventId === query.cursor) + 1;
    if (query.cursor !== undefined && start === 0) throw badField('cursor', 'Not a cursor of this list.');
    const items = events.slice(start, start + query.limit);
    const nextCursor = start + query.limit < events.length ? (items.at(-1)?.eventId ?? null) : null;
    return reply(200, { items, nextCursor });
  },
});

const typeOf = (code: string | null) =>
  code === 'RATE_LIMITED' ? 'auth.rate_limited' : code === 'FORBIDDEN_SCOPE' ? 'auth.scope_denied' : 'api.request';

export const accountRoutes = [whoami, credits, auditLog];
