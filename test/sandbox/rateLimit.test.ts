import { aProject, DESCRIPTION, start } from './support';

describe('rate limits', () => {
  test('three buckets per key over a sliding minute', async () => {
    const at = await start({ tier: { reads: 3, writes: 2, starts: 1 } });
    const id = await aProject(at, { customerExternalId: undefined });
    at.clock.advance(20_000);
    await aProject(at, { customerExternalId: undefined });
    const refused = await at.post('/v1/projects', { name: 'Acme', timezone: 'UTC' });
    expect([refused.status, refused.body.error.code]).toEqual([429, 'RATE_LIMITED']);
    // The first of the two leaves the window in 40 seconds.
    expect(refused.headers['retry-after']).toBe('40');
    // Other buckets and other keys are untouched.
    for (let read = 0; read < 3; read++) expect((await at.get(`/v1/projects/${id}`)).status).toBe(200);
    expect((await at.get(`/v1/projects/${id}`)).status).toBe(429);
    expect((await at.post(`/v1/projects/${id}/influencers`)).status).toBe(202);
    expect((await at.post(`/v1/projects/${id}/influencers`)).status).toBe(429);
    expect((await at.get(`/v1/projects/${id}`, undefined, { key: 'lp_test_acme_2' })).status).toBe(200);
    at.clock.advance(40_000);
    expect((await at.post('/v1/projects', { name: 'Acme', timezone: 'UTC' })).status).toBe(201);
    expect((await at.post('/v1/projects', { name: 'Acme', timezone: 'UTC' })).status).toBe(429);
  });

  test('the published tiers', async () => {
    const at = await start({ tier: 'standard' });
    const answers = await Promise.all(Array.from({ length: 121 }, () => at.get('/v1/whoami')));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
    expect((await start({ tier: 'pilot' }).then(({ get }) => get('/v1/whoami'))).body.rateLimitTier).toBe('pilot');
  });

  test('a cap on writes per UTC day', async () => {
    const at = await start({ tier: { writesPerDay: 1 } });
    await aProject(at, { customerExternalId: undefined });
    const refused = await at.post('/v1/projects', { name: 'Acme', timezone: 'UTC' });
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, String(12 * 3600)]);
    at.clock.advance(12 * 3_600_000);
    expect((await at.post('/v1/projects', { name: 'Acme', timezone: 'UTC' })).status).toBe(201);
  });

  test('a cap on running jobs of the organization; what Layers starts by itself does not count', async () => {
    const at = await start({ concurrentJobs: 1 });
    const id = await aProject(at, { appDescription: DESCRIPTION });
    expect((await at.post(`/v1/projects/${id}/influencers`)).status).toBe(202);
    const refused = await at.post(`/v1/projects/${id}/keywords/refresh`, {}, { key: 'lp_test_acme_2' });
    expect([refused.status, refused.body.error.code]).toEqual([429, 'RATE_LIMITED']);
    expect(refused.headers['retry-after']).toBeUndefined();
    at.clock.advance(60_000);
    expect((await at.post(`/v1/projects/${id}/keywords/refresh`)).status).toBe(202);
  });
});
