import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { badField, notFound } from '../../format/errors';
import { fingerprint, mint, normalizeId } from '../../format/ids';
import { activeProjectOf, projectOf } from '../../requests/lookup';
import { newest, page } from '../../format/paging';
import { reply, route } from '../../requests/route';
import type { Media } from '../../world/state';
import { publicHttps } from '../../format/addresses';
import { utc } from '../../format/times';
import { fields } from '../../requests/validation';

const MB = 1024 * 1024;
const MIME: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  svg: 'image/svg+xml',
  heic: 'image/heic',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
};

const KINDS = {
  logo: { mimes: ['image/png', 'image/jpeg', 'image/webp', 'image/svg+xml'], maxBytes: 5 * MB, replaces: true },
  screenshot: { mimes: ['image/png', 'image/jpeg', 'image/webp', 'image/heic'], maxBytes: 10 * MB, replaces: false },
  'demo-video': { mimes: ['video/mp4', 'video/quicktime', 'video/webm'], maxBytes: 200 * MB, replaces: false },
  'end-card': { mimes: ['image/png', 'image/jpeg', 'image/webp'], maxBytes: 5 * MB, replaces: true },
} as const;

const mediaRecord = ({ id, kind, url, mimeType, byteSize, createdAt }: Media) => ({
  id,
  kind,
  url,
  mimeType,
  byteSize,
  createdAt: utc(createdAt),
});

/**
 * Nothing is fetched: type and size are read off the URL. The extension gives the type, `?size=` in bytes the size (for
 * trying the limits), `?status=404` an address that cannot be fetched.
 */
function inspect(kind: keyof typeof KINDS, url: string) {
  const { pathname, searchParams } = new URL(url);
  const extension = /\.([a-z0-9]+)$/i.exec(pathname)?.[1]?.toLowerCase() ?? '';
  const mimeType = MIME[extension];
  const { mimes, maxBytes } = KINDS[kind];
  if (searchParams.has('status')) throw badField('url', `Could not be fetched: HTTP ${searchParams.get('status')}.`);
  if (!mimeType || !(mimes as readonly string[]).includes(mimeType))
    throw badField('url', `A ${kind} must be ${mimes.join(', ')}; this is ${mimeType ?? 'of unknown type'}.`);
  const byteSize = Number(searchParams.get('size') ?? 20_000 + (fingerprint(url) % MB));
  if (byteSize > maxBytes) throw badField('url', `A ${kind} must not exceed ${maxBytes / MB} MB.`);
  return { mimeType, byteSize };
}

const upload = route('POST /v1/projects/:projectId/app-media', {
  scope: 'projects:write',
  body: z.strictObject({
    kind: z.enum(['logo', 'screenshot', 'demo-video', 'end-card']),
    url: z.url({ abort: true }).superRefine((url, context) => {
      const problem = publicHttps(url);
      if (problem) context.addIssue(problem);
    }),
  }),
  async handle(call) {
    const { world, body, requestId } = call;
    const project = activeProjectOf(call);
    const { mimeType, byteSize } = inspect(body.kind, body.url);
    await sleep(world.config.durations.mediaMs);
    const now = world.now();
    const media: Media = {
      ...{ id: mint('med'), projectId: project.id, kind: body.kind, url: body.url, mimeType, byteSize },
      createdAt: now,
      deletedAt: null,
    };
    if (KINDS[body.kind].replaces)
      for (const other of world.owned('media', project.id)) {
        if (other.kind !== body.kind || other.deletedAt !== null) continue;
        other.deletedAt = now;
        world.effect('media.replaced', other, requestId, { by: media.id });
      }
    world.add('media', media);
    world.effect('media.created', media, requestId, { kind: media.kind, url: media.url });
    return reply(201, mediaRecord(media));
  },
});

const list = route('GET /v1/projects/:projectId/app-media', {
  scope: 'projects:read',
  query: z.strictObject({
    cursor: z.string().optional(),
    limit: fields.limit(200, 50),
    kind: z.enum(['logo', 'screenshot', 'demo-video', 'end-card']).optional(),
  }),
  handle(call) {
    const { id } = projectOf(call);
    const { kind } = call.query;
    const all = newest(
      call.world.owned('media', id),
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
    const media = call.world.state.media[id];
    if (media?.projectId !== projectId || media.deletedAt !== null) throw notFound('App media');
    media.deletedAt = call.world.now();
    call.world.effect('media.deleted', media, call.requestId);
    return reply(200, { id, deleted: true });
  },
});

export const appMediaRoutes = [upload, list, remove];
