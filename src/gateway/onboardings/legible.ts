import { z } from 'zod';
import type { OnboardingView } from '../../client/view';
import type { OnboardingResult } from '../../contract/result';
import type { OnboardingStatus } from '../../contract/status';
import { STEPS, type StepState } from '../../contract/steps';
import { harmlessLines } from '../../contract/text';

/**
 * What a page is made from comes out of a history, where it stands for good: signals of other SDKs, answers of Layers, and
 * statuses of older and newer workers. Here everything gets the type that the pages rely on, and text of others is made
 * harmless, so that no value can take a page away or reorder what stands beside it.
 */

const shown = (value: unknown): string =>
  harmlessLines(typeof value === 'string' ? value : (JSON.stringify(value ?? '') ?? ''));

/** Right-to-left scripts, of which a name must not reorder the sentence that it stands in. */
const RTL = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
/** Text within a line of ours: with its own direction, where that may be another one (as `bdi` does, also in a title). */
export const isolated = (text: string): string => (RTL.test(text) ? `\u2068${text}\u2069` : text);
const shownWithin = (value: unknown): string => isolated(shown(value));

const words = z.unknown().default('').transform(shown);
const wordsIfAny = z
  .unknown()
  .default(null)
  .transform((value) => (value == null ? null : shown(value)));
/** Absent stays absent. */
const wordsMaybe = z
  .unknown()
  .transform((value) => (value == null ? undefined : shown(value)))
  .optional();
const name = z.unknown().default('').transform(shownWithin);
const nameIfAny = z
  .unknown()
  .default(null)
  .transform((value) => (value == null ? null : shownWithin(value)));
const url = z.string().nullable().catch(null);
const count = z.int().nonnegative().catch(0);
const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)));
const timeIfAny = time.nullable().catch(null);
const someTime = time.catch(new Date(0).toISOString());

/** Only what is an object can be an entry. */
const entries = <Item extends z.ZodType>(value: unknown, item: Item): z.output<Item>[] | null =>
  Array.isArray(value)
    ? value
        .filter((entry) => entry !== null && typeof entry === 'object' && !Array.isArray(entry))
        .map((entry) => item.parse(entry))
    : null;
const listIfAny = <Item extends z.ZodType>(item: Item) =>
  z
    .unknown()
    .default(null)
    .transform((value) => entries(value, item));
const listOf = <Item extends z.ZodType>(item: Item) => listIfAny(item).transform((list) => list ?? []);

const decisionShape = {
  decision: z.enum(['approve', 'reject', 'requestChanges', 'expired']).catch('expired'),
  reviewer: name,
  at: someTime,
  comment: wordsIfAny,
  slides: listOf(z.looseObject({ index: count, note: words })),
};
const decision = z.looseObject({ revision: count, ...decisionShape });

const source = z.looseObject({
  tiktokVideoId: words,
  author: nameIfAny,
  caption: wordsIfAny,
  thumbnailUrl: url,
  imageCount: z.number().nullable().catch(null),
  views: z.number().nullable().catch(null),
});

const review = z.looseObject({
  revision: count,
  maxRounds: count,
  since: someTime,
  deadline: someTime,
  caption: wordsIfAny,
  preview: z
    .looseObject({
      kind: words,
      primaryUrl: url,
      thumbnailUrl: url,
      imageUrls: z.array(z.string().catch('')).catch([]),
      videoUrl: url,
    })
    .nullable()
    .catch(null),
  source: source.nullable().catch(null),
  influencer: z.looseObject({ influencerId: words, name: nameIfAny }).catch({ influencerId: '', name: null }),
  scheduledFor: timeIfAny,
  timezone: words,
  targets: listOf(
    z.looseObject({
      socialAccountId: words,
      captionOverride: wordsMaybe,
      firstCommentOverride: wordsMaybe,
    }),
  ),
  targetsNamed: z.boolean().catch(false),
  accounts: listOf(z.looseObject({ socialAccountId: words, platform: words, handle: nameIfAny })),
  decision: decision.optional().catch(undefined),
  earlier: listOf(decision),
});

const STATES = [
  'pending',
  'running',
  'waiting',
  'blocked',
  'done',
  'skipped',
  'failed',
] as const satisfies readonly StepState[];
const step = z.looseObject({ step: z.string(), state: z.enum(STATES).catch('pending'), fact: wordsMaybe });

const status = z.looseObject({
  customer: z.looseObject({ externalId: words, name }).catch({ externalId: '', name: '' }),
  steps: listOf(step.catch({ step: '', state: 'pending' })).transform((known) =>
    STEPS.map((name) => known.find((one) => one.step === name) ?? { step: name, state: 'pending' as const }),
  ),
  ids: z.looseObject({ socialAccountIds: z.array(words).optional().catch(undefined) }).catch({}),
  choices: listIfAny(source),
  connect: listIfAny(
    z.looseObject({
      platform: words,
      connected: z.boolean().catch(false),
      failures: count,
      lastFailure: z
        .unknown()
        .transform((value) => (value == null ? undefined : shownWithin(value)))
        .optional(),
    }),
  ),
  review: review.nullable().catch(null),
  blocked: listOf(z.looseObject({})),
});

const result = z.looseObject({
  revision: count,
  review: z
    .looseObject({ ...decisionShape, earlier: listOf(decision) })
    .nullable()
    .catch(null),
  scheduledPosts: listOf(z.looseObject({ scheduledFor: timeIfAny })),
});

/** What a worker answered; `null` where that is no status at all. */
export const legibleStatus = (answer: unknown): OnboardingStatus | null =>
  (status.safeParse(answer).data as OnboardingStatus | undefined) ?? null;

/** The same for one look at an onboarding. */
export function legible(view: OnboardingView): OnboardingView {
  const { server } = view;
  const { customer } = server;
  return {
    ...view,
    status: view.status === null ? null : legibleStatus(view.status),
    result:
      view.result === null ? null : ((result.safeParse(view.result).data as OnboardingResult | undefined) ?? null),
    server: {
      ...server,
      customer: customer && { ...customer, name: shownWithin(customer.name), timezone: shown(customer.timezone) },
    },
  };
}
