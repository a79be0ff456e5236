import { ApiError, badField } from '../../format/errors';
import { fingerprint, mint } from '../../format/ids';
import { utc, utcOrNull } from '../../format/times';
import type { Container, Post, Target } from '../../world/state';
import type { World } from '../../world/world';

/** A time in the past by no more than this is taken for a clock that differs. */
export const PAST_TOLERANCE_MS = 30_000;

/** Every target is checked before anything is written: the first bad one leaves zero rows. */
export function checkTargets(world: World, container: Container, targets: Target[]): void {
  for (const [index, target] of targets.entries()) {
    const account = world.core.state.accounts[target.socialAccountId];
    if (account?.projectId !== container.projectId || account.status === 'disconnected')
      throw badField(`targets.${index}.socialAccountId`, "Must be an account connected to the container's project.");
  }
}

/** What schedule and publish say about a container that may not go out. */
export function checkPublishable(container: Container): void {
  if (container.status !== 'completed')
    throw badField('containerId', `The content must be completed; it is ${container.status}.`);
  if (container.approvalStatus === 'rejected')
    throw new ApiError(409, 'CONTENT_REJECTED', 'The content was rejected.', { containerId: container.id });
}

export const approvalRequired = (container: Container): ApiError =>
  new ApiError(403, 'APPROVAL_REQUIRED', 'The content waits for approval.', {
    containerId: container.id,
    approvalStatus: container.approvalStatus,
  });

export function createPosts(
  world: World,
  container: Container,
  targets: Target[],
  scheduledFor: number,
  requestId: string,
): string[] {
  return targets.map((target) => {
    const now = world.core.now();
    const post: Post = {
      id: mint('sp'),
      containerId: container.id,
      projectId: container.projectId,
      target,
      platform: world.core.state.accounts[target.socialAccountId]?.platform ?? 'tiktok',
      status: 'queued',
      scheduledFor,
      attemptedAt: null,
      publishedAt: null,
      canceledAt: null,
      lastError: null,
      createdAt: now,
      updatedAt: now,
      requestId,
    };
    world.core.add('posts', post);
    world.open.posts.add(post);
    world.core.effect('post.created', post, requestId, {
      containerId: container.id,
      ...target,
      scheduledFor: utc(scheduledFor),
    });
    announce(world, post, 'post.scheduled', { scheduledFor: utc(scheduledFor) });
    world.open.due(post, dueAtOfPost(world, post));
    return post.id;
  });
}

/** When its next change falls due: the attempt, then the end of it. */
export function dueAtOfPost(world: World, post: Post): number {
  const { dispatchMs, publishMs } = world.core.config.durations;
  if (post.status === 'queued') return post.scheduledFor + dispatchMs;
  return post.status === 'publishing' ? (post.attemptedAt ?? 0) + publishMs : Infinity;
}

export function advancePost(world: World, post: Post, at: number): void {
  post.updatedAt = at;
  if (post.status === 'queued') {
    post.status = 'publishing';
    post.attemptedAt = at;
    world.open.due(post, dueAtOfPost(world, post));
    return;
  }
  if (post.status !== 'publishing') return;
  world.open.posts.delete(post);
  if (world.core.state.accounts[post.target.socialAccountId]?.status !== 'connected') {
    post.status = 'failed';
    post.lastError = { code: 'CREDENTIAL_INVALID', message: 'The connection to the account has died: reconnect it.' };
  } else if (post.target.mode === 'draft') post.status = 'draft';
  else {
    post.status = 'published';
    post.publishedAt = at;
  }
  world.core.effect(`post.${post.status}`, post, null, { containerId: post.containerId }, at);
  if (post.status === 'published') announce(world, post, 'post.published', external(world, post));
  if (post.status === 'failed') announce(world, post, 'post.failed', { error: post.lastError });
}

export function cancelPost(world: World, post: Post, requestId: string, reason: string | null = null): void {
  const now = world.core.now();
  Object.assign(post, { status: 'canceled', canceledAt: now, updatedAt: now });
  world.open.posts.delete(post);
  world.core.effect('post.canceled', post, requestId, { containerId: post.containerId, reason });
  announce(world, post, 'post.canceled', {});
}

/** Cancels what is still queued and meets the condition; the number of them. */
export function cancelQueued(world: World, requestId: string, condition: (post: Post) => boolean): number {
  const queued = [...world.open.posts].filter((post) => post.status === 'queued' && condition(post));
  for (const post of queued) cancelPost(world, post, requestId);
  return queued.length;
}

function announce(world: World, post: Post, type: string, data: Record<string, unknown>) {
  const organizationId = world.core.state.projects[post.projectId]?.organizationId ?? '';
  const scope = { organizationId, projectId: post.projectId };
  world.webhooks.emit(type, scope, { scheduledPostId: post.id, containerId: post.containerId, ...data });
}

function external(world: World, post: Post) {
  if (post.status !== 'published') return { externalId: null, externalUrl: null };
  const externalId = `75${String(fingerprint(post.id)).padStart(17, '0')}`;
  const handle = world.core.state.accounts[post.target.socialAccountId]?.handle ?? '@unknown';
  const path = post.platform === 'tiktok' ? `tiktok.example/${handle}/photo` : 'instagram.example/p';
  return { externalId, externalUrl: `https://${path}/${externalId}` };
}

export const postRecord = (world: World, post: Post): Record<string, unknown> => ({
  id: post.id,
  containerId: post.containerId,
  socialAccountId: post.target.socialAccountId,
  platform: post.platform,
  mode: post.target.mode,
  status: post.status,
  ...external(world, post),
  scheduledFor: utc(post.scheduledFor),
  attemptedAt: utcOrNull(post.attemptedAt),
  publishedAt: utcOrNull(post.publishedAt),
  canceledAt: utcOrNull(post.canceledAt),
  lastError: post.lastError,
  createdAt: utc(post.createdAt),
  updatedAt: utc(post.updatedAt),
});
