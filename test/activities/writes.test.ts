import type { Starts, Writes } from '../../src/contract/activities';
import { envelope } from '../layers/support';
import { activities, as, attempt, environment, failure, key } from './support';

const createdAt = '2026-11-01T10:00:00Z';
const project = { name: 'Acme Coffee', customerExternalId: 'acme', timezone: 'UTC' };
const reference = { id: 'prj_1', status: 'active', customerExternalId: 'acme', createdAt };
const authorization = { authorizeUrl: 'https://tiktok.example/auth', state: 'st_1', expiresAt: createdAt };
const targets = [{ socialAccountId: 'sa_1', mode: 'publish' as const }];
const base = { as, key, projectId: 'prj_1', containerId: 'cnt_1' };
const returnUrl = 'https://app.example/back';

type Row<Activities> = {
  [Name in keyof Activities]: Activities[Name] extends (args: infer Args) => Promise<infer Result>
    ? [name: Name, route: string, args: Args, body: object | null, answer: object, result: Result]
    : never;
}[keyof Activities];

const writes: Row<Writes>[] = [
  [
    'createProject',
    'POST /v1/projects',
    { as, key, project },
    project,
    reference,
    {
      projectId: 'prj_1',
      customerExternalId: 'acme',
      status: 'active',
      createdAt: '2026-11-01T10:00:00.000Z',
      mayBeReplay: true,
    },
  ],
  [
    'patchProject',
    'PATCH /v1/projects/prj_1',
    { ...base, fields: { tagline: 'Hi' } },
    { tagline: 'Hi' },
    reference,
    { projectId: 'prj_1', customerExternalId: 'acme', status: 'active', createdAt: '2026-11-01T10:00:00.000Z' },
  ],
  [
    'archiveProject',
    'DELETE /v1/projects/prj_1',
    { as, projectId: 'prj_1' },
    null,
    { id: 'prj_1', status: 'archived' },
    undefined,
  ],
  [
    'uploadAppMedia',
    'POST /v1/projects/prj_1/app-media',
    { ...base, kind: 'logo', url: 'https://cdn.example/l.png' },
    { kind: 'logo', url: 'https://cdn.example/l.png' },
    { id: 'med_1', createdAt: '2026-11-01T10:00:00Z' },
    { mediaId: 'med_1', createdAt: '2026-11-01T10:00:00.000Z' },
  ],
  [
    'createOauthUrl',
    'POST /v1/projects/prj_1/social/oauth-url',
    { ...base, platform: 'tiktok', returnUrl },
    { platform: 'tiktok', returnUrl },
    authorization,
    { ...authorization, expiresAt: '2026-11-01T10:00:00.000Z' },
  ],
  [
    'createReauthUrl',
    'POST /v1/projects/prj_1/social/reauth-url',
    { ...base, socialAccountId: 'sa_1', returnUrl },
    { socialAccountId: 'sa_1', returnUrl },
    authorization,
    { ...authorization, expiresAt: '2026-11-01T10:00:00.000Z' },
  ],
  [
    'approveContent',
    'POST /v1/content/cnt_1/approve',
    { ...base, note: 'Nice' },
    { note: 'Nice' },
    { approvalStatus: 'approved' },
    { approvalStatus: 'approved', promoted: [], promotionFailed: null },
  ],
  [
    'approveContent',
    'POST /v1/content/cnt_1/approve',
    base,
    {},
    { approvalStatus: 'approved' },
    { approvalStatus: 'approved', promoted: [], promotionFailed: null },
  ],
  [
    'rejectContent',
    'POST /v1/content/cnt_1/reject',
    { ...base, reason: 'No' },
    { reason: 'No' },
    { approvalStatus: 'rejected' },
    { approvalStatus: 'rejected' },
  ],
  [
    'scheduleContent',
    'POST /v1/content/cnt_1/schedule',
    { ...base, scheduledFor: '2026-12-01T17:00:00Z', targets },
    { scheduledFor: '2026-12-01T17:00:00Z', targets },
    { scheduledPostIds: ['sp_1'], gateStatus: 'queued' },
    { scheduledPostIds: ['sp_1'], gateStatus: 'queued' },
  ],
  [
    'cancelScheduledPost',
    'DELETE /v1/scheduled-posts/sp_1',
    { as, scheduledPostId: 'sp_1' },
    null,
    { id: 'sp_1', status: 'canceled' },
    { status: 'canceled' },
  ],
  [
    'cancelJob',
    'POST /v1/jobs/job_1/cancel',
    { as, key, jobId: 'job_1' },
    {},
    { jobId: 'job_1', accepted: true },
    { accepted: true },
  ],
];

const starts: Row<Starts>[] = [
  [
    'createInfluencer',
    'POST /v1/projects/prj_1/influencers',
    { ...base, hints: { gender: 'female' } },
    { gender: 'female' },
    { jobId: 'job_1', influencerId: 'inf_1', kind: 'influencer_create' },
    { jobId: 'job_1', influencerId: 'inf_1' },
  ],
  [
    'refreshKeywords',
    'POST /v1/projects/prj_1/keywords/refresh',
    base,
    {},
    { jobId: 'job_1', status: 'running' },
    { jobId: 'job_1' },
  ],
  [
    'remixSlideshow',
    'POST /v1/projects/prj_1/content/slideshow-remix',
    { ...base, tiktokVideoId: '7301', influencerId: 'inf_1' },
    { tiktokVideoId: '7301', influencerId: 'inf_1' },
    { jobId: 'job_1', containerIds: ['cnt_1'] },
    { jobId: 'job_1', containerId: 'cnt_1' },
  ],
];

type Run = (args: unknown) => Promise<unknown>;
const rows = [...writes, ...starts] as [string, string, object, object | null, object, unknown][];
const named = (of: ReturnType<typeof activities>, name: string): Run =>
  ({ ...of.writes, ...of.starts })[name as keyof Writes & keyof Starts] as Run;

test('every write is in the table', () => {
  const { writes, starts } = activities();
  expect([...new Set(rows.map(([name]) => name))].sort()).toEqual(Object.keys({ ...writes, ...starts }).sort());
});

test.each(rows)('%s is %s with %j', async (name, route, args, body, answer, result) => {
  const all = activities();
  const [method, path] = route.split(' ') as [string, string];
  let sent: { headers: Record<string, string>; body: unknown } | undefined;
  all.pool.intercept({ method, path }).reply((request) => {
    sent = { headers: request.headers as Record<string, string>, body: request.body };
    return { statusCode: 200, data: answer };
  });
  await expect(attempt(named(all, name), args)).resolves.toEqual(result);
  expect(sent!.headers['x-layers-organization']).toBe('org_1');
  expect(sent!.headers['idempotency-key']).toBe('key' in args ? key : undefined);
  expect(sent!.body == null ? null : JSON.parse(String(sent!.body))).toEqual(body);
});

describe('when the worker holds another key', () => {
  const identity = () => ({ apiKeyId: 'key_2', mode: 'sandbox' as const });
  const creating = [
    'createProject',
    'uploadAppMedia',
    'scheduleContent',
    'createInfluencer',
    'refreshKeywords',
    'remixSlideshow',
  ];

  test.each(rows.filter(([name]) => creating.includes(name)))(
    '%s sends nothing and says which key',
    async (name, _, args) => {
      const { thrown } = await failure(named(activities({ identity }), name), args);
      expect(thrown).toMatchObject({ type: 'ApiKeyChanged', nonRetryable: true, details: [{ apiKeyId: 'key_2' }] });
    },
  );

  test.each(rows.filter(([name]) => !creating.includes(name)))('%s goes on', async (name, route, args, _, answer) => {
    const all = activities({ identity });
    const [method, path] = route.split(' ') as [string, string];
    all.pool.intercept({ method, path }).reply(200, answer);
    await attempt(named(all, name), args);
    all.agent.assertNoPendingInterceptors();
  });

  test.each(rows)('of the other mode, %s blocks', async (name, _, args) => {
    const live = activities({ identity: () => ({ apiKeyId: 'key_1', mode: 'live' }) });
    expect((await failure(named(live, name), args)).thrown.type).toBe('WrongKeyMode');
  });
});

describe('return addresses', () => {
  const oauth = { ...base, platform: 'instagram' as const, returnUrl: null };

  test("the gateway's where the input names none", async () => {
    const { pool, writes } = activities({ defaultReturnUrl: 'https://onboarding.example/c/return' });
    const body = JSON.stringify({ platform: 'instagram', returnUrl: 'https://onboarding.example/c/return' });
    pool.intercept({ method: 'POST', path: /oauth-url/, body }).reply(200, authorization);
    await expect(attempt(writes.createOauthUrl, oauth)).resolves.toMatchObject({ state: 'st_1' });
  });

  test('none at all blocks before anything is sent', async () => {
    const { thrown } = await failure(activities().writes.createOauthUrl, oauth);
    expect(thrown).toMatchObject({ type: 'NoReturnUrl', nonRetryable: true });
  });
});

describe('cancelling a post', () => {
  const args = { as, scheduledPostId: 'sp_1' };
  const refused = (details: object) => {
    const { pool, writes } = activities();
    pool
      .intercept({ method: 'DELETE', path: '/v1/scheduled-posts/sp_1' })
      .reply(409, envelope('CONFLICT', { details }));
    return writes.cancelScheduledPost;
  };

  test('one that is cancelled already is cancelled', async () => {
    await expect(attempt(refused({ status: 'canceled' }), args)).resolves.toEqual({ status: 'canceled' });
  });

  test.each([[{}], [{ status: 'published' }]])('otherwise %j is a conflict', async (details) => {
    expect((await failure(refused(details), args)).thrown).toMatchObject({ type: 'CONFLICT', nonRetryable: true });
  });
});

test.each([
  [{ jobId: 'job_1', accepted: false, reason: 'ALREADY_COMPLETED' }, false],
  [{ jobId: 'job_1', accepted: true }, true],
])('cancelling a job: %j', async (answer, accepted) => {
  const { pool, writes } = activities();
  pool.intercept({ method: 'POST', path: '/v1/jobs/job_1/cancel' }).reply(200, answer);
  await expect(attempt(writes.cancelJob, { as, key, jobId: 'job_1' })).resolves.toEqual({ accepted });
});

test('a job that cannot be cancelled now is a conflict with its subcode', async () => {
  const { pool, writes } = activities();
  const details = { subcode: 'JOB_CANCEL_UNAVAILABLE' };
  pool.intercept({ method: 'POST', path: '/v1/jobs/job_1/cancel' }).reply(409, envelope('CONFLICT', { details }));
  const { details: failed } = await failure(writes.cancelJob, { as, key, jobId: 'job_1' });
  expect(failed).toMatchObject({ code: 'CONFLICT', data: { subcode: 'JOB_CANCEL_UNAVAILABLE' } });
});

test('a key conflict may be the first request still running: five tries, then a certain refusal', async () => {
  const conflict = async (times: number) => {
    const { pool, starts } = activities();
    pool.intercept({ method: 'POST', path: /refresh/ }).reply(409, envelope('IDEMPOTENCY_CONFLICT'));
    return failure(starts.refreshKeywords, base, {
      attempt: 7,
      heartbeatDetails: { met: { IDEMPOTENCY_CONFLICT: times } },
    });
  };
  const delays: number[] = [];
  for (const times of [0, 1, 2, 3]) {
    const { thrown } = await conflict(times);
    expect(thrown).toMatchObject({ type: 'IDEMPOTENCY_CONFLICT', nonRetryable: false });
    delays.push(Number(thrown.nextRetryDelay));
  }
  expect(delays.reduce((sum, delay) => sum + delay)).toBeGreaterThan(20_000);
  const { thrown, details } = await conflict(4);
  expect(thrown.nonRetryable).toBe(true);
  expect(details.definite).toBe(true);
});

test('a cancellation does not stop a write: its answer must be known', async () => {
  const { pool, writes } = activities();
  const env = environment();
  pool.intercept({ method: 'POST', path: '/v1/projects' }).reply(201, reference).delay(100);
  const running = env.run(writes.createProject, { as, key, project });
  env.cancel();
  await expect(running).resolves.toMatchObject({ projectId: 'prj_1' });
});

test("a request gives up before Temporal's own time-out, which would not say why", async () => {
  const { pool, writes } = activities();
  pool.intercept({ method: 'POST', path: '/v1/projects' }).reply(201, reference).delay(60_000);
  const startedAt = Date.now();
  const { thrown } = await failure(writes.createProject, { as, key, project }, { startToCloseTimeoutMs: 200 });
  expect(thrown).toMatchObject({ type: 'ApiUnavailable', nonRetryable: false });
  expect(thrown.message).toContain('no complete answer came in time');
  expect(Date.now() - startedAt).toBeLessThan(2_000);
});
