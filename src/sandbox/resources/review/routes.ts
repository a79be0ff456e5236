import { z } from 'zod';
import { conflict } from '../../format/errors';
import { utc } from '../../format/times';
import { containerOf, projectOf } from '../../requests/lookup';
import { reply, route, type Call } from '../../requests/route';
import { fields } from '../../requests/validation';
import type { Container } from '../../world/state';
import { checkTargets, createPosts, PAST_TOLERANCE_MS } from '../posts/records';
import { policyOf, policyRecord } from './records';

function checkUndecided(container: Container) {
  const { id, status, approvalStatus } = container;
  if (approvalStatus !== 'pending')
    throw conflict(`The content is not waiting for approval: ${approvalStatus}.`, { containerId: id, approvalStatus });
  if (status !== 'completed') throw conflict(`The content is not completed: ${status}.`, { containerId: id, status });
}

/** Schedules that waited become posts; the approval stands even where that fails. */
function promoteStash(call: Call, container: Container) {
  const { stash } = container;
  if (stash.length === 0) return {};
  container.stash = [];
  try {
    for (const { targets, scheduledFor } of stash) {
      checkTargets(call.world, container, targets);
      if (scheduledFor < call.world.core.now() - PAST_TOLERANCE_MS) throw conflict('The scheduled time has passed.');
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { pendingSchedulePromotion: { status: 'failed', error: { message } } };
  }
  const scheduledPostIds = stash.flatMap(({ targets, scheduledFor }) =>
    createPosts(call.world, container, targets, scheduledFor, call.requestId),
  );
  return { pendingSchedulePromotion: { status: 'ok', scheduledPostIds } };
}

const approve = route('POST /v1/content/:containerId/approve', {
  scope: 'content:write',
  body: z.strictObject({ note: fields.text(0, 1024).optional() }),
  handle(call) {
    const { world, caller } = call;
    const container = containerOf(call);
    checkUndecided(container);
    container.approvalStatus = 'approved';
    const decided = {
      approvedAt: utc(world.core.now()),
      approvedBy: `api_key_${caller.apiKeyId.replace(/^key_/, '')}`,
    };
    world.core.effect('content.approved', container, call.requestId, { note: call.body.note ?? null });
    const scope = { organizationId: caller.organizationId, projectId: container.projectId };
    world.webhooks.emit('content.approved', scope, { id: container.id, projectId: container.projectId, ...decided });
    return reply(200, { id: container.id, approvalStatus: 'approved', ...decided, ...promoteStash(call, container) });
  },
});

const reject = route('POST /v1/content/:containerId/reject', {
  scope: 'content:write',
  body: z.strictObject({ reason: fields.text(1, 1024) }),
  handle(call) {
    const { world, caller, body } = call;
    const container = containerOf(call);
    checkUndecided(container);
    container.approvalStatus = 'rejected';
    container.stash = [];
    const rejectedBy = `api_key_${caller.apiKeyId.replace(/^key_/, '')}`;
    const decided = { rejectedAt: utc(world.core.now()), rejectedBy, reason: body.reason };
    world.core.effect('content.rejected', container, call.requestId, { reason: body.reason });
    const scope = { organizationId: caller.organizationId, projectId: container.projectId };
    world.webhooks.emit('content.rejected', scope, { id: container.id, projectId: container.projectId, ...decided });
    return reply(200, { id: container.id, approvalStatus: 'rejected', ...decided });
  },
});

const getPolicy = route('GET /v1/projects/:projectId/content-review-policy', {
  scope: 'content:read',
  handle: (call) => reply(200, policyRecord(call.world, policyOf(call.world, projectOf(call).id))),
});

const patchPolicy = route('PATCH /v1/projects/:projectId/content-review-policy', {
  scope: 'content:write',
  body: z
    .strictObject({
      policy: z.enum(['auto_approve', 'review_first_n', 'review_all']),
      firstN: z.number().int().min(1).max(50).optional(),
    })
    .refine(({ policy, firstN }) => (policy === 'review_first_n') === (firstN !== undefined), {
      message: 'Required for review_first_n and forbidden otherwise.',
      path: ['firstN'],
    }),
  handle(call) {
    const { world, body } = call;
    const { id } = projectOf(call);
    const policy = { projectId: id, policy: body.policy, firstN: body.firstN ?? null, updatedAt: world.core.now() };
    world.core.state.policies[id] = policy;
    world.core.effect('policy.updated', { id, projectId: id }, call.requestId, { ...body });
    return reply(200, policyRecord(world, policy));
  },
});

export const reviewRoutes = [approve, reject, getPolicy, patchPolicy];
