import { z } from 'zod';
import { badField, conflict } from '../../format/errors';
import { normalizeId } from '../../format/ids';
import { newest, page } from '../../format/paging';
import { utc } from '../../format/times';
import { containerOf, postOf, projectOf } from '../../requests/lookup';
import { reply, route, type Call } from '../../requests/route';
import { fields } from '../../requests/validation';
import type { Container, Target } from '../../world/state';
import {
  approvalRequired,
  cancelPost,
  checkPublishable,
  checkTargets,
  createPosts,
  dueAtOfPost,
  PAST_TOLERANCE_MS,
  postRecord,
} from './records';

/** Publish-now leaves this long to cancel. */
const PUBLISH_LEAD_MS = 30_000;

const target = z.strictObject({
  socialAccountId: z.string().min(1),
  mode: z.enum(['publish', 'draft', 'managed']),
  captionOverride: fields.text(0, 4000).optional(),
  firstCommentOverride: fields.text(0, 4000).optional(),
  tiktokPostSettings: z
    .strictObject({
      privacyLevel: z
        .enum(['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'FOLLOWER_OF_CREATOR', 'SELF_ONLY'])
        .optional(),
      disableComment: z.boolean().optional(),
      disableDuet: z.boolean().optional(),
      disableStitch: z.boolean().optional(),
      isBrandOrganic: z.boolean().optional(),
      isBrandedContent: z.boolean().optional(),
    })
    .optional(),
  tiktokMusic: z
    .strictObject({ mode: z.enum(['none', 'auto', 'manual']), trackId: z.string().min(1).optional() })
    .refine(({ mode, trackId }) => mode !== 'manual' || trackId !== undefined, {
      message: 'Required for manual.',
      path: ['trackId'],
    })
    .optional(),
  shareReelToFeed: z.boolean().optional(),
});
const targets = z.array(target).min(1).max(50);

/** Rules that need to know the account or the content; all of them before anything is written. */
function checkAll(call: Call, container: Container, given: z.output<typeof targets>): Target[] {
  const named = given.map((one) => ({
    ...one,
    socialAccountId: normalizeId('sa', one.socialAccountId) ?? one.socialAccountId,
  }));
  checkTargets(call.world, container, named);
  for (const [index, one] of named.entries()) {
    if (one.tiktokMusic && one.mode === 'draft') throw badField(`targets.${index}.tiktokMusic`, 'Not for drafts.');
    if (one.shareReelToFeed !== undefined)
      throw badField(`targets.${index}.shareReelToFeed`, 'Only for Instagram videos that are published.');
  }
  return named;
}

function notPast(call: Call, scheduledFor: number) {
  if (scheduledFor >= call.world.core.now() - PAST_TOLERANCE_MS) return;
  throw badField('scheduledFor', 'Must be in the future.');
}

const schedule = route('POST /v1/content/:containerId/schedule', {
  scope: 'publish:write',
  body: z.strictObject({ scheduledFor: fields.utc, targets }),
  handle(call) {
    const { world, body, requestId } = call;
    const container = containerOf(call);
    const { scheduledFor } = body;
    checkPublishable(container);
    notPast(call, scheduledFor);
    const checked = checkAll(call, container, body.targets);
    if (container.approvalStatus === 'pending') {
      if (world.core.config.pendingSchedule === 'refuse') throw approvalRequired(container);
      container.stash.push({ scheduledFor, targets: checked });
      world.core.effect('schedule.stashed', container, requestId, { scheduledFor: utc(scheduledFor) });
      const gate = { scheduledPostIds: [], gateStatus: 'blocked_on_approval', scheduledFor: utc(scheduledFor) };
      return reply(202, gate);
    }
    const scheduledPostIds = createPosts(world, container, checked, scheduledFor, requestId);
    return reply(200, { scheduledPostIds, gateStatus: 'queued', scheduledFor: utc(scheduledFor) });
  },
});

const publish = route('POST /v1/content/:containerId/publish', {
  scope: 'publish:write',
  body: z.strictObject({ targets }),
  handle(call) {
    const { world, body } = call;
    const container = containerOf(call);
    checkPublishable(container);
    if (container.approvalStatus === 'pending') throw approvalRequired(container);
    const checked = checkAll(call, container, body.targets);
    const scheduledFor = world.core.now() + PUBLISH_LEAD_MS;
    const scheduledPostIds = createPosts(world, container, checked, scheduledFor, call.requestId);
    return reply(200, { scheduledPostIds, gateStatus: 'queued', scheduledFor: utc(scheduledFor) });
  },
});

const get = route('GET /v1/scheduled-posts/:postId', {
  scope: 'publish:read',
  handle: (call) => reply(200, postRecord(call.world, postOf(call))),
});

const list = route('GET /v1/projects/:projectId/scheduled-posts', {
  scope: 'publish:read',
  query: z.strictObject({
    status: fields.many(z.enum(['queued', 'publishing', 'draft', 'published', 'failed', 'canceled'])),
    socialAccountId: z.string().optional(),
    since: fields.utc.optional(),
    until: fields.utc.optional(),
    cursor: z.string().optional(),
    limit: fields.limit(100, 50),
  }),
  handle(call) {
    const { world, query } = call;
    const { id } = projectOf(call);
    const account = query.socialAccountId && (normalizeId('sa', query.socialAccountId) ?? query.socialAccountId);
    const found = newest(
      world.core.owned('posts', id),
      (post) =>
        (query.status === undefined || (query.status as string[]).includes(post.status)) &&
        (account === undefined || post.target.socialAccountId === account) &&
        post.scheduledFor >= (query.since ?? -Infinity) &&
        post.scheduledFor <= (query.until ?? Infinity),
    ).sort((a, b) => b.scheduledFor - a.scheduledFor);
    const { shown, nextCursor } = page(found, (post) => post.id, query);
    return reply(200, { items: shown.map((post) => postRecord(world, post)), nextCursor });
  },
});

const reschedule = route('POST /v1/scheduled-posts/:postId/reschedule', {
  scope: 'publish:write',
  body: z.strictObject({ scheduledFor: fields.utc }),
  handle(call) {
    const { world } = call;
    const post = postOf(call);
    if (post.status !== 'queued') throw conflict(`The post is ${post.status}.`, { status: post.status });
    notPast(call, call.body.scheduledFor);
    Object.assign(post, { scheduledFor: call.body.scheduledFor, updatedAt: world.core.now() });
    world.core.effect('post.rescheduled', post, call.requestId, { scheduledFor: utc(post.scheduledFor) });
    world.open.due(post, dueAtOfPost(world, post));
    const { id, status, scheduledFor, updatedAt } = post;
    return reply(200, { id, status, scheduledFor: utc(scheduledFor), updatedAt: utc(updatedAt) });
  },
});

const cancel = route('DELETE /v1/scheduled-posts/:postId', {
  scope: 'publish:write',
  body: z.strictObject({ reason: fields.text(0, 1024).optional() }),
  handle(call) {
    const post = postOf(call);
    if (post.status !== 'queued' && post.status !== 'publishing')
      throw conflict(`The post is ${post.status}.`, { status: post.status });
    cancelPost(call.world, post, call.requestId, call.body.reason);
    return reply(200, { id: post.id, status: 'canceled', canceledAt: utc(post.canceledAt ?? 0) });
  },
});

export const publishingRoutes = [schedule, publish, get, list, reschedule, cancel];
