import { aProject, aSlideshow, remix, start } from './support';

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
