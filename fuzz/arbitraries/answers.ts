import * as fc from 'fast-check';
import { isDeeperThan } from '../../src/contract/payloads';
import type { Rule } from '../../src/sandbox';
import { garbage, jsonOf } from './values';

type Action = Rule['action'];

const optional = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined, freq: 2 });

/** Another form of the same answers, all of which a client has to take. */
const legalForm: fc.Arbitrary<Action> = fc
  .record({
    coding: optional(fc.constantFrom('gzip' as const, 'deflate' as const, 'br' as const)),
    emptyLists: optional(fc.constantFrom('null' as const, 'absent' as const)),
    lastCursor: optional(fc.constantFrom('absent' as const, 'empty' as const)),
    pageSize: optional(fc.constantFrom(1, 2)),
    ids: optional(fc.constantFrom('bare' as const, 'upper' as const, 'bare-upper' as const)),
    times: optional(
      fc.constantFrom('seconds' as const, 'microseconds' as const, 'offset' as const, 'shifted-offset' as const),
    ),
    createdAtShift: optional(fc.constantFrom(-5, 5, 60)),
    dateShift: optional(fc.constantFrom(null)),
    extraFields: optional(fc.constant(true)),
  })
  .map((form) => ({
    kind: 'form',
    ...Object.fromEntries(Object.entries(form).filter(([, value]) => value !== undefined)),
  }));

type Form = Extract<Action, { kind: 'form' }>;

/** Without its list and its cursor, but with something to say, an answer cannot be told from that of a proxy: no form of a list. */
const isAList = (forms: readonly Form[]): boolean =>
  !(
    forms.some(({ emptyLists }) => emptyLists === 'absent') &&
    forms.some(({ lastCursor }) => lastCursor === 'absent') &&
    forms.some(({ extraFields }) => extraFields)
  );

/** Forms that come together. */
export const legalForms: fc.Arbitrary<Action[]> = fc
  .array(legalForm, { minLength: 1, maxLength: 2 })
  .filter((forms) => isAList(forms as Form[]));

const FIELDS = [
  ...[
    'id',
    'projectId',
    'status',
    'name',
    'createdAt',
    'items',
    'items.*',
    'items.*.id',
    'items.*.status',
    'items.*.projectId',
  ],
  ...[
    'nextCursor',
    'jobId',
    'containerIds',
    'containerIds.*',
    'progress',
    'result',
    'error',
    'approvalStatus',
    'preview',
  ],
  ...[
    'preview.primaryUrl',
    'preview.imageUrls',
    'assets',
    'caption',
    'influencerId',
    'items.*.influencerId',
    'hashtags',
  ],
  ...['refreshedAt', 'items.*.tiktokId', 'items.*.kind', 'items.*.stats', 'items.*.author', 'items.*.platform'],
  ...[
    'state',
    'authorizeUrl',
    'expiresAt',
    'socialAccountId',
    'gateStatus',
    'scheduledPostIds',
    'scheduledPostIds.*',
    'scheduledFor',
  ],
  ...[
    'items.*.customerExternalId',
    'items.*.url',
    'items.*.createdAt',
    'items.*.scheduledFor',
    'organizationId',
    'hooks',
  ],
];
const field = fc.constantFrom(...FIELDS);

/** What is deeper than this no rule can be told in JSON; an answer as a whole (`raw`) may be as deep as it likes. */
const DEEPEST = 500;

/** JSON as it is sent: what is big is written out. */
const value = garbage.map((one) => JSON.parse(jsonOf(one)) as unknown).filter((one) => !isDeeperThan(DEEPEST, one));

/** Answers that no document allows. */
const illegal: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('patch' as const),
      set: fc.dictionary(field, value, { maxKeys: 2, noNullPrototype: true }),
      remove: fc.array(field, { maxLength: 2 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('raw' as const),
      when: fc.constantFrom('before' as const, 'after' as const),
      status: fc.constantFrom(200, 201, 202, 204, 301, 400, 404, 409, 418, 422, 429, 500, 503, 520),
      body: fc.oneof(
        garbage.map(jsonOf),
        fc.constantFrom(
          '',
          '{',
          '<html>',
          'null',
          '{"error":null}',
          '{"error":{"code":7}}',
          '{"error":{"code":"X\u001b[31m","message":[]}}',
        ),
      ),
      headers: fc.constantFrom<Record<string, string>>(
        {},
        { 'Retry-After': '12, 12' },
        { 'Retry-After': 'soon' },
        { 'Content-Type': 'text/html' },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Action>(
      { kind: 'truncate' },
      { kind: 'close' },
      { kind: 'html' },
      { kind: 'answer', status: 200, code: 'RATE_LIMITED' },
    ),
  },
);

const PATHS = [
  ...[
    '/v1/projects',
    '/app-media$',
    '/influencers',
    '/keywords',
    '/content/source-recommendations',
    '/slideshow-remix$',
  ],
  ...[
    '^/v1/jobs/',
    '^/v1/content/[^/]+$',
    '/schedule$',
    '/social',
    '/scheduled-posts',
    '/content-review-policy',
    '/approve$',
  ],
];

/** Rules, of which each meets one kind of request a few times. Whom they meet is said by who adds them. */
export const oddAnswers: fc.Arbitrary<Pick<Rule, 'match' | 'after' | 'times' | 'action'>[]> = fc.array(
  fc.record({
    match: fc.record({ path: fc.constantFrom(...PATHS) }),
    after: fc.constantFrom(0, 1),
    times: fc.constantFrom(1, 3),
    action: illegal,
  }),
  { minLength: 1, maxLength: 3 },
);
