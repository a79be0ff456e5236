import { aProject, aSlideshow, DESCRIPTION, remix, start } from './support';

describe('the automatic influencer and keyword bank', () => {
  test('start with the description and follow the clock, without a job id', async () => {
    const at = await start();
    const id = await aProject(at, { appDescription: DESCRIPTION, targetGender: 'male' });
    const status = async () => (await at.get(`/v1/projects/${id}/influencers`)).body.items[0].status;
    expect(await status()).toBe('pending');
    at.clock.advance(20_000);
    expect(await status()).toBe('training');
    at.clock.advance(40_000);
    const { items, nextCursor } = (await at.get(`/v1/projects/${id}/influencers`)).body;
    expect(nextCursor).toBeNull();
    expect(items).toEqual([
      {
        influencerId: expect.stringMatching(/^inf_/),
        name: expect.any(String),
        gender: 'male',
        ageRange: 'young_adult',
        status: 'ready',
        thumbnailUrl: expect.stringMatching(/^http:.*\.svg$/),
        createdAt: '2026-05-01T12:00:00.000Z',
      },
    ]);
    const bank = async () => (await at.get(`/v1/projects/${id}/keywords`)).body;
    expect(await bank()).toEqual({ projectId: id, hashtags: [], refreshedAt: null });
    at.clock.advance(210_000);
    const { hashtags, refreshedAt } = await bank();
    expect(refreshedAt).toBe('2026-05-01T12:04:30.000Z');
    const scores = hashtags.map(({ score }: { score: number }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(Math.min(...scores)).toBeGreaterThanOrEqual(70);
    for (const { data, id: jobId } of at.effects('job.started')) {
      expect(data).toMatchObject({ hidden: true });
      expect((await at.get(`/v1/jobs/${jobId}`)).status).toBe(404);
    }
  });

  test('do not start without it', async () => {
    const at = await start();
    const id = await aProject(at);
    at.clock.advance(600_000);
    expect((await at.get(`/v1/projects/${id}/influencers`)).body.items).toEqual([]);
    expect((await at.get(`/v1/projects/${id}/keywords`)).body.refreshedAt).toBeNull();
    const refused = await at.post(`/v1/projects/${id}/keywords/refresh`);
    expect(refused.body.error).toMatchObject({ code: 'VALIDATION', details: { missingFields: ['appDescription'] } });
  });

  test('a refresh is a job', async () => {
    const at = await start();
    const id = await aProject(at, { appDescription: DESCRIPTION });
    const { status, body } = await at.post(`/v1/projects/${id}/keywords/refresh`, {});
    expect([status, body.status, body.locationUrl]).toEqual([202, 'running', `/v1/jobs/${body.jobId}`]);
    at.clock.advance(270_000);
    expect((await at.get(`/v1/jobs/${body.jobId}`)).body).toMatchObject({
      status: 'completed',
      result: { projectId: id },
    });
  });
});

describe('influencers', () => {
  test('are created by a job, read, patched, cloned and deleted', async () => {
    const at = await start();
    const id = await aProject(at);
    const { status, body } = await at.post(`/v1/projects/${id}/influencers`, {
      gender: 'non_binary',
      prompt: 'barista energy',
    });
    expect(status).toBe(202);
    expect(body).toEqual({
      jobId: expect.stringMatching(/^job_[0-9A-Z]{26}$/),
      kind: 'influencer_create',
      status: 'running',
      influencerId: expect.stringMatching(/^inf_/),
      locationUrl: `/v1/jobs/${body.jobId}`,
    });
    expect((await at.get(`/v1/influencers/${body.influencerId}`)).body).toMatchObject({
      status: 'pending',
      imageUrl: null,
    });
    at.clock.advance(60_000);
    expect((await at.get(`/v1/jobs/${body.jobId}`)).body).toMatchObject({
      status: 'completed',
      finishedAt: expect.any(String),
    });
    expect((await at.get(`/v1/influencers/${body.influencerId}`)).body).toMatchObject({
      projectId: id,
      status: 'ready',
      gender: 'non_binary',
      brandVoice: 'authentic',
      language: 'en',
      errorMessage: null,
      imageUrl: expect.stringContaining('/media/influencers/'),
    });
    expect((await at.patch(`/v1/influencers/${body.influencerId}`, { name: 'Kim' })).body.name).toBe('Kim');
    expect((await at.patch(`/v1/influencers/${body.influencerId}`, {})).status).toBe(422);
    const clone = await at.post(`/v1/influencers/${body.influencerId}/clone`, {
      name: 'Kim II',
      overrides: { ageRange: 'adult' },
    });
    expect((await at.get(`/v1/influencers/${clone.body.influencerId}`)).body).toMatchObject({
      name: 'Kim II',
      ageRange: 'adult',
    });
    expect((await at.delete(`/v1/influencers/${body.influencerId}`)).body.status).toBe('deleted');
    expect((await at.delete(`/v1/influencers/${body.influencerId}`)).status).toBe(404);
  });

  test.each([{ name: 'Kim' }, { gender: 'all' }, { ageRange: 'old' }, { prompt: '' }, { prompt: 'x'.repeat(61) }])(
    'refuse %j',
    async (body) => {
      const at = await start();
      const answer = await at.post(`/v1/projects/${await aProject(at)}/influencers`, body);
      expect([answer.status, answer.body.error.code]).toEqual([422, 'VALIDATION']);
      expect(Object.keys(answer.body.error.details.fieldErrors)).toEqual(Object.keys(body));
    },
  );
});

describe('a generation', () => {
  test('goes through its stages in order and ends in a slideshow', async () => {
    const at = await start();
    const { projectId, influencerId } = await aSlideshow(at);
    const { jobId, containerId } = await remix(at, projectId, influencerId);
    const seen: unknown[] = [];
    for (const share of [0, 0.1, 0.5, 0.85, 0.95]) {
      at.clock.ms = Date.parse((await at.get(`/v1/jobs/${jobId}`)).body.startedAt) + share * 90_000;
      const job = (await at.get(`/v1/jobs/${jobId}`)).body;
      const progress = (await at.get(`/v1/content/${containerId}/progress`)).body;
      expect(job.progress).toBe(share);
      expect(progress.stage).toBe(job.stage);
      seen.push([job.stage, progress.status, progress.etaSeconds]);
    }
    expect(seen).toEqual([
      ['queued', 'queued', 90],
      ['planning', 'processing', 81],
      ['generating_visuals', 'processing', 45],
      ['assembling', 'processing', 14],
      ['finalizing', 'processing', 5],
    ]);
    at.clock.advance(90_000);
    const { assets, preview, ...container } = (await at.get(`/v1/content/${containerId}`)).body;
    expect(container).toMatchObject({
      ...{ id: containerId, projectId, status: 'completed', format: 'slideshow-remix', influencerId },
      ...{
        sourceTiktokId: '7301234567890123456',
        approvalStatus: 'not_required',
        creativeType: 'generated',
        lastError: null,
      },
    });
    expect(container.caption).toContain('Acme Coffee');
    expect(preview).toMatchObject({
      kind: 'slideshow',
      primaryUrl: preview.imageUrls[0],
      thumbnailUrl: preview.imageUrls[0],
    });
    expect(assets.map(({ url }: { url: string }) => url)).toEqual(preview.imageUrls);
    expect((await at.get(`/v1/content/${containerId}/assets/${assets[1].assetId}`)).body).toEqual(assets[1]);
    expect((await at.get(`/v1/jobs/${jobId}`)).body).toMatchObject({ status: 'completed', result: { containerId } });
  });

  test('is readable while it runs, with nothing filled in', async () => {
    const at = await start();
    const { projectId, influencerId } = await aSlideshow(at);
    const { containerId } = await remix(at, projectId, influencerId);
    expect((await at.get(`/v1/content/${containerId}`)).body).toMatchObject({
      preview: null,
      assets: [],
      caption: null,
      completedAt: null,
    });
  });

  test('waits for its influencer, and fails with it', async () => {
    const at = await start();
    const id = await aProject(at);
    const created = await at.post(`/v1/projects/${id}/influencers`);
    const { jobId } = await remix(at, id, created.body.influencerId);
    at.clock.advance(100_000);
    expect((await at.get(`/v1/jobs/${jobId}`)).body).toMatchObject({ status: 'running', stage: 'generating_visuals' });
    at.clock.advance(50_000);
    expect((await at.get(`/v1/jobs/${jobId}`)).body).toMatchObject({
      status: 'completed',
      finishedAt: '2026-05-01T12:02:30.000Z',
    });

    const doomed = await at.post(`/v1/projects/${id}/influencers`);
    const waiting = await remix(at, id, doomed.body.influencerId);
    await at.post(`/v1/jobs/${doomed.body.jobId}/cancel`);
    expect((await at.get(`/v1/jobs/${waiting.jobId}`)).body).toMatchObject({
      status: 'failed',
      error: { code: 'INFLUENCER_FAILED' },
    });
    expect((await at.get(`/v1/content/${waiting.containerId}`)).body).toMatchObject({
      status: 'failed',
      lastError: { code: 'INFLUENCER_FAILED' },
    });
  });

  test('can be cancelled once', async () => {
    const at = await start();
    const { projectId, influencerId, jobId: ended } = await aSlideshow(at);
    const { jobId, containerId } = await remix(at, projectId, influencerId);
    const accepted = await at.post(`/v1/jobs/${jobId}/cancel`);
    expect([accepted.status, accepted.body]).toEqual([202, { jobId, accepted: true }]);
    expect((await at.get(`/v1/content/${containerId}`)).body.status).toBe('canceled');
    const late = await at.post(`/v1/jobs/${ended}/cancel`);
    expect([late.status, late.body]).toEqual([200, { jobId: ended, accepted: false, reason: 'ALREADY_COMPLETED' }]);
  });

  test('job reads know ETags', async () => {
    const at = await start();
    const { jobId } = await aSlideshow(at);
    const first = await at.get(`/v1/jobs/${jobId}`);
    const etag = String(first.headers.etag);
    const same = await at.get(`/v1/jobs/${jobId}`, undefined, { headers: { 'if-none-match': etag } });
    expect([same.status, same.text]).toEqual([304, '']);
    const other = await at.get(`/v1/jobs/${jobId}`, undefined, { headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
  });

  test('checks its actor and its source', async () => {
    const at = await start();
    const { projectId, influencerId } = await aSlideshow(at);
    const path = `/v1/projects/${projectId}/content/slideshow-remix`;
    const tiktokVideoId = '7301234567890123456';
    const attempt = async (body: unknown) => {
      const answer = await at.post(path, body);
      return [answer.status, answer.body.error?.code];
    };
    expect(await attempt({ tiktokVideoId })).toEqual([422, 'VALIDATION']);
    expect(await attempt({ influencerId })).toEqual([422, 'VALIDATION']);
    expect(await attempt({ tiktokVideoId, influencerId, hook: 'no' })).toEqual([422, 'VALIDATION']);
    expect(await attempt({ tiktokVideoId, influencerId, id: 'cnt_mine' })).toEqual([422, 'VALIDATION_FAILED']);
    expect(await attempt({ tiktokVideoId, influencerId: 'inf_00000000-0000-4000-8000-000000000000' })).toEqual([
      404,
      'NOT_FOUND',
    ]);
    expect(await attempt({ tiktokVideoId: '7401234567890123456', influencerId })).toEqual([422, 'NOT_A_SLIDESHOW']);
    expect(at.effects('content.created')).toHaveLength(1);
  });

  test('the list filters by state, format and time, newest first', async () => {
    const at = await start();
    const { projectId, influencerId, containerId: first } = await aSlideshow(at);
    const since = new Date(at.clock.ms).toISOString();
    const { containerId: second } = await remix(at, projectId, influencerId, '7301234567890123457');
    const ids = async (query: string) =>
      (await at.get(`/v1/projects/${projectId}/content?${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await ids('')).toEqual([second, first]);
    expect(await ids('status=completed')).toEqual([first]);
    expect(await ids('status=completed&status=queued&format=slideshow-remix')).toEqual([second, first]);
    expect(await ids('format=video-remix')).toEqual([]);
    expect(await ids(`since=${since}`)).toEqual([second]);
    expect((await at.get(`/v1/projects/${projectId}/content?limit=201`)).status).toBe(422);
  });
});

describe('sources and hooks', () => {
  test('a portfolio of twelve slideshows; a keyword searches live; the limit ends at twenty', async () => {
    const at = await start();
    const id = await aProject(at, { appName: 'Acme Coffee' });
    const path = `/v1/projects/${id}/content/source-recommendations`;
    const { items, nextCursor, source } = (await at.get(`${path}?kind=slideshow`)).body;
    expect([items.length, source, nextCursor]).toEqual([12, 'portfolio', null]);
    expect(items[0]).toEqual({
      tiktokId: expect.stringMatching(/^73\d{17}$/),
      kind: 'slideshow',
      thumbnailUrl: expect.stringContaining('/media/sources/'),
      caption: expect.any(String),
      author: expect.stringMatching(/^@/),
      stats: {
        views: expect.any(Number),
        likes: expect.any(Number),
        comments: expect.any(Number),
        shares: expect.any(Number),
      },
      imageCount: expect.any(Number),
    });
    expect(new Set(items.map(({ tiktokId }: { tiktokId: string }) => tiktokId)).size).toBe(12);
    const again = (await at.get(`${path}?kind=slideshow`)).body.items;
    expect(again).toEqual(items);
    const live = (await at.get(`${path}?kind=slideshow&keyword=morning%20routine`)).body;
    expect([live.source, live.items.length]).toEqual(['live_search', 12]);
    expect(live.items[0].caption).toContain('morning routine');
    const kinds = (await at.get(path)).body.items.map(({ kind }: { kind: string }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['slideshow', 'video']));
    expect((await at.get(`${path}?limit=3`)).body.items).toHaveLength(3);
    expect((await at.get(`${path}?limit=21`)).status).toBe(422);
  });

  test('the portfolio may be empty, wait for the keywords, or hold a video', async () => {
    const recommended = async (at: Awaited<ReturnType<typeof start>>, id: string) =>
      (await at.get(`/v1/projects/${id}/content/source-recommendations?kind=slideshow`)).body.items;
    const empty = await start({ portfolio: 'empty' });
    const id = await aProject(empty);
    expect(await recommended(empty, id)).toEqual([]);
    expect(
      (await empty.get(`/v1/projects/${id}/content/source-recommendations?keyword=coffee`)).body.items,
    ).not.toEqual([]);

    const late = await start({ portfolio: 'after-keywords' });
    const waiting = await aProject(late, { appDescription: DESCRIPTION });
    expect(await recommended(late, waiting)).toEqual([]);
    late.clock.advance(270_000);
    expect(await recommended(late, waiting)).toHaveLength(12);

    const tricky = await start({ portfolio: 'tricky' });
    const { projectId, influencerId } = await aSlideshow(tricky);
    const [first, second] = await recommended(tricky, projectId);
    const path = `/v1/projects/${projectId}/content/slideshow-remix`;
    const refused = await tricky.post(path, { tiktokVideoId: first.tiktokId, influencerId });
    expect(refused.body.error.code).toBe('NOT_A_SLIDESHOW');
    expect((await tricky.post(path, { tiktokVideoId: second.tiktokId, influencerId })).status).toBe(202);
  });

  test('hooks need a name and a description', async () => {
    const at = await start();
    const id = await aProject(at);
    const refused = await at.get(`/v1/projects/${id}/content/hooks`);
    expect(refused.body.error.details).toEqual({ missingFields: ['appName', 'appDescription'] });
    await at.patch(`/v1/projects/${id}`, { appName: 'Acme Coffee', appDescription: DESCRIPTION });
    const { hooks } = (await at.get(`/v1/projects/${id}/content/hooks`)).body;
    expect(hooks).toHaveLength(20);
    expect(hooks[0]).toContain('\\n');
  });
});

test('speed divides durations that are not given', async () => {
  const at = await start({ speed: 10, durations: { mediaMs: 0, contentMs: 500 } });
  const id = await aProject(at, { appDescription: DESCRIPTION });
  at.clock.advance(6_000);
  const [influencer] = (await at.get(`/v1/projects/${id}/influencers`)).body.items;
  expect(influencer.status).toBe('ready');
  const { jobId } = await remix(at, id, influencer.influencerId);
  at.clock.advance(500);
  expect((await at.get(`/v1/jobs/${jobId}`)).body.status).toBe('completed');
});
