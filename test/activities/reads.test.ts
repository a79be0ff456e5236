import { CancelledFailure } from '@temporalio/common';
import { envelope, rejection } from '../layers/support';
import { activities, as, attempt, environment, failure, onlyPage, waiting } from './support';

const get = (path: string) => ({ path, method: 'GET' });
const createdAt = '2026-11-01T10:00:00Z';

describe('each read is one request', () => {
  const project = { id: 'prj_1', status: 'active', customerExternalId: 'acme', createdAt };
  const container = { id: 'cnt_1', projectId: 'prj_1', status: 'completed', createdAt };
  const post = {
    id: 'sp_1',
    containerId: 'cnt_1',
    socialAccountId: 'sa_1',
    mode: 'publish',
    status: 'queued',
    scheduledFor: createdAt,
    createdAt,
  };
  const range = { since: '2026-11-01T00:00:00.000Z', until: '2026-11-02T00:00:00.000Z' };
  const { pool, reads, agent } = activities();

  test.each([
    ['/v1/projects/prj_1', project, () => attempt(reads.getProject, { as, projectId: 'prj_1' })],
    ['/v1/projects/prj_1/app-media', { items: [] }, () => attempt(reads.listAppMedia, { as, projectId: 'prj_1' })],
    [
      '/v1/projects/prj_1/influencers?limit=100',
      { items: [] },
      () => attempt(reads.listInfluencers, { as, projectId: 'prj_1' }),
    ],
    [
      '/v1/influencers/inf_1',
      { influencerId: 'inf_1', status: 'ready' },
      () => attempt(reads.getInfluencer, { as, influencerId: 'inf_1' }),
    ],
    ['/v1/projects/prj_1/keywords', { hashtags: [] }, () => attempt(reads.getKeywords, { as, projectId: 'prj_1' })],
    [
      '/v1/projects/prj_1/content/source-recommendations?kind=slideshow&limit=20',
      { items: [] },
      () => attempt(reads.listSources, { as, projectId: 'prj_1' }),
    ],
    [
      '/v1/projects/prj_1/content/source-recommendations?kind=slideshow&keyword=cold+brew&limit=20',
      { items: [] },
      () => attempt(reads.listSources, { as, projectId: 'prj_1', keyword: 'cold brew' }),
    ],
    ['/v1/jobs/job_1', { jobId: 'job_1', status: 'running' }, () => attempt(reads.getJob, { as, jobId: 'job_1' })],
    ['/v1/content/cnt_1', container, () => attempt(reads.getContent, { as, containerId: 'cnt_1' })],
    [
      '/v1/projects/prj_1/content?format=slideshow-remix&since=2026-11-01T00%3A00%3A00.000Z&limit=200',
      { items: [container] },
      () => attempt(reads.listContent, { as, projectId: 'prj_1', since: range.since }),
    ],
    [
      '/v1/projects/prj_1/social-accounts?limit=200',
      { items: [] },
      () => attempt(reads.listSocialAccounts, { as, projectId: 'prj_1' }),
    ],
    [
      '/v1/social/oauth-status/st_1',
      { status: 'pending' },
      () => attempt(reads.getOauthStatus, { as, projectId: 'prj_1', state: 'st_1' }),
    ],
    [
      '/v1/projects/prj_1/scheduled-posts?since=2026-11-01T00%3A00%3A00.000Z&until=2026-11-02T00%3A00%3A00.000Z&limit=100',
      { items: [post] },
      () => attempt(reads.listScheduledPosts, { as, projectId: 'prj_1', ...range }),
    ],
    ['/v1/scheduled-posts/sp_1', post, () => attempt(reads.getScheduledPost, { as, scheduledPostId: 'sp_1' })],
  ])('%s', async (path, answer, run) => {
    pool.intercept({ ...get(path), headers: { 'x-layers-organization': 'org_1' } }).reply(200, answer);
    await expect(run()).resolves.toBeDefined();
    agent.assertNoPendingInterceptors();
  });
});

test('only projects with exactly this handle are found', async () => {
  const { pool, reads } = activities();
  const item = (id: string, customerExternalId: string | null) => ({
    id,
    status: 'active',
    customerExternalId,
    createdAt,
  });
  const items = [item('prj_1', 'acme'), item('prj_2', 'ACME'), item('prj_3', 'acme-2'), item('prj_4', null)];
  pool.intercept(get('/v1/projects?customerExternalId=acme&status=archived&limit=200')).reply(200, { items });
  const found = await attempt(reads.findProjects, { as, customerExternalId: 'acme', status: 'archived' });
  expect(found).toEqual([
    { projectId: 'prj_1', customerExternalId: 'acme', status: 'active', createdAt: '2026-11-01T10:00:00.000Z' },
  ]);
});

test('content older than asked for is left out even if Layers lists it', async () => {
  const { pool, reads } = activities();
  const item = (id: string, at: string) => ({ id, projectId: 'prj_1', status: 'completed', createdAt: at });
  const items = [item('cnt_2', '2026-11-01T10:00:00.000500+00:00'), item('cnt_1', '2026-11-01T09:59:59.999Z')];
  pool.intercept({ path: /content\?/, method: 'GET' }).reply(200, { items });
  const found = await attempt(reads.listContent, { as, projectId: 'prj_1', since: '2026-11-01T10:00:00.000Z' });
  expect(onlyPage(found).map(({ containerId }) => containerId)).toEqual(['cnt_2']);
});

describe('before anything is sent', () => {
  test('a key of the other mode blocks, and heals', async () => {
    const { reads } = activities({ identity: () => ({ apiKeyId: 'key_1', mode: 'live' }) });
    const { thrown, details } = await failure(reads.getProject, { as, projectId: 'prj_1' });
    expect(thrown).toMatchObject({ type: 'WrongKeyMode', nonRetryable: true });
    expect(thrown.message).toContain('now holds a live key; this onboarding began with a sandbox key');
    expect(details).toMatchObject({ heals: true, definite: false, data: { now: 'live', then: 'sandbox' } });
  });

  test('another key of the same mode may read', async () => {
    const { pool, reads } = activities({ identity: () => ({ apiKeyId: 'key_2', mode: 'sandbox' }) });
    pool.intercept(get('/v1/jobs/job_1')).reply(200, { jobId: 'job_1', status: 'completed' });
    await expect(attempt(reads.getJob, { as, jobId: 'job_1' })).resolves.toMatchObject({ status: 'completed' });
  });

  test('an id that is none blocks', async () => {
    const { reads } = activities();
    await expect(attempt(reads.getJob, { as, jobId: '../whoami' })).rejects.toMatchObject({
      type: 'UnknownError',
      nonRetryable: true,
    });
  });
});

describe('waits', () => {
  const influencers = (...statuses: string[]) => ({
    items: statuses.map((status, index) => ({ influencerId: `inf_${index}`, status, createdAt })).reverse(),
  });
  const list = (answer: object, elapsedMs: number) => {
    const { pool, reads } = activities();
    pool.intercept({ path: /influencers/, method: 'GET' }).reply(200, answer);
    return { activity: reads.listInfluencers, args: { as, projectId: 'prj_1', wait: waiting(elapsedMs) } };
  };

  test('not there yet: a benign failure that says what was seen and when the next look is', async () => {
    const { activity, args } = list(influencers('failed', 'training'), 45_000);
    const { thrown } = await failure(activity, args);
    expect(thrown).toMatchObject({
      type: 'NotReady',
      message: 'the influencer is training (usually 60s)',
      category: 'BENIGN',
      nonRetryable: false,
      details: [{ progress: null }],
    });
    expect(thrown.nextRetryDelay).toBeGreaterThanOrEqual(14_500);
    expect(thrown.nextRetryDelay).toBeLessThan(20_000);
  });

  test.each([
    ['one is ready', influencers('failed', 'ready', 'training')],
    ['all have failed', influencers('failed', 'failed')],
  ])('%s: an answer at once', async (_, answer) => {
    const { activity, args } = list(answer, 1_000);
    await expect(attempt(activity, args)).resolves.toHaveLength(answer.items.length);
  });

  test('none at all: an answer from typical on', async () => {
    const early = list(influencers(), 45_000);
    expect((await failure(early.activity, early.args)).thrown.message).toContain('the influencer is not there yet');
    const due = list(influencers(), 60_000);
    await expect(attempt(due.activity, due.args)).resolves.toEqual([]);
  });

  test('a status nobody documented is waited on', async () => {
    const { activity, args } = list(influencers('polishing'), 100_000);
    expect((await failure(activity, args)).thrown.message).toBe('the influencer is polishing (usually 60s)');
  });

  test('time is up: a blocking failure that says what was last seen', async () => {
    const { activity, args } = list(influencers('training'), 900_000);
    const { thrown, details } = await failure(activity, args);
    expect(thrown).toMatchObject({ type: 'DeadlinePassed', nonRetryable: true });
    expect(thrown.message).toBe(
      'DeadlinePassed: After 15 min the influencer is still training (usually 60s). Retry to wait for another deadline.',
    );
    expect(details).toMatchObject({
      code: 'DeadlinePassed',
      heals: false,
      data: { state: 'training', progress: null },
    });
  });

  test('the last look is at the deadline', async () => {
    const { activity, args } = list(influencers('training'), 890_000);
    const { nextRetryDelay } = (await failure(activity, args)).thrown;
    expect(nextRetryDelay).toBeGreaterThan(9_000);
    expect(nextRetryDelay).toBeLessThanOrEqual(10_000);
  });

  test('a clock of ours that is behind does not stretch a wait', async () => {
    const { activity, args } = list(influencers('training'), 0);
    const info = { currentAttemptScheduledTimestampMs: Date.now() + 900_000 };
    expect((await failure(activity, args, info)).thrown.type).toBe('DeadlinePassed');
  });

  test.each([
    ['getInfluencer', '/v1/influencers/x', { influencerId: 'x', status: 'pending' }, 'the influencer is pending'],
    ['getKeywords', '/v1/projects/x/keywords', { refreshedAt: null }, 'the keyword bank is being researched'],
    [
      'getJob',
      '/v1/jobs/x',
      { jobId: 'x', status: 'running', stage: 'assembling', progress: 0.42 },
      'the job is assembling, 42 %',
    ],
    ['getContent', '/v1/content/x', { id: 'x', projectId: 'p', status: 'queued', createdAt }, 'the content is queued'],
  ] as const)('%s', async (name, path, answer, message) => {
    const { pool, reads } = activities();
    pool.intercept(get(path)).reply(200, answer);
    const args = { as, influencerId: 'x', projectId: 'x', jobId: 'x', containerId: 'x', wait: waiting(1_000) };
    const { thrown } = await failure<typeof args>(reads[name], args);
    expect(thrown).toMatchObject({ type: 'NotReady', message: `${message} (usually 60s)` });
  });

  test.each([
    ['getInfluencer', '/v1/influencers/x', { influencerId: 'x', status: 'failed', errorMessage: 'no face' }],
    ['getKeywords', '/v1/projects/x/keywords', { refreshedAt: createdAt }],
    ['getJob', '/v1/jobs/x', { jobId: 'x', status: 'failed', error: { message: 'no' } }],
    ['getContent', '/v1/content/x', { id: 'x', projectId: 'p', status: 'canceled', createdAt }],
  ] as const)('%s: every end is an answer', async (name, path, answer) => {
    const { pool, reads } = activities();
    pool.intercept(get(path)).reply(200, answer);
    const args = { as, influencerId: 'x', projectId: 'x', jobId: 'x', containerId: 'x', wait: waiting(1_000) };
    await expect(attempt<typeof args, unknown>(reads[name], args)).resolves.toBeDefined();
  });
});

describe('the state of an authorization', () => {
  const byState = get('/v1/social/oauth-status/st_1');
  const byProject = get('/v1/projects/prj_1/social/oauth-status?state=st_1');
  const args = { as, projectId: 'prj_1', state: 'st_1' };
  const met = (times: number) => ({ heartbeatDetails: { met: { NOT_FOUND: times } } });

  test('is watched like a person, not like a job', async () => {
    const { pool, reads } = activities();
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    pool.intercept(byState).reply(200, { state: 'st_1', status: 'pending', expiresAt });
    const { thrown } = await failure(reads.getOauthStatus, { ...args, wait: waiting(15_000) });
    expect(thrown).toMatchObject({ type: 'NotReady', message: 'the connection is not made yet (usually 60s)' });
    expect(thrown.nextRetryDelay).toBeGreaterThan(13_000);
    expect(thrown.nextRetryDelay).toBeLessThan(17_000);
  });

  test.each([
    [
      { status: 'completed', socialAccountId: 'sa_1' },
      { status: 'completed', socialAccountId: 'sa_1', error: null },
    ],
    [
      { status: 'failed', error: { message: 'Denied' } },
      { status: 'failed', socialAccountId: null, error: 'Denied' },
    ],
    [
      { status: 'pending', expiresAt: '2020-01-01T00:00:00Z' },
      { status: 'expired', socialAccountId: null, error: null },
    ],
  ])('%j', async (answer, expected) => {
    const { pool, reads } = activities();
    pool.intercept(byState).reply(200, answer);
    await expect(attempt(reads.getOauthStatus, { ...args, wait: waiting(0) })).resolves.toEqual(expected);
  });

  test('404: the next attempt takes the other route, and what it finds counts', async () => {
    const { pool, reads, agent } = activities();
    pool.intercept(byState).reply(404, envelope('NOT_FOUND'));
    const env = environment();
    const beats: unknown[] = [];
    env.on('heartbeat', (details) => beats.push(details));
    await expect(env.run(reads.getOauthStatus, args)).rejects.toMatchObject({ type: 'NOT_FOUND', nonRetryable: false });
    expect(beats).toEqual([met(1).heartbeatDetails]);

    pool.intercept(byProject).reply(200, { status: 'completed', socialAccountId: 'sa_1' });
    const second = attempt(reads.getOauthStatus, args, { attempt: 2, ...met(1) });
    await expect(second).resolves.toMatchObject({ status: 'completed' });
    agent.assertNoPendingInterceptors();
  });

  test('404 on both: expired', async () => {
    const { pool, reads } = activities();
    pool.intercept(byProject).reply(404, envelope('NOT_FOUND'));
    await expect(attempt(reads.getOauthStatus, args, { attempt: 2, ...met(1) })).resolves.toEqual({
      status: 'expired',
      socialAccountId: null,
      error: null,
    });
  });
});

describe('failures', () => {
  const job = { as, jobId: 'job_1' };
  const answering = (status: number, body: string | object, headers = {}) => {
    const { pool, reads } = activities();
    pool.intercept(get('/v1/jobs/job_1')).reply(status, body, { headers });
    return reads.getJob;
  };

  test('a server error is left to the policy of Temporal', async () => {
    const { thrown, details } = await failure(answering(503, '<html>'), job);
    expect(thrown).toMatchObject({ type: 'ApiUnavailable', nonRetryable: false, nextRetryDelay: undefined });
    expect(thrown.category).not.toBe('BENIGN');
    expect(details).toMatchObject({ code: 'ApiUnavailable', httpStatus: 503 });
  });

  test('429 is benign and waits as long as Layers asks', async () => {
    const { thrown } = await failure(answering(429, envelope('RATE_LIMITED'), { 'retry-after': '60' }), job);
    expect(thrown).toMatchObject({ type: 'RATE_LIMITED', nonRetryable: false, category: 'BENIGN' });
    expect(thrown.message).toMatch(
      /^RATE_LIMITED \(HTTP 429\): Too many requests.* \[req_01HXZ9G7KMV2QX8Y1S5RJW3B7T\]$/,
    );
    expect(thrown.nextRetryDelay).toBeGreaterThanOrEqual(60_200);
    expect(thrown.nextRetryDelay).toBeLessThan(67_000);
  });

  test('402 blocks with cause, fix and request id', async () => {
    const body = envelope('BILLING_EXHAUSTED', { details: { required: 40, available: 12 } });
    const { thrown, details } = await failure(answering(402, body), job);
    expect(thrown).toMatchObject({ type: 'BILLING_EXHAUSTED', nonRetryable: true });
    expect(thrown.message).toBe(
      'BILLING_EXHAUSTED (HTTP 402): The Layers wallet has 12 credits; this needs 40. Top up the Layers wallet. ' +
        '[req_01HXZ9G7KMV2QX8Y1S5RJW3B7T]',
    );
    expect(details).toEqual({
      code: 'BILLING_EXHAUSTED',
      httpStatus: 402,
      requestId: 'req_01HXZ9G7KMV2QX8Y1S5RJW3B7T',
      cause: 'The Layers wallet has 12 credits; this needs 40.',
      fix: 'Top up the Layers wallet.',
      who: 'operator',
      heals: true,
      definite: true,
      data: { required: 40, available: 12 },
    });
  });

  test('404 gets three tries, each a little later, however many attempts came before', async () => {
    const run = (times: number) =>
      failure(answering(404, envelope('NOT_FOUND')), job, {
        attempt: 9,
        heartbeatDetails: { met: { NOT_FOUND: times } },
      });
    const [first, second, third] = [await run(0), await run(1), await run(2)].map(({ thrown }) => thrown);
    expect(first).toMatchObject({ type: 'NOT_FOUND', nonRetryable: false });
    expect(second).toMatchObject({ type: 'NOT_FOUND', nonRetryable: false });
    expect(second!.nextRetryDelay).toBeGreaterThan(2_000);
    expect(third).toMatchObject({ type: 'NOT_FOUND', nonRetryable: true });
  });

  test('an answer that is no JSON gets three tries, one of another shape none', async () => {
    expect((await failure(answering(200, '<html>'), job)).thrown).toMatchObject({ nonRetryable: false });
    const met = { heartbeatDetails: { met: { UnexpectedResponse: 2 } } };
    expect((await failure(answering(200, '<html>'), job, met)).thrown).toMatchObject({ nonRetryable: true });
    const { thrown, details } = await failure(answering(200, { jobId: 7 }), job);
    expect(thrown).toMatchObject({ type: 'UnexpectedResponse', nonRetryable: true });
    expect(details.heals).toBe(true);
  });
});

test('a cancellation ends a read under way', async () => {
  const { pool, reads } = activities();
  const env = environment();
  pool
    .intercept(get('/v1/jobs/job_1'))
    .reply(200, () => ({ jobId: 'job_1', status: 'completed' }))
    .delay(60_000);
  const running = rejection(env.run(reads.getJob, { as, jobId: 'job_1' }), CancelledFailure);
  setTimeout(() => env.cancel(), 20);
  await running;
});
