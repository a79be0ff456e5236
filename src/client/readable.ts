import { z } from 'zod';
import type { OnboardingResult } from '../contract/result';
import type { OnboardingStatus } from '../contract/status';
import { STEPS, type StepState } from '../contract/steps';

/**
 * Reads what a workflow or the server says so that no reader has to be afraid of it: a workflow of another build, or a
 * foreign one of the same type, may answer with anything. What is no text becomes one, what cannot be read is left out.
 * Fields that are not known here stay as they are.
 */

/** Text as it is; of any other value its JSON. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return 'unreadable'; // a value that refuses to become JSON
  }
}

const text = z
  .unknown()
  .optional()
  .transform((value) => (value == null ? '' : asText(value)));
const textOrNull = z
  .unknown()
  .optional()
  .transform((value) => (value == null ? null : asText(value)));
const maybeText = z
  .unknown()
  .optional()
  .transform((value) => (value == null ? undefined : asText(value)));
const maybeTime = z
  .unknown()
  .optional()
  .transform((value) => (isTime(value) ? value : undefined));
const time = z
  .unknown()
  .optional()
  .transform((value) => (isTime(value) ? value : ''));
const number = z.number().catch(0);
const numberOrNull = z.number().nullable().catch(null);
const flag = z.boolean().catch(false);

const isTime = (value: unknown): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value));

/** The items that can be read. */
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((all) =>
      all.flatMap((one): z.infer<T>[] => {
        const read = item.safeParse(one);
        return read.success ? [read.data] : [];
      }),
    );

/** The same; `null` where there is no list at all. */
const maybeList = <T extends z.ZodType>(item: T) =>
  z
    .unknown()
    .optional()
    .transform((all) => (Array.isArray(all) ? list(item).parse(all) : null));

/** An object that can be read, or `null`. */
const maybe = <T extends z.ZodType>(object: T) => object.nullable().catch(null);

const STATES = ['pending', 'running', 'waiting', 'blocked', 'done', 'skipped', 'failed'] satisfies StepState[];
const step = z.enum(STEPS as [(typeof STEPS)[number]]);
const steps = list(
  z.looseObject({
    step,
    state: z.enum(STATES).catch('pending'),
    fact: maybeText,
    startedAt: maybeTime,
    finishedAt: maybeTime,
    typical: maybeText,
    deadline: maybeTime,
  }),
);

const decision = z.looseObject({
  revision: number,
  decision: z.enum(['approve', 'reject', 'requestChanges', 'expired']),
  reviewer: text,
  at: time,
  comment: textOrNull,
  slides: list(z.looseObject({ index: number, note: text })).optional(),
});

const candidate = z.looseObject({
  tiktokVideoId: text,
  author: textOrNull,
  caption: textOrNull,
  thumbnailUrl: textOrNull,
  imageCount: numberOrNull,
  views: numberOrNull,
});

const review = z.looseObject({
  revision: number,
  maxRounds: number,
  since: time,
  deadline: time,
  containerId: text,
  caption: textOrNull,
  preview: maybe(
    z.looseObject({
      kind: text,
      primaryUrl: textOrNull,
      thumbnailUrl: textOrNull,
      imageUrls: list(z.string()),
      videoUrl: textOrNull,
    }),
  ),
  source: maybe(candidate),
  influencer: z.looseObject({ influencerId: text, name: textOrNull }).catch({ influencerId: '', name: null }),
  scheduledFor: z
    .unknown()
    .optional()
    .transform((value) => (isTime(value) ? value : null)),
  timezone: text,
  targets: list(z.looseObject({ socialAccountId: text, mode: text })),
  targetsNamed: flag,
  accounts: list(z.looseObject({ socialAccountId: text, platform: text, handle: textOrNull })),
  decision: decision.optional().catch(undefined),
  earlier: list(decision),
});

const blocked = z.looseObject({
  step,
  item: maybeText,
  code: text,
  httpStatus: numberOrNull,
  requestId: textOrNull,
  cause: text,
  fix: text,
  example: z.record(z.string(), z.unknown()).optional().catch(undefined),
  who: text,
  since: time,
  retryAt: maybeTime,
  actions: list(z.enum(['retry', 'skip', 'abort'])),
});

const ids = z
  .looseObject({
    projectId: maybeText,
    influencerId: maybeText,
    jobId: maybeText,
    containerId: maybeText,
    socialAccountIds: list(text).optional(),
    scheduledPostIds: list(text).optional(),
  })
  .catch({} as never);

const status = z.looseObject({
  version: number,
  workflowId: text,
  // where the mode cannot be read, the one to be careful with
  mode: z.enum(['sandbox', 'live']).catch('live'),
  customer: z.looseObject({ externalId: text, name: text }),
  stage: text,
  attention: z.enum(['none', 'reviewer', 'customer', 'operator']).catch('none'),
  steps,
  ids,
  choices: maybeList(candidate),
  connect: maybeList(z.looseObject({ platform: text, connected: flag, failures: number, lastFailure: maybeText })),
  review: maybe(review),
  blocked: list(blocked),
  cleanup: list(z.looseObject({ what: text, done: flag, error: maybeText })),
  notes: list(text),
});

const result = z.looseObject({
  outcome: z.enum(['scheduled', 'ready', 'rejected', 'expired']),
  projectId: text,
  influencerId: textOrNull,
  containerId: textOrNull,
  revision: number,
  review: maybe(decision.omit({ revision: true }).extend({ earlier: list(decision) })),
  scheduledPosts: list(z.looseObject({ scheduledPostId: text, socialAccountId: text, mode: text, scheduledFor: time })),
  steps,
});

const customer = z.looseObject({ externalId: text, name: maybeText, timezone: maybeText });

/** `null`: this is no status at all. */
export const readStatus = (value: unknown): OnboardingStatus | null => read<OnboardingStatus>(status, value);

/** `null`: this is no result of an onboarding. */
export const readResult = (value: unknown): OnboardingResult | null => read<OnboardingResult>(result, value);

/** The customer as the memo of a run names it. */
export const readCustomer = (value: unknown): { externalId: string; name?: string; timezone?: string } | null =>
  read(customer, value);

/** Fields that were absent, or could not be read, are absent in what comes out. */
function read<T>(schema: z.ZodType, value: unknown): T | null {
  const { success, data } = schema.safeParse(value);
  return success ? (withoutUndefined(data) as T) : null;
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutUndefined(field)]));
}
