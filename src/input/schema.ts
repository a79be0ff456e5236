import { z } from 'zod';
import { FORMATS, type FormatName } from '../contract/formats';
import { DEFAULTS } from './defaults';
import { always, distinct, field, fewReminders, inOrder, oneOf } from './rules';
import { jsonBytes } from './size';
import {
  checked,
  duration,
  email,
  externalId,
  httpsUrl,
  id,
  language,
  matching,
  organizationId,
  publicUrl,
  text,
  zone,
} from './text';
import { sameUrl } from './url';

/**
 * The shape of `OnboardingInput` (contract/input.ts). Bounds are those of the API (layers/API.md 4.1, 5.1, 6, 8, 11.1), so that what passes here
 * is not refused half-way. Nothing is transformed: a valid input stays as it was written.
 */

/** Most accounts one call of `POST …/schedule` takes. */
const MAX_TARGETS = 50;
const MAX_METADATA_BYTES = 8 * 1024;
const MAX_MEDIA = 100;

/** Handed back unchanged by Layers: what JSON cannot carry, and what databases refuse in it, would not come back. */
const metadata = z.record(z.string(), z.unknown()).superRefine((value, ctx) => {
  const problem = metadataProblem(value);
  if (problem !== null) ctx.addIssue({ code: 'custom', message: problem });
});

function metadataProblem(value: unknown): string | null {
  const bytes = jsonBytes(value);
  if (bytes === 0) return 'must be plain JSON';
  if (bytes > MAX_METADATA_BYTES) return `must be at most 8 KB as JSON (${MAX_METADATA_BYTES} bytes), is ${bytes}`;
  return /(?<!\\)(\\\\)*\\u(0000|d[89a-f])/.test(JSON.stringify(value))
    ? 'must not contain U+0000 or halves of characters'
    : null;
}

const project = z.strictObject({
  name: text(3, 30),
  customerExternalId: externalId(),
  timezone: zone(),
  ownerEmail: email().optional(),
  primaryLanguage: language().optional(),
  appName: text(3, 30).optional(),
  appDescription: text(100, 1000, { lines: true }).optional(),
  tagline: text(0, 80).optional(),
  brandVoice: z.enum(['authentic', 'witty', 'professional', 'warm', 'casual', 'educational']).optional(),
  targetGender: z.enum(['all', 'female', 'male']).optional(),
  metadata: metadata.optional(),
});

const asset = z.strictObject({ kind: z.enum(['logo', 'screenshot', 'demo-video', 'end-card']), url: publicUrl() });

const appMedia = distinct(asset, 'url', MAX_MEDIA, 'the same URL', sameUrl).superRefine((items: unknown, ctx) => {
  if (!Array.isArray(items)) return;
  for (const kind of ['logo', 'end-card']) {
    const indexes = items.flatMap((item: unknown, index) => (field(item, 'kind') === kind ? [index] : []));
    for (const index of indexes.slice(1))
      ctx.addIssue({
        code: 'custom',
        path: [index, 'kind'],
        message: `is a second ${kind} beside [${indexes[0]}]; a project has one`,
      });
  }
}, always);

const influencer = z
  .strictObject({
    influencerId: id('inf_…').optional(),
    create: z
      .strictObject({
        gender: z.enum(['male', 'female', 'non_binary']).optional(),
        ageRange: z.enum(['teen', 'young_adult', 'adult', 'mid_adult', 'mature', 'senior']).optional(),
        prompt: text(1, 60).optional(),
      })
      .optional(),
  })
  .superRefine(oneOf(['influencerId', 'create']), always);

const social = z
  .strictObject({
    socialAccountIds: distinct(id('sa_…'), null, MAX_TARGETS, 'the same account').optional(),
    connect: distinct(
      z.strictObject({ platform: z.enum(['tiktok', 'instagram']), returnUrl: httpsUrl().optional() }),
      'platform',
      MAX_TARGETS,
      'the same platform',
    ).optional(),
  })
  .superRefine((value: unknown, ctx) => {
    const count = (name: string): number => {
      const list = field(value, name);
      return Array.isArray(list) ? list.length : 0;
    };
    const total = count('socialAccountIds') + count('connect');
    if (total > MAX_TARGETS && count('socialAccountIds') <= MAX_TARGETS)
      ctx.addIssue({ code: 'custom', message: `a post has at most ${MAX_TARGETS} accounts, here are ${total}` });
  }, always);

const source = z
  .strictObject({
    tiktokVideoId: matching(/^\d{1,25}$/, 'the digits of a TikTok video id').optional(),
    keyword: text(1, 200).optional(),
    pick: z.enum(['first', 'most-viewed', 'person']).optional(),
  })
  .superRefine((value: unknown, ctx) => {
    if (field(value, 'tiktokVideoId') === undefined) return;
    for (const other of ['keyword', 'pick'])
      if (field(value, other) !== undefined)
        ctx.addIssue({
          code: 'custom',
          path: [other],
          message: 'has no meaning beside "tiktokVideoId"; leave one of them out',
        });
  }, always);

const content = z.strictObject({
  format: z.enum(Object.keys(FORMATS) as [FormatName, ...FormatName[]]).optional(),
  source: source.optional(),
});

const review = z
  .strictObject({
    required: z.boolean().optional(),
    deadline: duration().optional(),
    remindEvery: duration().optional(),
    maxRounds: z.int().min(1).max(20).optional(),
  })
  .superRefine(inOrder(['remindEvery', 'deadline'], DEFAULTS.review.deadline), always)
  .superRefine(fewReminders(DEFAULTS.review.deadline), always);

const target = z
  .strictObject({
    socialAccountId: id('sa_…'),
    mode: z.enum(['publish', 'draft', 'managed']),
    captionOverride: text(0, 4000, { lines: true }).optional(),
    firstCommentOverride: text(0, 4000, { lines: true }).optional(),
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
      .strictObject({ mode: z.enum(['none', 'auto', 'manual']), trackId: text(1, 200).optional() })
      .optional(),
    shareReelToFeed: z.boolean().optional(),
  })
  .superRefine((value: unknown, ctx) => {
    const mode = field(value, 'mode');
    const music = field(value, 'tiktokMusic');
    const issue = (path: string[], message: string) => ctx.addIssue({ code: 'custom', path, message });
    if (field(music, 'mode') === 'manual' && field(music, 'trackId') === undefined)
      issue(['tiktokMusic', 'trackId'], 'is required when the mode is "manual"');
    if (mode === 'draft' && music !== undefined) issue(['tiktokMusic'], 'a draft takes no music; leave it out');
    if ((mode === 'draft' || mode === 'managed') && field(value, 'shareReelToFeed') !== undefined)
      issue(['shareReelToFeed'], 'only mode "publish" takes it; leave it out');
  }, always);

const schedule = z
  .strictObject({
    at: checked(() => null, 'a time like "2026-12-01T09:00"'), // judged in validate.ts, which knows the zone
    timezone: zone().optional(),
    mode: z.enum(['publish', 'draft', 'managed']).optional(),
    targets: distinct(target, 'socialAccountId', MAX_TARGETS, 'the same account')
      .min(1, { error: 'must name at least one account; leave it out for every account of "social"' })
      .optional(),
  })
  .superRefine((value: unknown, ctx) => {
    const mode = field(value, 'mode');
    const targets = field(value, 'targets');
    if (mode === undefined || !Array.isArray(targets)) return;
    if (targets.some((entry: unknown) => field(entry, 'mode') !== undefined && field(entry, 'mode') !== mode))
      ctx.addIssue({
        code: 'custom',
        path: ['mode'],
        message: 'has no effect on "targets", which say otherwise; leave it out',
      });
  }, always);

const wait = (deadline: string) =>
  z
    .strictObject({
      earliest: duration({ zero: true }).optional(),
      typical: duration().optional(),
      deadline: duration().optional(),
    })
    .superRefine(inOrder(['earliest', 'typical', 'deadline'], deadline), always);

const policy = z.strictObject({
  waits: z
    .strictObject({
      influencer: wait(DEFAULTS.waits.influencer.deadline).optional(),
      keywords: wait(DEFAULTS.waits.keywords.deadline).optional(),
      content: wait(DEFAULTS.waits.content.deadline).optional(),
      social: z.strictObject({ deadline: duration().optional() }).optional(),
    })
    .optional(),
  onCancel: z.enum(['keep', 'archive']).optional(),
});

export const onboardingInput = z.strictObject({
  project,
  appMedia: appMedia.optional(),
  influencer: influencer.optional(),
  social: social.optional(),
  content: content.optional(),
  review: review.optional(),
  schedule: schedule.optional(),
  organizationId: organizationId().optional(),
  policy: policy.optional(),
});

/** For editors and for callers in other languages. Rules across fields, time zones and durations are not in it. */
export const inputJsonSchema = (): unknown => z.toJSONSchema(onboardingInput, { io: 'input', unrepresentable: 'any' });
