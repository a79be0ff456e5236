import { z } from 'zod';
import type { ContentRecord, JobRecord } from '../contract/activities';
import { isKnownCode } from '../contract/catalogue';
import type { ContentPreview, SourceCandidate } from '../contract/status';
import { plainText } from './refusal';
import {
  flag,
  id,
  number,
  page,
  prose,
  shown,
  state,
  text,
  texts,
  time,
  timeOrOld,
  usableItems,
  webAddress,
  word,
} from './schemaParts';

/** As many candidates as a person can look through, and as a status can carry. */
const MOST_SOURCES = 10;
const LONGEST_CAPTION = 120;

/** In characters as people count them, so that no emoji is cut in half. */
function shortened(caption: string | null): string | null {
  if (caption === null) return null;
  const characters = Array.from(caption);
  if (characters.length <= LONGEST_CAPTION) return caption;
  return `${characters.slice(0, LONGEST_CAPTION - 1).join('')}…`;
}

/** `author` and `stats` are named but not shown in the documents: a plain text or the usual names within an object. */
const author = z.union([
  z.string().transform((name) => plainText(name)),
  z
    .object({ handle: shown, username: shown, uniqueId: shown, nickname: shown, name: shown })
    .transform((by) => by.handle ?? by.username ?? by.uniqueId ?? by.nickname ?? by.name),
]);
const views = z
  .object({ views: number, viewCount: number, playCount: number, plays: number })
  .transform((stats) => stats.views ?? stats.viewCount ?? stats.playCount ?? stats.plays);

const source = z
  .object({
    tiktokId: id,
    kind: z.string().nullish(),
    author: author.nullish().catch(null),
    caption: prose,
    thumbnailUrl: webAddress,
    imageCount: number,
    stats: views.nullish().catch(null),
  })
  .transform(({ tiktokId, kind, author, caption, stats, ...rest }) => ({
    kind,
    candidate: {
      tiktokVideoId: tiktokId,
      author: author ?? null,
      caption: shortened(caption),
      views: stats ?? null,
      ...rest,
    } satisfies SourceCandidate,
  }));

/** The slideshows among the recommendations, each once. */
export const sources = usableItems(source).transform((items): SourceCandidate[] => {
  const slideshows = items.filter(({ kind }) => kind == null || kind === 'slideshow').map(({ candidate }) => candidate);
  return [...new Map(slideshows.map((one) => [one.tiktokVideoId, one])).values()].slice(0, MOST_SOURCES);
});

/**
 * Why a job or a container failed: a text, or an object whose `details` may hold the more specific code. `undefined`
 * where nothing was said.
 */
const failure = z.union([
  z.string().transform((message) => ({ code: null, message: plainText(message) })),
  z
    .object({ code: text, message: text, details: z.object({ code: text, subcode: text }).nullish().catch(null) })
    .transform(({ code, message, details }) => {
      const specific = [details?.code, details?.subcode].find((one) => one != null && isKnownCode(one));
      const best = specific ?? code;
      return {
        code: best === null ? null : plainText(best, 64),
        message: plainText(message ?? best ?? 'no reason given'),
      };
    }),
]);

/** Anything but the three ends counts as running: `running` is the only other documented status, and a new one would
 * be on the way to an end, or the deadline of the wait comes first. */
export const job = z
  .object({
    jobId: id,
    status: state<JobRecord['status']>(
      { completed: 'completed', failed: 'failed', canceled: 'canceled', cancelled: 'canceled' },
      'running',
    ),
    stage: shown,
    progress: number,
    error: failure.nullish().catch(null),
  })
  .transform(({ error, ...raw }) => ({ ...raw, error: error ?? null }));

const preview = z
  .object({
    kind: word,
    primaryUrl: webAddress,
    thumbnailUrl: webAddress,
    imageUrls: z
      .array(webAddress)
      .nullish()
      .catch(null)
      .transform((urls) => (urls ?? []).filter((url) => url !== null)),
    videoUrl: webAddress,
  })
  .transform((raw): ContentPreview => raw);

export const content = z
  .object({
    id,
    projectId: id,
    /** `generating` is the older spelling; an unknown one counts as under way, as for jobs. */
    status: state<ContentRecord['status']>(
      {
        queued: 'queued',
        processing: 'processing',
        generating: 'processing',
        completed: 'completed',
        failed: 'failed',
        canceled: 'canceled',
        cancelled: 'canceled',
      },
      'processing',
    ),
    /** Absent means no gate; one that no document names is a gate, and gates ask a person. */
    approvalStatus: state<ContentRecord['approvalStatus']>(
      { not_required: 'not_required', pending: 'pending', approved: 'approved', rejected: 'rejected' },
      'pending',
    ).nullish(),
    format: text,
    influencerId: text,
    sourceTiktokId: text,
    caption: prose,
    preview: preview.nullish().catch(null),
    lastError: failure.nullish().catch(null),
    createdAt: time,
  })
  .transform(({ id, approvalStatus, format, preview, lastError, ...raw }): ContentRecord => ({
    ...raw,
    containerId: id,
    approvalStatus: approvalStatus ?? 'not_required',
    format: format?.replaceAll('_', '-') ?? null,
    preview: preview ?? null,
    lastError: lastError ?? null,
  }));
export const contents = page(content);

/** The 202 of everything that starts a job; `containerIds` is an array of one, or the older single `containerId`. */
const accepted = z.object({ jobId: id });
export const acceptedJob = accepted;
export const acceptedInfluencer = accepted.extend({ influencerId: id });
export const acceptedContent = accepted
  .extend({ containerIds: texts, containerId: text })
  .transform(({ jobId, containerIds, containerId }, context) => {
    const first = containerIds.find((one) => one !== '') ?? containerId;
    if (first !== null && first !== '') return { jobId, containerId: first };
    context.addIssue({ code: 'custom', path: ['containerIds'], message: 'is missing' });
    return z.NEVER;
  });

export const uploadedMedia = z
  .object({ id, createdAt: timeOrOld })
  .transform(({ id, createdAt }) => ({ mediaId: id, createdAt }));

/** `pendingSchedulePromotion` tells what became of a schedule that waited for this approval (layers/API.md 10.3). */
export const approval = z
  .object({
    approvalStatus: word,
    pendingSchedulePromotion: z
      .object({ status: word, scheduledPostIds: texts, error: failure.nullish().catch(null), reason: shown })
      .nullish(),
  })
  .transform(({ approvalStatus, pendingSchedulePromotion: promotion }) => ({
    approvalStatus,
    promoted: promotion?.scheduledPostIds ?? [],
    promotionFailed:
      promotion == null || promotion.status === 'ok'
        ? null
        : (promotion.error?.message ?? promotion.reason ?? promotion.status),
  }));
export const rejection = z.object({ approvalStatus: word });

export const scheduled = z
  .object({ scheduledPostIds: texts, gateStatus: word.nullish().transform((status) => status ?? 'queued') })
  .refine(({ scheduledPostIds, gateStatus }) => scheduledPostIds.length > 0 || gateStatus !== 'queued', {
    path: ['scheduledPostIds'],
    message: 'is empty although the posts are queued',
  });

export const canceledPost = z.object({
  status: word.transform((status) => (status === 'cancelled' ? 'canceled' : status)),
});
export const canceledJob = z.object({ accepted: flag });

/** For answers of which nothing is needed. */
export const anything = z.unknown().transform(() => undefined);
