import { randomUUID } from 'node:crypto';
import { TemporalClock } from '../../src/activities/clock';
import { Pulse } from '../../src/activities/pulse';
import { createReads } from '../../src/activities/reads';
import { createStarts } from '../../src/activities/starts';
import { createWrites } from '../../src/activities/writes';
import type { Caller } from '../../src/contract/activities';
import { LayersClient } from '../../src/layers/client';
import { startSandbox, type Sandbox } from '../../src/sandbox';
import { as as anyone, attempt, failure, onlyPage } from './support';

/** Every activity over real HTTP against the sandbox, which shares no code with the client: the two check each other. */

const key = () => randomUUID();
const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const description = 'Daily ritual coffee subscriptions for runners and night-shift workers. '.repeat(3);
const project = {
  name: 'Acme Coffee',
  customerExternalId: 'acme-coffee',
  timezone: 'America/Los_Angeles',
  appName: 'Acme Coffee',
  appDescription: description,
};

let sandbox: Sandbox;
let layers: LayersClient;
let as: Caller;
const mismatches: unknown[] = [];

beforeAll(async () => {
  const durations = { influencerMs: 20, keywordsMs: 20, contentMs: 20, mediaMs: 1 };
  sandbox = await startSandbox({ durations, tier: 'partner' });
  const onEndpointClass = (mismatch: unknown) => void mismatches.push(mismatch);
  layers = new LayersClient({ baseUrl: sandbox.url, apiKey: 'lp_test_acme_1', onEndpointClass });
  const { apiKeyId } = await layers.whoami();
  as = { ...anyone, organizationId: null, apiKeyId };
});

afterAll(async () => {
  await layers.close();
  await sandbox.close();
});

function all() {
  const identity = () => ({ apiKeyId: as.apiKeyId, mode: 'sandbox' as const });
  const deps = {
    layers,
    identity,
    pulse: new Pulse(),
    clock: new TemporalClock(),
    defaultReturnUrl: 'https://onboarding.example/c/return',
  };
  return { reads: createReads(deps), writes: createWrites(deps), starts: createStarts(deps) };
}

/** Attempts as Temporal makes them, until the wait has its answer. */
async function settled<R>(look: () => Promise<R>): Promise<R> {
  for (;;)
    try {
      return await look();
    } catch (error) {
      const { type, nextRetryDelay } = error as { type?: string; nextRetryDelay?: number };
      if (type !== 'NotReady') throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.min(Number(nextRetryDelay), 50)));
    }
}

const wait = () => ({ startedAt: Date.now(), typicalMs: 20, deadlineMs: 10_000 });

test('whoami', async () => {
  expect(await layers.whoami()).toEqual({
    apiKeyId: expect.stringMatching(/./),
    organizationId: expect.stringMatching(/^org_/),
    organizationName: expect.any(String),
    scopes: expect.arrayContaining(['*']),
    rateLimitTier: 'partner',
    creditBalance: expect.any(Number),
  });
});

test('a whole onboarding, then its clean-up', async () => {
  const { reads, writes, starts } = all();

  // Project.
  expect(await attempt(reads.findProjects, { as, customerExternalId: 'acme-coffee' })).toEqual([]);
  const createKey = key();
  const created = await attempt(writes.createProject, { as, key: createKey, project });
  expect(created).toEqual({
    projectId: expect.stringMatching(/^prj_/),
    customerExternalId: 'acme-coffee',
    status: 'active',
    createdAt: iso,
  });
  expect(await attempt(writes.createProject, { as, key: createKey, project })).toEqual(created);
  const { projectId } = created;
  expect(await attempt(reads.findProjects, { as, customerExternalId: 'acme-coffee' })).toEqual([created]);
  const tagline = 'Coffee that shows up before you run out.';
  await attempt(writes.patchProject, { as, key: key(), projectId, fields: { tagline } });
  const { fields } = await attempt(reads.getProject, { as, projectId });
  expect(fields).toMatchObject({ ...project, tagline, targetGender: null });

  // Media.
  const url = 'https://cdn.acmecoffee.com/brand/logo-512.png';
  const { mediaId } = await attempt(writes.uploadAppMedia, { as, key: key(), projectId, kind: 'logo', url });
  const media = await attempt(reads.listAppMedia, { as, projectId });
  expect(media).toEqual([{ mediaId, kind: 'logo', url: expect.any(String), createdAt: iso }]);

  // Influencers: the automatic one, then one of our own.
  const [automatic] = onlyPage(await settled(() => attempt(reads.listInfluencers, { as, projectId, wait: wait() })));
  expect(automatic).toMatchObject({ influencerId: expect.stringMatching(/^inf_/), status: 'ready', createdAt: iso });
  const hints = { gender: 'female' as const, prompt: 'barista energy' };
  const own = await attempt(starts.createInfluencer, { as, key: key(), projectId, hints });
  const influencer = await settled(() =>
    attempt(reads.getInfluencer, { as, influencerId: own.influencerId, wait: wait() }),
  );
  expect(influencer).toEqual({
    influencerId: own.influencerId,
    projectId,
    name: expect.any(String),
    status: 'ready',
    errorMessage: null,
    createdAt: iso,
  });
  const both = await attempt(reads.listInfluencers, { as, projectId });
  expect(onlyPage(both).map(({ influencerId }) => influencerId)).toEqual([automatic!.influencerId, own.influencerId]);

  // Keywords.
  const bank = await settled(() => attempt(reads.getKeywords, { as, projectId, wait: wait() }));
  expect(bank).toEqual({ refreshedAt: iso, size: expect.any(Number), phrases: expect.any(Array) });
  expect(bank.phrases).toHaveLength(5);
  const refresh = await attempt(starts.refreshKeywords, { as, key: key(), projectId });
  const refreshed = await settled(() => attempt(reads.getJob, { as, jobId: refresh.jobId, wait: wait() }));
  expect(refreshed).toEqual({ jobId: refresh.jobId, status: 'completed', stage: null, error: null });
  const late = await attempt(writes.cancelJob, { as, key: key(), jobId: refresh.jobId });
  expect(late).toEqual({ accepted: false });

  // Source and content.
  const portfolio = await attempt(reads.listSources, { as, projectId });
  const searched = await attempt(reads.listSources, { as, projectId, keyword: bank.phrases[0] });
  for (const sources of [portfolio, searched]) {
    expect(sources).toHaveLength(10);
    expect(sources[0]).toEqual({
      tiktokVideoId: expect.stringMatching(/^\d+$/),
      author: expect.any(String),
      caption: expect.any(String),
      thumbnailUrl: expect.stringMatching(/^http/),
      imageCount: expect.any(Number),
      views: expect.any(Number),
    });
  }
  const { tiktokVideoId } = portfolio[0]!;
  const { influencerId } = own;
  const remix = await attempt(starts.remixSlideshow, { as, key: key(), projectId, tiktokVideoId, influencerId });
  const job = await settled(() => attempt(reads.getJob, { as, jobId: remix.jobId, wait: wait() }));
  expect(job.status).toBe('completed');
  const { containerId } = remix;
  const content = await settled(() => attempt(reads.getContent, { as, containerId, wait: wait() }));
  expect(content).toEqual({
    containerId,
    projectId,
    status: 'completed',
    approvalStatus: 'not_required',
    format: 'slideshow-remix',
    influencerId,
    sourceTiktokId: tiktokVideoId,
    caption: expect.any(String),
    preview: {
      kind: 'slideshow',
      primaryUrl: expect.stringMatching(/^http/),
      thumbnailUrl: expect.stringMatching(/^http/),
      imageUrls: expect.arrayContaining([expect.stringMatching(/^http/)]),
      videoUrl: null,
    },
    lastError: null,
    createdAt: iso,
  });
  const { createdAt: since } = created;
  expect(await attempt(reads.listContent, { as, projectId, since })).toEqual([content]);
  const later = new Date(Date.now() + 60_000).toISOString();
  expect(await attempt(reads.listContent, { as, projectId, since: later })).toEqual([]);

  // Account.
  const oauth = { as, key: key(), projectId, platform: 'tiktok' as const, returnUrl: null };
  const { authorizeUrl, state, expiresAt } = await attempt(writes.createOauthUrl, oauth);
  expect(expiresAt).toEqual(iso);
  const consent = new URLSearchParams({ state, decision: 'allow' });
  await fetch(authorizeUrl.split('?')[0]!, { method: 'POST', body: consent, redirect: 'manual' });
  const connected = await settled(() =>
    attempt(reads.getOauthStatus, { as, projectId, state, wait: { ...wait(), deadlineMs: 600_000 } }),
  );
  expect(connected).toEqual({ status: 'completed', socialAccountId: expect.stringMatching(/^sa_/), error: null });
  const socialAccountId = connected.socialAccountId!;
  expect(await attempt(reads.listSocialAccounts, { as, projectId })).toEqual([
    { socialAccountId, platform: 'tiktok', handle: expect.any(String), status: 'connected', leased: false },
  ]);
  const again = { as, key: key(), projectId, socialAccountId, returnUrl: null };
  expect(await attempt(writes.createReauthUrl, again)).toMatchObject({ state: expect.any(String), expiresAt: iso });

  // Schedule and everything that takes it back.
  const scheduledFor = `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)}Z`;
  const targets = [{ socialAccountId, mode: 'publish' as const }];
  const scheduled = await attempt(writes.scheduleContent, { as, key: key(), containerId, scheduledFor, targets });
  expect(scheduled).toEqual({ scheduledPostIds: [expect.stringMatching(/^sp_/)], gateStatus: 'queued' });
  const scheduledPostId = scheduled.scheduledPostIds[0]!;
  const post = await attempt(reads.getScheduledPost, { as, scheduledPostId });
  expect(post).toEqual({
    scheduledPostId,
    containerId,
    socialAccountId,
    mode: 'publish',
    status: 'queued',
    scheduledFor: scheduledFor.replace('Z', '.000Z'),
    createdAt: iso,
  });
  const due = { as, projectId, since: post.scheduledFor, until: post.scheduledFor };
  expect(await attempt(reads.listScheduledPosts, due)).toEqual([post]);
  expect(await attempt(writes.cancelScheduledPost, { as, scheduledPostId })).toEqual({ status: 'canceled' });
  await attempt(writes.archiveProject, { as, projectId });
  const archived = await attempt(reads.findProjects, { as, customerExternalId: 'acme-coffee', status: 'archived' });
  expect(archived).toEqual([{ ...created, status: 'archived' }]);

  expect(mismatches).toEqual([]);
});

test('content that waits for an approval', async () => {
  const { reads, writes, starts } = all();
  const create = { as, key: key(), project: { ...project, customerExternalId: 'gated' } };
  const { projectId } = await attempt(writes.createProject, create);
  await fetch(`${sandbox.url}/v1/projects/${projectId}/content-review-policy`, {
    method: 'PATCH',
    headers: { authorization: 'Bearer lp_test_acme_1', 'content-type': 'application/json' },
    body: JSON.stringify({ policy: 'review_all' }),
  });
  const [influencer] = onlyPage(await settled(() => attempt(reads.listInfluencers, { as, projectId, wait: wait() })));
  const sources = await attempt(reads.listSources, { as, projectId });
  const made = async (index: number) => {
    const { tiktokVideoId } = sources[index]!;
    const { influencerId } = influencer!;
    const { containerId } = await attempt(starts.remixSlideshow, {
      as,
      key: key(),
      projectId,
      tiktokVideoId,
      influencerId,
    });
    return settled(() => attempt(reads.getContent, { as, containerId, wait: wait() }));
  };

  const first = await made(0);
  expect(first.approvalStatus).toBe('pending');
  const approved = await attempt(writes.approveContent, {
    as,
    key: key(),
    containerId: first.containerId,
    note: 'Nice',
  });
  expect(approved).toEqual({ approvalStatus: 'approved', promoted: [], promotionFailed: null });
  const twice = await failure(writes.approveContent, { as, key: key(), containerId: first.containerId });
  expect(twice.details).toMatchObject({ code: 'CONFLICT', data: { approvalStatus: 'approved' } });

  const second = await made(1);
  const reject = { as, key: key(), containerId: second.containerId, reason: 'Too loud' };
  expect(await attempt(writes.rejectContent, reject)).toEqual({ approvalStatus: 'rejected' });
});

test('refusals arrive with their code, fields and request id', async () => {
  const { reads, writes, starts } = all();
  const bad = await failure(writes.createProject, {
    as,
    key: key(),
    project: { ...project, name: 'A', timezone: 'Mars/1' },
  });
  expect(bad.thrown).toMatchObject({ type: 'VALIDATION', nonRetryable: true });
  expect(bad.details).toMatchObject({
    httpStatus: 422,
    requestId: expect.stringMatching(/^req_/),
    definite: true,
    data: { fields: expect.arrayContaining([expect.objectContaining({ field: 'name' })]) },
  });
  expect(bad.details.cause).toContain('timezone');

  const gone = await failure(reads.getJob, { as, jobId: 'job_01HXZ9G7KMV2QX8Y1S5RJW3B7T' });
  expect(gone.thrown).toMatchObject({ type: 'NOT_FOUND', nonRetryable: false });

  const create = { as, key: key(), project: { ...project, customerExternalId: 'refused' } };
  await attempt(writes.createProject, create);
  const other = { ...create, project: { ...create.project, name: 'Acme Tea' } };
  expect((await failure(writes.createProject, other)).thrown.type).toBe('IDEMPOTENCY_CONFLICT');
  const taken = await failure(writes.createProject, { ...create, key: key() });
  expect(taken.details).toMatchObject({ code: 'CONFLICT', httpStatus: 409, definite: true });

  const { projectId } = onlyPage(await attempt(reads.findProjects, { as, customerExternalId: 'refused' }))[0]!;
  const remix = {
    as,
    key: key(),
    projectId,
    tiktokVideoId: '7301',
    influencerId: 'inf_00000000-0000-4000-8000-000000000000',
  };
  expect((await failure(starts.remixSlideshow, remix)).details.definite).toBe(true);

  const stranger = new LayersClient({ baseUrl: sandbox.url, apiKey: 'wrong' });
  await expect(stranger.whoami()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await stranger.close();
});
