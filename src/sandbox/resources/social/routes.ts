import { z } from 'zod';
import { isLoopback } from '../../format/addresses';
import { ApiError, notFound } from '../../format/errors';
import { newest, page } from '../../format/paging';
import { utc } from '../../format/times';
import { accountOf, activeProjectOf, projectOf } from '../../requests/lookup';
import { reply, route, type Call } from '../../requests/route';
import { fields } from '../../requests/validation';
import type { OauthState } from '../../world/state';
import { cancelQueued } from '../posts/records';
import { mintState } from './consents';
import { accountRecord } from './records';

const shared = {
  returnUrl: fields.url((url) => {
    const { protocol, hostname } = new URL(url);
    return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)) ? null : 'Must be an https URL.';
  }),
  scopes: z.array(z.string().max(64)).max(32).optional(),
};

function checkReturnHost({ caller }: Call, returnUrl: string) {
  const { protocol, hostname } = new URL(returnUrl);
  const allowed = caller.returnHosts?.map((host) => host.toLowerCase()) ?? null;
  if (protocol === 'http:' || allowed === null || allowed.includes(hostname.toLowerCase())) return;
  throw new ApiError(403, 'RETURN_URL_NOT_ALLOWED', `${hostname} is not on the list of the API key.`, {
    host: hostname,
  });
}

const authorization = ({ world }: Call, { state, expiresAt }: OauthState) => ({
  authorizeUrl: `${world.core.url}/oauth/authorize?state=${encodeURIComponent(state)}`,
  state,
  expiresAt: utc(expiresAt),
});

const oauthUrl = route('POST /v1/projects/:projectId/social/oauth-url', {
  scope: 'social:write',
  body: z.strictObject({ platform: z.enum(['tiktok', 'instagram']), ...shared, usageNote: z.string().optional() }),
  handle(call) {
    const project = activeProjectOf(call);
    checkReturnHost(call, call.body.returnUrl);
    const { platform, returnUrl } = call.body;
    return reply(200, authorization(call, mintState(call, project, { platform, returnUrl, reconnects: null })));
  },
});

const reauthUrl = route('POST /v1/projects/:projectId/social/reauth-url', {
  scope: 'social:write',
  body: z.strictObject({ socialAccountId: z.string().min(1), ...shared }),
  handle(call) {
    const project = activeProjectOf(call);
    const account = accountOf({ ...call, params: { accountId: call.body.socialAccountId } });
    if (account.projectId !== project.id || account.status === 'disconnected') throw notFound('Social account');
    checkReturnHost(call, call.body.returnUrl);
    const minted = { platform: account.platform, returnUrl: call.body.returnUrl, reconnects: account.id };
    return reply(200, authorization(call, mintState(call, project, minted)));
  },
});

/** A state is known to the key that made it, and until it expires unless something came of it. */
function statusOf(call: Call, state: string, projectId?: string) {
  const known = call.world.core.state.oauthStates[state];
  const mine = known?.apiKeyId === call.caller.apiKeyId && (projectId === undefined || known.projectId === projectId);
  const expired = known?.status === 'pending' && known.expiresAt <= call.world.core.now();
  if (!known || !mine || expired) throw notFound('OAuth state');
  return reply(200, {
    state,
    status: known.status,
    expiresAt: utc(known.expiresAt),
    ...(known.status === 'completed' && { socialAccountId: known.socialAccountId }),
    ...(known.status === 'failed' && { error: { message: known.error } }),
  });
}

const oauthStatus = route('GET /v1/social/oauth-status/:state', {
  scope: 'social:read',
  handle: (call) => statusOf(call, call.params.state ?? ''),
});

const oauthStatusOfProject = route('GET /v1/projects/:projectId/social/oauth-status', {
  scope: 'social:read',
  query: z.strictObject({ state: z.string().min(1) }),
  handle: (call) => statusOf(call, call.query.state, projectOf(call).id),
});

const list = route('GET /v1/projects/:projectId/social-accounts', {
  scope: 'social:read',
  query: z.strictObject({
    platform: z.enum(['tiktok', 'instagram']).optional(),
    status: z.enum(['connected', 'reauth_required', 'disconnected']).optional(),
    leased: z
      .enum(['true', 'false'])
      .transform((leased) => leased === 'true')
      .optional(),
    limit: fields.limit(200, 50),
    cursor: z.string().optional(),
  }),
  handle(call) {
    const { id } = projectOf(call);
    const { platform, status, leased } = call.query;
    const found = newest(
      call.world.core.owned('accounts', id),
      (account) =>
        (platform === undefined || account.platform === platform) &&
        (status === undefined || account.status === status) &&
        (leased === undefined || account.leased === leased),
    );
    const { shown, nextCursor } = page(found, (account) => account.id, call.query);
    return reply(200, { items: shown.map(accountRecord), nextCursor });
  },
});

const health = route('GET /v1/social-accounts/:accountId/health', {
  scope: 'social:read',
  handle(call) {
    const { id } = accountOf(call);
    return reply(200, { socialAccountId: id, score: 72, tier: 'warm', shadowbanSeverity: null, recommendation: null });
  },
});

const revoke = route('DELETE /v1/social-accounts/:accountId', {
  scope: 'social:write',
  handle(call) {
    const { world } = call;
    const account = accountOf(call);
    if (account.status === 'disconnected') throw notFound('Social account');
    account.status = 'disconnected';
    const canceledScheduledPosts = cancelQueued(
      world,
      call.requestId,
      (post) => post.target.socialAccountId === account.id,
    );
    world.core.effect('account.disconnected', account, call.requestId, { canceledScheduledPosts });
    world.webhooks.emit(
      'social_account.revoked',
      { organizationId: call.caller.organizationId, projectId: account.projectId },
      { socialAccountId: account.id, platform: account.platform },
    );
    return reply(200, {
      socialAccountId: account.id,
      status: 'disconnected',
      disconnectedReason: 'revoked_by_partner',
      canceledScheduledPosts,
      disconnectedAt: utc(world.core.now()),
    });
  },
});

export const socialRoutes = [oauthUrl, reauthUrl, oauthStatus, oauthStatusOfProject, list, health, revoke];
