import { start } from './support';

describe('authentication', () => {
  test('only Bearer counts', async () => {
    const { get } = await start();
    const without = await get('/v1/whoami', undefined, { key: '' });
    expect(without.status).toBe(401);
    expect(without.body.error.code).toBe('UNAUTHENTICATED');
    const legacy = await get('/v1/whoami', undefined, { key: '', headers: { 'x-api-key': 'lp_test_acme_1' } });
    expect(legacy.status).toBe(401);
    expect((await get('/v1/whoami', undefined, { key: 'lp_live_acme_1' })).status).toBe(401);
    expect((await get('/v1/whoami')).status).toBe(200);
  });

  test('keys of one organization differ in their id, keys of two share nothing', async () => {
    const { get, post } = await start();
    const whoami = async (key: string) => (await get('/v1/whoami', undefined, { key })).body;
    const [one, two, other] = [
      await whoami('lp_test_acme_1'),
      await whoami('lp_test_acme_2'),
      await whoami('lp_test_zen_1'),
    ];
    expect(one).toEqual({
      organizationId: expect.stringMatching(/^org_[0-9a-f-]{36}$/),
      workspaceId: expect.any(String),
      organizationName: expect.any(String),
      parentOrganizationId: null,
      scopes: ['*', 'org:admin'],
      rateLimitTier: 'standard',
      apiKeyId: expect.stringMatching(/^key_[0-9a-f-]{36}$/),
      creditBalance: 1_000_000,
    });
    expect(two.organizationId).toBe(one.organizationId);
    expect(two.apiKeyId).not.toBe(one.apiKeyId);
    expect(other.organizationId).not.toBe(one.organizationId);
    const { body } = await post('/v1/projects', { name: 'Acme', timezone: 'UTC' });
    expect((await get(`/v1/projects/${body.id}`, undefined, { key: 'lp_test_acme_2' })).status).toBe(200);
    const foreign = await get(`/v1/projects/${body.id}`, undefined, { key: 'lp_test_zen_1' });
    expect([foreign.status, foreign.body.error.code]).toEqual([404, 'NOT_FOUND']);
  });

  test('registered keys: scopes, kill switch, revocation', async () => {
    const { get, post } = await start({
      keys: [
        { key: 'lp_test_reader_1', scopes: ['projects:read'] },
        { key: 'lp_test_dead_1', killed: true },
        { key: 'lp_test_old_1', revoked: true },
        { key: 'lp_live_real_1', organizationId: 'org_live', apiKeyId: 'key_live' },
      ],
    });
    expect((await get('/v1/projects', undefined, { key: 'lp_test_reader_1' })).status).toBe(200);
    const denied = await post('/v1/projects', { name: 'Acme', timezone: 'UTC' }, { key: 'lp_test_reader_1' });
    expect([denied.status, denied.body.error.code]).toEqual([403, 'FORBIDDEN_SCOPE']);
    expect(denied.body.error.details).toEqual({ requiredScope: 'projects:write' });
    const killed = await get('/v1/whoami', undefined, { key: 'lp_test_dead_1' });
    expect([killed.status, killed.body.error.code, killed.body.error.details]).toEqual([
      503,
      'KILL_SWITCH',
      { scope: 'key' },
    ]);
    expect((await get('/v1/whoami', undefined, { key: 'lp_test_old_1' })).status).toBe(401);
    expect((await get('/v1/whoami', undefined, { key: 'lp_test_unknown_1' })).status).toBe(401);
    expect((await get('/v1/whoami', undefined, { key: 'lp_live_real_1' })).body).toMatchObject({
      organizationId: 'org_live',
      apiKeyId: 'key_live',
    });
  });

  test('X-Layers-Organization acts for a child, with org:admin only', async () => {
    const { get } = await start({ keys: [{ key: 'lp_test_parent_1' }, { key: 'lp_test_plain_1', scopes: ['*'] }] });
    const headers = { 'x-layers-organization': 'org_8f14e45f-ceea-4672-9d8f-000000000001' };
    const parent = await get('/v1/whoami', undefined, { key: 'lp_test_parent_1', headers });
    expect(parent.body.organizationId).toBe(headers['x-layers-organization']);
    expect(parent.body.parentOrganizationId).toMatch(/^org_/);
    const plain = await get('/v1/whoami', undefined, { key: 'lp_test_plain_1', headers });
    expect([plain.status, plain.body.error.code]).toEqual([403, 'FORBIDDEN_SCOPE']);
    const nonsense = await get('/v1/whoami', undefined, {
      key: 'lp_test_parent_1',
      headers: { 'x-layers-organization': 'acme' },
    });
    expect(nonsense.status).toBe(404);
  });
});

describe('every answer', () => {
  test('carries a request id and its bucket; an unknown route answers in the envelope', async () => {
    const { get, post, requests } = await start();
    const unknown = await get('/v1/nothing/here');
    expect(unknown.status).toBe(404);
    expect(unknown.body).toEqual({
      error: { code: 'NOT_FOUND', message: 'Route not found.', requestId: expect.stringMatching(/^req_[0-9A-Z]{26}$/) },
    });
    expect(unknown.headers['x-request-id']).toBe(unknown.body.error.requestId);
    expect(unknown.headers['x-ratelimit-endpoint-class']).toBe('read-light');
    const created = await post('/v1/projects', { name: 'Acme', timezone: 'UTC' });
    expect(created.headers['x-ratelimit-endpoint-class']).toBe('write-light');
    const started = await post(`/v1/projects/${created.body.id}/influencers`);
    expect(started.headers['x-ratelimit-endpoint-class']).toBe('long-running');
    expect(requests().map(({ requestId }) => requestId)).toContain(started.headers['x-request-id']);
  });
});
