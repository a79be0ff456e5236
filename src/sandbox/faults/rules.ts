import { z } from 'zod';

/**
 * Rules that bend the sandbox's behaviour: each says what it meets and what then happens. They are tried in order at every
 * request; all that match act, of those that decide the answer the first.
 *
 * `before` means that nothing has been done yet, `after` that the effect stands and the answer is stored under its key.
 */
const when = z.enum(['before', 'after']).default('before');

const jobKinds = z.enum(['influencer_create', 'keyword_refresh', 'content_generate']);
const errorSchema = z.strictObject({ code: z.string(), message: z.string() });

/** For faults after the effect: whether the real answer stays under the idempotency key, or nothing does. */
const store = z.enum(['real', 'none']).default('real');

const actionSchema = z.discriminatedUnion('kind', [
  /** `during`: while the key is taken and nothing is done yet, so that a second request with it meets the first. */
  z.strictObject({
    kind: z.literal('delay'),
    ms: z.number().min(0),
    when: z.enum(['before', 'during', 'after']).default('before'),
  }),
  /** Until the rule is removed (`DELETE /_sandbox/faults/<id>`): the test that added it says when the request goes on. */
  z.strictObject({ kind: z.literal('hold'), when: z.enum(['before', 'during', 'after']).default('before') }),
  z.strictObject({
    kind: z.literal('answer'),
    when,
    status: z.number().int().min(200).max(599),
    code: z.string().default('INTERNAL'),
    message: z.string().default('A fault of the sandbox.'),
    details: z.record(z.string(), z.unknown()).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    /** What stays under the idempotency key: the real answer, this one, or nothing. */
    store: z.enum(['real', 'fault', 'none']).default('real'),
  }),
  z.strictObject({
    kind: z.literal('rate-limit'),
    when,
    store,
    /** Seconds, or an HTTP date that many seconds ahead, or no header at all. */
    retryAfter: z.union([z.number().int().min(0), z.strictObject({ dateIn: z.number() }), z.null()]).default(1),
  }),
  /** A page in place of JSON, as a proxy sends it. */
  z.strictObject({ kind: z.literal('html'), when, status: z.number().int().min(200).max(599).default(502), store }),
  z.strictObject({ kind: z.literal('close'), when, store }),
  z.strictObject({ kind: z.literal('hang'), when, store }),
  /** The headers promise the whole answer, half of it comes, then the connection closes. */
  z.strictObject({ kind: z.literal('truncate'), store }),
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
    ms: z.number().min(0).default(5_000),
  }),
]);

export const ruleSchema = z.strictObject({
  id: z.string().optional(),
  match: z
    .strictObject({
      method: z.string().toUpperCase().optional(),
      /** A regular expression on the path. */
      path: z.string().refine(isPattern, 'Must be a regular expression.').optional(),
      /** A regular expression on the body as it came. */
      body: z.string().refine(isPattern, 'Must be a regular expression.').optional(),
      /** A regular expression on the customer's handle. */
      customerExternalId: z.string().refine(isPattern, 'Must be a regular expression.').optional(),
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
export type JobPlan = Extract<Action, { kind: 'job' }>;

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) !== null;
  } catch {
    return false;
  }
}
