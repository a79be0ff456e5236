import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Writes } from '../contract/activities';
import { stepFailure, type FailureDetails } from '../contract/failures';
import * as content from '../layers/contentSchemas';
import { path } from '../layers/path';
import * as schema from '../layers/schemas';
import { createCaller, type Call, type LayersDeps } from './caller';

/** Layers downloads the asset during the request: 200 MB from a slow host take minutes. */
const MEDIA_TIMEOUT_MS = 10 * 60_000;
/** What was created that much before the call may still be its doing: answers take their time, and `Date` counts seconds. */
const FRESH_MS = 10_000;
/** The states of an authorization live that long (layers/API.md 7.2). */
const AUTHORIZATION_LIVES_MS = 10 * 60_000;
/** Notes and reasons (layers/API.md 10.3). */
const LONGEST_NOTE = 1024;

/** Every POST, PATCH and DELETE of the flow that finishes during the request. */
export function createWrites(deps: LayersDeps): Writes {
  const call = createCaller(deps, 'writes');
  type Request<T> = Omit<Call<T>, 'method' | 'idempotencyKey'>;
  const post = async <T>(idempotencyKey: string, request: Request<T>): Promise<T> =>
    (await call<T>({ method: 'POST', idempotencyKey, ...request })).value;
  const patch = async <T>(idempotencyKey: string, request: Request<T>): Promise<T> =>
    (await call<T>({ method: 'PATCH', idempotencyKey, ...request })).value;
  const remove = async <T>(request: Request<T>): Promise<T> => (await call<T>({ method: 'DELETE', ...request })).value;
  const authorization = async (key: string, request: Omit<Request<never>, 'schema'>) => {
    const { expiresAt, ...minted } = await post(key, { ...request, schema: schema.authorization });
    return { ...minted, expiresAt: expiresAt ?? new Date(deps.clock.now() + AUTHORIZATION_LIVES_MS).toISOString() };
  };

  return {
    async createProject({ as, key, project }) {
      const answer = await call({
        method: 'POST',
        idempotencyKey: key,
        as,
        path: path`/v1/projects`,
        body: project,
        schema: schema.projectRef,
        creates: true,
      });
      const now = deps.clock.now();
      const madeMs = (answer.answeredAt ?? now) - Date.parse(answer.value.createdAt);
      const isOlder = madeMs > now - activityInfo().scheduledTimestampMs + FRESH_MS;
      return { ...answer.value, ...(isOlder ? { mayBeReplay: true } : {}) };
    },

    patchProject: ({ as, key, projectId, fields }) =>
      patch(key, { as, path: path`/v1/projects/${projectId}`, body: fields, schema: schema.projectRef }),

    archiveProject: ({ as, projectId }) =>
      remove({ as, path: path`/v1/projects/${projectId}`, schema: content.anything }),

    uploadAppMedia: ({ as, key, projectId, kind, url }) =>
      post(key, {
        as,
        path: path`/v1/projects/${projectId}/app-media`,
        body: { kind, url },
        schema: content.uploadedMedia,
        timeoutMs: MEDIA_TIMEOUT_MS,
        creates: true,
      }),

    // The two below create nothing that a second one would spoil: an unused state dies after 10 minutes.
    createOauthUrl: ({ as, key, projectId, platform, returnUrl }) =>
      authorization(key, {
        as,
        path: path`/v1/projects/${projectId}/social/oauth-url`,
        body: { platform, returnUrl: returnUrlOr(deps, returnUrl) },
      }),

    createReauthUrl: ({ as, key, projectId, socialAccountId, returnUrl }) =>
      authorization(key, {
        as,
        path: path`/v1/projects/${projectId}/social/reauth-url`,
        body: { socialAccountId, returnUrl: returnUrlOr(deps, returnUrl) },
      }),

    approveContent: ({ as, key, containerId, note }) =>
      post(key, {
        as,
        path: path`/v1/content/${containerId}/approve`,
        body: note === undefined ? {} : { note: note.slice(0, LONGEST_NOTE) },
        schema: content.approval,
      }),

    rejectContent: ({ as, key, containerId, reason }) =>
      post(key, {
        as,
        path: path`/v1/content/${containerId}/reject`,
        body: { reason: reason.slice(0, LONGEST_NOTE) },
        schema: content.rejection,
        withoutContent: { approvalStatus: 'rejected' },
      }),

    scheduleContent: ({ as, key, containerId, scheduledFor, targets }) =>
      post(key, {
        as,
        path: path`/v1/content/${containerId}/schedule`,
        body: { scheduledFor, targets },
        schema: content.scheduled,
        creates: true,
      }),

    cancelScheduledPost: ({ as, scheduledPostId }) =>
      remove({
        as,
        path: path`/v1/scheduled-posts/${scheduledPostId}`,
        schema: content.canceledPost,
        withoutContent: { status: 'canceled' },
      }).catch((error: unknown) => {
        // A second cancel is refused; where the refusal says why, no second request has to read the post to know.
        if (refusedBecause(error) === 'canceled') return { status: 'canceled' };
        throw error;
      }),

    cancelJob: ({ as, key, jobId }) =>
      post(key, {
        as,
        path: path`/v1/jobs/${jobId}/cancel`,
        body: {},
        schema: content.canceledJob,
        withoutContent: { accepted: true },
      }),
  };
}

function returnUrlOr({ defaultReturnUrl }: LayersDeps, returnUrl: string | null): string {
  const url = returnUrl ?? defaultReturnUrl;
  if (url !== null) return url;
  throw stepFailure('NoReturnUrl', 'Neither the input nor the worker names an address to which the customer returns.');
}

/** The state for which Layers refused, where `details` names it. */
function refusedBecause(error: unknown): unknown {
  if (!(error instanceof ApplicationFailure) || error.type !== 'CONFLICT') return undefined;
  const [details] = (error.details ?? []) as FailureDetails[];
  return (details?.data as { status?: unknown } | undefined)?.status;
}
