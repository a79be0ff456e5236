import { ApplicationFailure } from '@temporalio/common';
import type { Listed, Reads } from '../contract/activities';
import { path } from '../layers/path';
import * as content from '../layers/contentSchemas';
import type { Page } from '../layers/schemaParts';
import * as schema from '../layers/schemas';
import { createCaller, type Call, type LayersDeps } from './caller';
import { timesMet } from './heartbeat';
import { nextLookAtPerson } from './planner';
import { expectSettled, type Settling } from './wait';

/** Every GET of the flow. Of a list one page, the largest there is: the workflow asks for the rest (`LayersApi.readAll`). */
export function createReads(deps: LayersDeps): Reads {
  const { clock } = deps;
  const call = createCaller(deps, 'reads');
  const settled = (...args: Settling): void => expectSettled(clock, ...args);
  const ask = <T>(request: Omit<Call<T>, 'method'>) => call<T>({ method: 'GET', ...request });
  const get = async <T>(request: Omit<Call<T>, 'method'>): Promise<T> => (await ask(request)).value;

  return {
    async findProjects({ as, customerExternalId, status, cursor }) {
      const query = { customerExternalId, status, limit: 200, cursor };
      const { items, nextCursor } = await get({ as, path: path`/v1/projects`, query, schema: schema.projectRefs });
      // Whether the filter is exact is not documented, and a foreign project must never be adopted.
      const own = items.filter((project) => project.customerExternalId === customerExternalId);
      return listed({ items: own, nextCursor });
    },

    getProject: ({ as, projectId }) => get({ as, path: path`/v1/projects/${projectId}`, schema: schema.projectRecord }),

    // No page tells how much of this list may be asked for at once.
    listAppMedia: async ({ as, projectId, cursor }) =>
      listed(
        await get({
          as,
          path: path`/v1/projects/${projectId}/app-media`,
          query: { cursor },
          schema: schema.appMedia,
        }),
      ),

    async listInfluencers({ as, projectId, wait, cursor }) {
      const found = await get({
        as,
        path: path`/v1/projects/${projectId}/influencers`,
        query: { limit: 100, cursor },
        schema: schema.influencers,
      });
      const all = found.items;
      const ready = all.some(({ status }) => status === 'ready');
      const failed = all.every(({ status }) => status === 'failed');
      const overdue = wait === undefined || clock.since(wait) >= wait.typicalMs;
      const newest = all.findLast(({ status }) => status !== 'failed');
      const seen = { what: 'the influencer', state: newest?.status ?? 'not there yet' };
      settled(wait, ready || (failed && (all.length > 0 || overdue)), seen);
      return listed(found);
    },

    async getInfluencer({ as, influencerId, wait }) {
      const one = await get({ as, path: path`/v1/influencers/${influencerId}`, schema: schema.influencer });
      settled(wait, ['ready', 'failed'].includes(one.status), { what: 'the influencer', state: one.status });
      return one;
    },

    async getKeywords({ as, projectId, wait }) {
      const bank = await get({ as, path: path`/v1/projects/${projectId}/keywords`, schema: schema.keywordBank });
      settled(wait, bank.refreshedAt !== null, { what: 'the keyword bank', state: 'being researched' });
      return bank;
    },

    listSources: ({ as, projectId, keyword }) => {
      const query = { kind: 'slideshow', keyword, limit: 20 };
      const route = path`/v1/projects/${projectId}/content/source-recommendations`;
      return get({ as, path: route, query, schema: content.sources });
    },

    async getJob({ as, jobId, wait }) {
      const { progress, ...job } = await get({
        as,
        path: path`/v1/jobs/${jobId}`,
        schema: content.job,
        hasErrorField: true,
      });
      settled(wait, job.status !== 'running', { what: 'the job', state: job.stage ?? 'running', progress });
      return job;
    },

    async getContent({ as, containerId, wait }) {
      const one = await get({ as, path: path`/v1/content/${containerId}`, schema: content.content });
      const underWay = one.status === 'queued' || one.status === 'processing';
      settled(wait, !underWay, { what: 'the content', state: one.status });
      return one;
    },

    async listContent({ as, projectId, since, cursor }) {
      const query = { format: 'slideshow-remix', since: clock.byLayers(since), limit: 200, cursor };
      const { items, nextCursor } = await get({
        as,
        path: path`/v1/projects/${projectId}/content`,
        query,
        schema: content.contents,
      });
      return listed({ items: items.filter(({ createdAt }) => Date.parse(createdAt) >= Date.parse(since)), nextCursor });
    },

    listSocialAccounts: async ({ as, projectId, cursor }) =>
      listed(
        await get({
          as,
          path: path`/v1/projects/${projectId}/social-accounts`,
          query: { limit: 200, cursor },
          schema: schema.socialAccounts,
        }),
      ),

    async getOauthStatus({ as, projectId, state, wait }) {
      // Two documented routes (layers/API.md 20.7): the newer one first, after a 404 the other one in the next attempt.
      const retried = timesMet('NOT_FOUND') > 0;
      const route = retried
        ? { path: path`/v1/projects/${projectId}/social/oauth-status`, query: { state } }
        : { path: path`/v1/social/oauth-status/${state}` };
      const request = { as, ...route, schema: schema.oauthStatus, hasErrorField: true };
      const answer = await ask(request).catch((error: unknown) => {
        if (retried && error instanceof ApplicationFailure && error.type === 'NOT_FOUND')
          return { value: schema.UNKNOWN_STATE, answeredAt: null };
        throw error;
      });
      const { expiresAt, ...seen } = answer.value;
      // By the clock of whoever says when it expires.
      const over = expiresAt !== null && Date.parse(expiresAt) <= (answer.answeredAt ?? clock.now());
      if (seen.status === 'pending' && over) return { ...seen, status: 'expired' };
      const connection = { what: 'the connection', state: 'not made yet' };
      settled(wait, seen.status !== 'pending', connection, nextLookAtPerson);
      return seen;
    },

    listScheduledPosts: async ({ as, projectId, since, until, cursor }) =>
      listed(
        await get({
          as,
          path: path`/v1/projects/${projectId}/scheduled-posts`,
          query: { since, until, limit: 100, cursor },
          schema: schema.posts,
        }),
      ),

    getScheduledPost: ({ as, scheduledPostId }) =>
      get({ as, path: path`/v1/scheduled-posts/${scheduledPostId}`, schema: schema.post }),
  };
}

const listed = <T>({ items, nextCursor }: Page<T>): Listed<T> => (nextCursor === null ? items : { items, nextCursor });
