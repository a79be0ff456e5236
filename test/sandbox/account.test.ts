import { aProject, aSlideshow, remix, start } from './support';

describe('credits', () => {
  test('are held while a generation runs, spent when it completes, free again when it does not', async () => {
    const at = await start({ credits: 120 });
    const credits = async () => {
      const { balance, available, reservedCredits, usedThisPeriod } = (await at.get('/v1/credits')).body;
      return { balance, available, reservedCredits, usedThisPeriod };
    };
    const { projectId, influencerId } = await aSlideshow(at);
    expect(await credits()).toEqual({ balance: 70, available: 70, reservedCredits: 0, usedThisPeriod: 50 });
    const { jobId } = await remix(at, projectId, influencerId);
    expect(await credits()).toEqual({ balance: 70, available: 20, reservedCredits: 50, usedThisPeriod: 50 });
    const path = `/v1/projects/${projectId}/content/slideshow-remix`;
    const refused = await at.post(path, { tiktokVideoId: '7301234567890123456', influencerId });
    expect([refused.status, refused.body.error.code]).toEqual([402, 'BILLING_EXHAUSTED']);
    expect(refused.body.error.details).toEqual({ required: 50, available: 20 });
    await at.post(`/v1/jobs/${jobId}/cancel`);
    expect(await credits()).toEqual({ balance: 70, available: 70, reservedCredits: 0, usedThisPeriod: 50 });
    await at.post('/_sandbox/credits', { add: 30 });
    expect((await credits()).balance).toBe(100);
    expect((await at.get('/v1/whoami')).body.creditBalance).toBe(100);
    expect((await at.get('/v1/credits')).body.estimatedCreditsPerFormat.slideshow_remix).toBe(50);
  });
});

test('the audit log has one event per request of the organization, newest first', async () => {
  const at = await start();
  const id = await aProject(at);
  await at.get(`/v1/projects/${id}`);
  await at.get('/v1/whoami', undefined, { key: 'lp_test_zen_1' });
  const { items, nextCursor } = (await at.get('/v1/audit-log?limit=1')).body;
  expect(items).toEqual([
    expect.objectContaining({
      eventType: 'api.request',
      projectId: id,
      requestId: at.requests()[1]?.requestId,
      data: { method: 'GET', path: `/v1/projects/${id}`, status: 200 },
    }),
  ]);
  const next = (await at.get(`/v1/audit-log?limit=1&cursor=${nextCursor}`)).body;
  expect(next.items[0].data.path).toBe('/v1/projects');
  const all = (await at.get('/v1/audit-log')).body.items as { data: { path: string } }[];
  expect(all.map(({ data }) => data.path)).not.toContain('/v1/whoami');
});
