import fc from 'fast-check';
import { isKnownCode } from '../../src/contract/catalogue';
import type { LayersRequest } from '../../src/layers/client';
import * as content from '../../src/layers/contentSchemas';
import { LayersError } from '../../src/layers/errors';
import * as schema from '../../src/layers/schemas';
import { API_KEY, anyRequest, mockedClient } from './support';

/** Whatever comes back, the outcome is a value or a `LayersError` with a known code, and the key stands in neither. */

const createdAt = '2026-11-01T10:00:00Z';
const job = { jobId: 'job_1', status: 'running', stage: 'planning', progress: 0.4, error: null };
const project = { id: 'prj_1', status: 'active', customerExternalId: 'acme', createdAt, metadata: { plan: 'gold' } };
const influencer = { influencerId: 'inf_1', projectId: 'prj_1', name: 'Ana', status: 'ready', createdAt };
const preview = {
  kind: 'slideshow',
  primaryUrl: 'https://cdn.example/1.png',
  imageUrls: ['https://cdn.example/1.png'],
};
const container = { id: 'cnt_1', projectId: 'prj_1', status: 'completed', caption: 'Hi', preview, createdAt };
const account = { socialAccountId: 'sa_1', platform: 'tiktok', handle: '@acme', status: 'connected', leased: false };
const post = {
  id: 'sp_1',
  containerId: 'cnt_1',
  socialAccountId: 'sa_1',
  mode: 'publish',
  status: 'queued',
  scheduledFor: createdAt,
  createdAt,
};
const hashtags = [{ hashtag: '#a', phrase: 'a', score: 90 }];
const source = { tiktokId: '7301', kind: 'slideshow', author: { handle: 'x' }, caption: 'c', stats: { views: 5 } };

/** Each schema with an answer as documented. */
const answers = {
  whoami: [schema.whoami, { apiKeyId: 'key_1', organizationId: 'org_1', scopes: ['*'], creditBalance: 9 }],
  project: [schema.projectRef, project],
  record: [schema.projectRecord, project],
  projects: [schema.projectRefs, { items: [project], nextCursor: null }],
  media: [schema.appMedia, { items: [{ id: 'med_1', kind: 'logo', url: 'https://cdn.example/l.png', createdAt }] }],
  influencer: [schema.influencer, influencer],
  influencers: [schema.influencers, { items: [influencer], nextCursor: 'c' }],
  keywords: [schema.keywordBank, { hashtags, refreshedAt: createdAt }],
  accounts: [schema.socialAccounts, { items: [account] }],
  authorization: [
    schema.authorization,
    { authorizeUrl: 'https://tiktok.example/a', state: 'st_1', expiresAt: createdAt },
  ],
  consent: [schema.oauthStatus, { status: 'failed', error: { message: 'Denied' }, expiresAt: createdAt }],
  posts: [schema.posts, { items: [post] }],
  sources: [content.sources, { items: [source] }],
  job: [content.job, job],
  container: [content.content, container],
  containers: [content.contents, { items: [container] }],
  accepted: [content.acceptedContent, { jobId: 'job_1', containerIds: ['cnt_1'] }],
  approval: [content.approval, { approvalStatus: 'approved', pendingSchedulePromotion: { status: 'ok' } }],
  scheduled: [content.scheduled, { scheduledPostIds: ['sp_1'], gateStatus: 'queued' }],
  canceled: [content.canceledPost, { status: 'canceled' }],
  upload: [content.uploadedMedia, { id: 'med_1', createdAt }],
} as const;

const nasty = fc.oneof(
  fc.constantFrom(
    null,
    '',
    {},
    [],
    0,
    -1,
    1e308,
    true,
    API_KEY,
    `x ${API_KEY} y`,
    '\ud800',
    '\u202e\u200b\u001b]0;owned\u0007',
    '__proto__',
    '2026-02-30T99:99:99Z',
    '9'.repeat(400),
    JSON.parse('{"__proto__":{"code":1},"constructor":null,"toString":5}') as object,
  ),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.jsonValue(),
);

/** The documented answer with some of its values replaced, left out or added, at any depth. */
const bent = (value: unknown): fc.Arbitrary<unknown> => {
  const parts: fc.Arbitrary<unknown> =
    typeof value !== 'object' || value === null
      ? fc.constant(value)
      : Array.isArray(value)
        ? fc
            .tuple(fc.tuple(...value.map(bent)), fc.array(nasty, { maxLength: 2 }))
            .map(([kept, added]) => [...kept, ...added])
        : fc
            .tuple(
              fc.record(
                Object.fromEntries(Object.entries(value).map(([name, one]: [string, unknown]) => [name, bent(one)])),
                { requiredKeys: [] },
              ),
              fc.dictionary(fc.string(), nasty, { maxKeys: 2 }),
            )
            .map(([kept, added]) => ({ ...added, ...kept }));
  return fc.oneof({ weight: 12, arbitrary: parts }, { weight: 1, arbitrary: nasty });
};

const refusal = fc.record(
  {
    code: fc.oneof(fc.constantFrom('CONFLICT', 'VALIDATION', 'RATE_LIMITED', 'PLATFORM_ERROR', 'INTERNAL'), nasty),
    message: nasty,
    requestId: nasty,
    details: fc.oneof(
      nasty,
      fc.dictionary(
        fc.constantFrom('code', 'scope', 'fieldErrors', 'issues', 'missingFields', 'candidates', 'required', 'status'),
        nasty,
      ),
    ),
  },
  { requiredKeys: [] },
);

const headers = fc.record(
  {
    'retry-after': fc.oneof(fc.string(), fc.constantFrom('12, 12', 'Mon Nov 30 12:01:00 2026', '1e999', '-1')),
    date: fc.oneof(fc.string(), fc.constantFrom('Mon, 30 Nov 2026 12:01:00 GMT', 'never')),
    age: fc.oneof(fc.string(), fc.constantFrom('5', '1e9')),
    'x-request-id': fc.oneof(fc.string(), fc.constant(API_KEY)),
    'content-encoding': fc.constantFrom('identity', 'gzip', 'zip', ',,', 'br, br, br, br, br'),
    'x-ratelimit-endpoint-class': fc.oneof(fc.string(), fc.constant(API_KEY)),
  },
  { requiredKeys: [] },
);

async function outcome(asked: Partial<LayersRequest<unknown>>, status: number, body: string, sent: object) {
  const { client, pool, agent } = mockedClient();
  pool
    .intercept({ path: '/v1/things/th_1', method: 'GET' })
    .reply(status, body, { headers: sent as Record<string, string> });
  try {
    return await client.ask({ ...anyRequest, ...asked });
  } catch (error) {
    return error;
  } finally {
    await agent.close();
  }
}

/** What is handed on to Temporal, people and logs. */
function check(ended: unknown): void {
  if (ended instanceof Error) {
    expect(ended).toBeInstanceOf(LayersError);
    const { classification, message } = ended as LayersError;
    expect(isKnownCode(classification.details.code)).toBe(true);
    expect(`${message}${JSON.stringify(classification)}`).not.toMatch(/[\u202e\u200b\u001b]|\\u001b|\\u0007/);
    const { retryAfterMs = 1 } = classification;
    expect(retryAfterMs > 0 && retryAfterMs < 30 * 3_600_000).toBe(true);
  }
  const all = ended instanceof LayersError ? [ended.message, ended.stack, ended.failure, ended.classification] : ended;
  expect(JSON.stringify(all)).not.toContain(API_KEY);
}

test.each(Object.entries(answers))('%s, bent in every way', async (name, [documented, sample]) => {
  const request = { schema: documented, hasErrorField: name === 'consent' };
  await expect(outcome(request, 200, JSON.stringify(sample), {})).resolves.toMatchObject({ value: expect.anything() });
  await fc.assert(
    fc.asyncProperty(bent(sample), headers, async (body, sent) =>
      check(await outcome(request, 200, JSON.stringify(body) ?? '', sent)),
    ),
    { numRuns: 60 },
  );
});

test('refusals of every status and shape, under a success too', async () => {
  const status = fc.oneof(fc.integer({ min: 200, max: 599 }), fc.constantFrom(200, 204, 400, 409, 422, 429, 500, 503));
  await fc.assert(
    fc.asyncProperty(status, fc.oneof(refusal, nasty), headers, async (code, error, sent) =>
      check(await outcome({}, code, JSON.stringify({ error }), sent)),
    ),
    { numRuns: 250 },
  );
});

test('bodies of any bytes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(200, 201, 404, 500),
      fc.string({ unit: 'binary' }),
      headers,
      async (code, body, sent) => check(await outcome({}, code, body, sent)),
    ),
    { numRuns: 150 },
  );
});

test('an answer nested a hundred thousand deep', async () => {
  const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  check(await outcome({}, 200, deep, {}));
  check(await outcome({}, 422, `{"error":{"code":"VALIDATION","details":${deep}}}`, {}));
});
