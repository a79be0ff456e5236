import { z } from 'zod';
import { ApiError, badField, notFound } from '../../format/errors';
import { page } from '../../format/paging';
import { utc } from '../../format/times';
import { containerOf, projectOf } from '../../requests/lookup';
import { reply, route } from '../../requests/route';
import { fields } from '../../requests/validation';
import { progressOf } from '../jobs/progress';
import { generate } from './generation';
import { assetRecord, containerRecord, containerStatus } from './records';
import { recommend } from './sources';

const actor = { influencerId: z.string().min(1).optional(), socialAccountId: z.string().min(1).optional() };

const hooks = route('GET /v1/projects/:projectId/content/hooks', {
  scope: 'content:read',
  handle(call) {
    const { appName, appDescription } = projectOf(call);
    const missingFields = [...(appName ? [] : ['appName']), ...(appDescription ? [] : ['appDescription'])];
    if (missingFields.length > 0)
      throw new ApiError(422, 'VALIDATION', `The project lacks ${missingFields.join(', ')}.`, { missingFields });
    const openings = [
      'wait for it...',
      'nobody talks about this',
      'I was today years old',
      'unpopular opinion',
      'day one',
    ];
    const turns = [
      `${appName} changed my week`,
      'this small habit stuck',
      'here is the honest version',
      'try it for 7 days',
    ];
    // The line break is the two characters \ and n, as the API sends it.
    return reply(200, { hooks: openings.flatMap((opening) => turns.map((turn) => `${opening}\\n${turn}`)) });
  },
});

const sources = route('GET /v1/projects/:projectId/content/source-recommendations', {
  scope: 'content:read',
  query: z.strictObject({
    kind: z.enum(['video', 'slideshow', 'mixed']).default('mixed'),
    keyword: fields.text(1, 200).optional(),
    limit: fields.limit(20, 20),
    cursor: z.string().optional(),
  }),
  handle(call) {
    const project = projectOf(call);
    const { kind, keyword = null, limit } = call.query;
    const items = recommend(call.world, project, kind, keyword).slice(0, limit);
    return reply(200, { items, source: keyword === null ? 'portfolio' : 'live_search', nextCursor: null });
  },
});

const remix = route('POST /v1/projects/:projectId/content/slideshow-remix', {
  scope: 'content:write',
  class: 'long-running',
  mintsId: true,
  body: z
    .strictObject({ tiktokVideoId: z.string().regex(/^\d{5,30}$/, 'Must be a TikTok id: digits only.'), ...actor })
    .refine((body) => body.influencerId !== undefined || body.socialAccountId !== undefined, {
      message: 'Name an influencerId or a socialAccountId.',
      path: ['influencerId'],
    }),
  handle: (call) =>
    generate(call, { format: 'slideshow-remix', hook: null, sourceTiktokId: call.body.tiktokVideoId, body: call.body }),
});

const builder = route('POST /v1/projects/:projectId/content/slideshow-builder', {
  scope: 'content:write',
  class: 'long-running',
  mintsId: true,
  body: z.strictObject({ hook: fields.text(1, 2000), ...actor }),
  handle(call) {
    const { appDescription } = projectOf(call);
    if (!appDescription)
      throw new ApiError(422, 'VALIDATION', 'The project has no appDescription.', {
        missingFields: ['appDescription'],
      });
    return generate(call, { format: 'slideshow-builder', hook: call.body.hook, sourceTiktokId: null, body: call.body });
  },
});

/** The sandbox draws slides and renders no video. */
const noVideo = (format: 'video-remix' | 'ugc-remix') =>
  route(`POST /v1/projects/:projectId/content/${format}`, {
    scope: 'content:write',
    class: 'long-running',
    handle() {
      throw badField('format', `The sandbox makes slideshows only; ${format} is not simulated.`);
    },
  });

const list = route('GET /v1/projects/:projectId/content', {
  scope: 'content:read',
  query: z.strictObject({
    status: fields.many(z.enum(['queued', 'processing', 'completed', 'failed', 'canceled'])),
    format: fields.many(z.enum(['slideshow-builder', 'ugc-remix', 'video-remix', 'slideshow-remix'])),
    creativeType: z.enum(['generated', 'uploaded']).optional(),
    since: fields.utc.optional(),
    until: fields.utc.optional(),
    cursor: z.string().optional(),
    limit: fields.limit(200, 25),
  }),
  handle(call) {
    const { world, query } = call;
    const { id } = projectOf(call);
    const found = world.core
      .owned('containers', id)
      .reverse()
      .filter(
        (container) =>
          (query.status === undefined || (query.status as string[]).includes(containerStatus(world, container))) &&
          (query.format === undefined || (query.format as string[]).includes(container.format)) &&
          query.creativeType !== 'uploaded' &&
          container.createdAt >= (query.since ?? -Infinity) &&
          container.createdAt <= (query.until ?? Infinity),
      );
    const { shown, nextCursor } = page(found, (container) => container.id, query);
    return reply(200, { items: shown.map((container) => containerRecord(world, container)), nextCursor });
  },
});

const get = route('GET /v1/content/:containerId', {
  scope: 'content:read',
  handle: (call) => reply(200, containerRecord(call.world, containerOf(call))),
});

const progress = route('GET /v1/content/:containerId/progress', {
  scope: 'content:read',
  handle(call) {
    const { world } = call;
    const container = containerOf(call);
    const job = world.core.state.jobs[container.jobId];
    if (!job) throw notFound('Content');
    const { stage, stageProgress, etaSeconds } = progressOf(job, world.core.now());
    const status = containerStatus(world, container);
    return reply(200, {
      containerId: container.id,
      status,
      stage,
      stageProgress,
      etaSeconds,
      updatedAt: utc(container.finishedAt ?? world.core.now()),
    });
  },
});

const asset = route('GET /v1/content/:containerId/assets/:assetId', {
  scope: 'content:read',
  handle(call) {
    const container = containerOf(call);
    const index = container.assetIds.indexOf(call.params.assetId ?? '');
    if (index === -1) throw notFound('Asset');
    return reply(200, assetRecord(call.world, container, index));
  },
});

export const contentRoutes = [
  ...[hooks, sources, remix, builder, noVideo('video-remix'), noVideo('ugc-remix')],
  ...[list, get, progress, asset],
];
