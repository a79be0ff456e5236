import { aProject, DESCRIPTION, remix, start } from './support';

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
