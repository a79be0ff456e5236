import { z } from 'zod';
import { isPattern } from './patterns';

/**
 * Rules that bend the sandbox's behaviour: each says what it meets and what then happens. They are tried in order at every
 * request; all that match act, of those that decide the answer the first.
 *
 * `before` means that nothing has been done yet, `after` that the effect stands and the answer is stored under its key.
 */
const when = z.enum(['before', 'after']).default('before');

const jobKinds = z.enum(['influencer_create', 'keyword_refresh', 'content_generate']);
const errorSchema = z.strictObject({ code: z.string(), message: z.string() });

/** What stays under the idempotency key: the real answer, the one of the rule (the same body for ever, its request id too), or nothing. */
const store = z.enum(['real', 'fault', 'none']).default('real');

/** The same where the rule gives no answer that could stay. */
const storeReal = z.enum(['real', 'none']).default('real');

/** A delay ends: an hour at most. */
const delayMs = z.number().min(0).max(3_600_000);
const status = z.number().int().min(200).max(599);
const headers = z.record(z.string(), z.string()).optional();

/**
 * The answer says the same in another form that is as legal as the usual one. Refusals take it as well. Of several rules each adds
 * its part.
 */
const formSchema = z.strictObject({
  kind: z.literal('form'),
  /** Compressed as by a CDN, for a client whose `Accept-Encoding` allows it: none at all allows everything. */
  coding: z.enum(['gzip', 'deflate', 'br']).optional(),
  /** A list without anything in it is `null`, or left out. */
  emptyLists: z.enum(['null', 'absent']).optional(),
  /** The last page has no `nextCursor`, or an empty one. */
  lastCursor: z.enum(['absent', 'empty']).optional(),
  /** No page has more items, whatever was asked for: every list comes in several. */
  pageSize: z.number().int().min(1).optional(),
  /** `prj_<uuid>` as `<uuid>`, and hexadecimal digits in upper case. */
  ids: z.enum(['bare', 'upper', 'bare-upper']).optional(),
  /** `…:11Z`, `…:11.959888Z`, `…:11.959888+00:00`, and the same moment at `+02:00`. */
  times: z.enum(['seconds', 'microseconds', 'offset', 'shifted-offset']).optional(),
  /** Seconds by which the clock of Layers is ahead (behind, where negative): in `createdAt`, and in the `Date` header. */
  createdAtShift: z.number().min(-86_400).max(86_400).optional(),
  /** The same, in the header alone; `null` leaves it out. */
  dateShift: z.union([z.number().min(-86_400).max(86_400), z.null()]).optional(),
  /** Another success than the documented one; a refusal keeps its status. */
  status: z.number().int().min(200).max(299).optional(),
  /** Fields that no document names, in every object. */
  extraFields: z.boolean().optional(),
});

/** Something in the answer is not as documented. Names are joined by dots, `*` is every item of a list: `items.*.id`. */
const patchSchema = z.strictObject({
  kind: z.literal('patch'),
  set: z.record(z.string(), z.unknown()).default({}),
  remove: z.array(z.string()).default([]),
});

const actionSchema = z.discriminatedUnion('kind', [
  /** `during`: while the key is taken and nothing is done yet, so that a second request with it meets the first. */
  z.strictObject({
    kind: z.literal('delay'),
    ms: delayMs,
    when: z.enum(['before', 'during', 'after']).default('before'),
  }),
  /** Until the rule is removed (`DELETE /_sandbox/faults/<id>`): the test that added it says when the request goes on. */
  z.strictObject({ kind: z.literal('hold'), when: z.enum(['before', 'during', 'after']).default('before') }),
  z.strictObject({
    kind: z.literal('answer'),
    when,
    store,
    /** With a status below 400 the error envelope comes as a success, as some proxies and some bugs have it. */
    status,
    code: z.string().default('INTERNAL'),
    message: z.string().default('A fault of the sandbox.'),
    details: z.record(z.string(), z.unknown()).optional(),
    headers,
  }),
  z.strictObject({
    kind: z.literal('rate-limit'),
    when,
    store,
    /** Seconds, or an HTTP date that many seconds ahead, or no header at all. */
    retryAfter: z.union([z.number().int().min(0), z.strictObject({ dateIn: z.number() }), z.null()]).default(1),
  }),
  /** A page in place of JSON, as a proxy sends it. */
  z.strictObject({ kind: z.literal('html'), when, status: status.default(502), store }),
  /** Any body at all, as text or as bytes in base64. */
  z.strictObject({
    kind: z.literal('raw'),
    when,
    store,
    status: status.default(200),
    body: z.union([z.string(), z.strictObject({ base64: z.base64() })]),
    headers,
  }),
  z.strictObject({ kind: z.literal('close'), when, store: storeReal }),
  z.strictObject({ kind: z.literal('hang'), when, store: storeReal }),
  /** The headers promise the whole answer, half of it comes, then the connection closes. */
  z.strictObject({ kind: z.literal('truncate'), store: storeReal }),
  formSchema,
  patchSchema,
  /** How the jobs that this request starts will end; `job` picks one kind where a request starts several. */
  z.strictObject({
    kind: z.literal('job'),
    job: jobKinds.optional(),
    outcome: z.enum(['completed', 'failed', 'canceled', 'stuck']).default('completed'),
    durationMs: z.number().min(0).optional(),
    error: errorSchema.optional(),
  }),
  /** Changes the caller's key for good, beginning with this request. */
  z.strictObject({
    kind: z.literal('key'),
    killed: z.boolean().optional(),
    revoked: z.boolean().optional(),
    scopes: z.array(z.string()).optional(),
  }),
  /** Forgets stored answers as when the window has passed: all of the caller's key, or those to this request's path. */
  z.strictObject({ kind: z.literal('forget-answers'), of: z.enum(['key', 'path']).default('key') }),
  z.strictObject({ kind: z.literal('archive-project') }),
  /** What the organization has left, beginning with this request. */
  z.strictObject({ kind: z.literal('credits'), balance: z.number().min(0) }),
  /** Meets a consent that a person gives, and refuses it. */
  z.strictObject({ kind: z.literal('deny-consent'), error: z.string().default('access_denied') }),
  /** Meets a webhook; `match.path` is the event type. `forge` and `stale` come beside the real one. */
  z.strictObject({
    kind: z.literal('webhook'),
    how: z.enum(['lose', 'double', 'late', 'forge', 'stale']),
    /** How late. */
    ms: delayMs.default(5_000),
  }),
]);

export const ruleSchema = z.strictObject({
  id: z.string().optional(),
  match: z
    .strictObject({
      method: z.string().toUpperCase().optional(),
      /** A regular expression on the path. */
      path: z.string().refine(isPattern, 'Must be a regular expression of at most 1,000 characters.').optional(),
      /** A regular expression on the body as it came. */
      body: z.string().refine(isPattern, 'Must be a regular expression of at most 1,000 characters.').optional(),
      /** A regular expression on the customer's handle. */
      customerExternalId: z
        .string()
        .refine(isPattern, 'Must be a regular expression of at most 1,000 characters.')
        .optional(),
      organizationId: z.string().optional(),
      apiKeyId: z.string().optional(),
      /** Only requests of a class. */
      class: z.enum(['read-light', 'write-light', 'long-running']).optional(),
      /** Acts on this share of the matches, by a seeded generator. */
      probability: z.number().min(0).max(1).optional(),
    })
    .default({}),
  /** Lets so many matches pass first. */
  after: z.number().int().min(0).default(0),
  /** Acts so many times; default for ever. */
  times: z.number().int().min(1).optional(),
  /** Counts `after` and `times` for every customer by itself. */
  perCustomer: z.boolean().default(false),
  action: actionSchema,
});

export type Rule = z.input<typeof ruleSchema>;
export type Action = z.output<typeof actionSchema>;
export type ActiveRule = z.output<typeof ruleSchema> & { id: string };
export type Form = Extract<Action, { kind: 'form' }>;
export type Patch = Extract<Action, { kind: 'patch' }>;
export type JobPlan = Extract<Action, { kind: 'job' }>;
