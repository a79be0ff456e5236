import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { publicHttps } from '../../format/addresses';
import { badField, notFound } from '../../format/errors';
import { mint, normalizeId } from '../../format/ids';
import { newest, page } from '../../format/paging';
import { activeProjectOf, projectOf } from '../../requests/lookup';
import { reply, route } from '../../requests/route';
import { fields } from '../../requests/validation';
import type { Media } from '../../world/state';
import { inspectMedium, MEDIA_KINDS, mediaRecord } from './records';

const upload = route('POST /v1/projects/:projectId/app-media', {
  scope: 'projects:write',
  body: z.strictObject({
    kind: z.enum(['logo', 'screenshot', 'demo-video', 'end-card']),
    url: fields.url(publicHttps),
  }),
  async handle(call) {
    const { world, body, requestId } = call;
    const project = activeProjectOf(call);
    const { mimeType, byteSize } = inspectMedium(body.kind, body.url);
    await sleep(world.core.config.durations.mediaMs);
    const now = world.core.now();
    const media: Media = {
      ...{ id: mint('med'), projectId: project.id, kind: body.kind, url: body.url, mimeType, byteSize },
      createdAt: now,
      deletedAt: null,
    };
    if (MEDIA_KINDS[body.kind].replaces)
      for (const other of world.core.owned('media', project.id)) {
        if (other.kind !== body.kind || other.deletedAt !== null) continue;
        other.deletedAt = now;
        world.core.effect('media.replaced', other, requestId, { by: media.id });
      }
    world.core.add('media', media);
    world.core.effect('media.created', media, requestId, { kind: media.kind, url: media.url });
    return reply(201, mediaRecord(media));
  },
});

const list = route('GET /v1/projects/:projectId/app-media', {
  scope: 'projects:read',
  query: z.strictObject({
    cursor: z.string().optional(),
    limit: fields.limit(200, 25),
    kind: z.enum(['logo', 'screenshot', 'demo-video', 'end-card']).optional(),
  }),
  handle(call) {
    const { id } = projectOf(call);
    const { kind } = call.query;
    const all = newest(
      call.world.core.owned('media', id),
      (media) => media.deletedAt === null && (kind === undefined || media.kind === kind),
    );
    const { shown, nextCursor } = page(all, (media) => media.id, call.query);
    return reply(200, { items: shown.map(mediaRecord), nextCursor });
  },
});

const remove = route('DELETE /v1/projects/:projectId/app-media/:mediaId', {
  scope: 'projects:write',
  handle(call) {
    const { id: projectId } = projectOf(call);
    const id = normalizeId('med', call.params.mediaId ?? '');
    if (!id) throw badField('mediaId', 'Must be med_<uuid>.');
    const media = call.world.core.state.media[id];
    if (media?.projectId !== projectId || media.deletedAt !== null) throw notFound('App media');
    media.deletedAt = call.world.core.now();
    call.world.core.effect('media.deleted', media, call.requestId);
    return reply(200, { id, deleted: true });
  },
});

export const appMediaRoutes = [upload, list, remove];
