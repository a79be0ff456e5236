import { aProject, DESCRIPTION, PROJECT, remix, start } from './support';

describe('POST /v1/projects', () => {
  test('answers with the documented record', async () => {
    const { post } = await start();
    const { status, body } = await post('/v1/projects', { ...PROJECT, metadata: { plan: 'pro' } });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^prj_[0-9a-f]{8}-[0-9a-f]{4}-4/),
      organizationId: expect.stringMatching(/^org_/),
      name: 'Acme Coffee',
      status: 'active',
      customerExternalId: 'acme-coffee',
      timezone: 'America/Los_Angeles',
      primaryLanguage: 'en',
      ownerEmail: 'owner@example.com',
      appName: null,
      appDescription: null,
      tagline: null,
      brandVoice: 'authentic',
      targetGender: null,
      platformIosBundleId: null,
      platformAndroidBundleId: null,
      platformWebDomain: null,
      ingestState: { github: null, website: null, appstore: null },
      metadata: { plan: 'pro' },
      createdAt: expect.stringMatching(/^2026-05-01T12:00:00\.\d{6}\+00:00$/),
      updatedAt: body.createdAt,
    });
  });

  test.each([
    ['name', { name: 'ab' }],
    ['name', { name: 'x'.repeat(31) }],
    ['timezone', { timezone: 'Mars/Olympus' }],
    ['timezone', { timezone: '+02:00' }],
    ['primaryLanguage', { primaryLanguage: 'not a language' }],
    ['ownerEmail', { ownerEmail: 'nobody' }],
    ['appName', { appName: 'ab' }],
    ['appDescription', { appDescription: 'too short' }],
    ['tagline', { tagline: 'x'.repeat(81) }],
    ['brandVoice', { brandVoice: 'shouting' }],
    ['targetGender', { targetGender: 'non_binary' }],
    ['metadata', { metadata: { big: 'x'.repeat(8 * 1024) } }],
    ['surprise', { surprise: true }],
  ])('refuses a bad %s', async (field, change) => {
    const { post, effects } = await start();
    const { status, body } = await post('/v1/projects', { ...PROJECT, ...change });
    expect([status, body.error.code]).toEqual([422, 'VALIDATION']);
    expect(Object.keys(body.error.details.fieldErrors)).toEqual([field]);
    expect(effects()).toEqual([]);
  });

  test('refuses a client id, broken JSON and a body that is no object', async () => {
    const { post } = await start();
    const withId = await post('/v1/projects', { ...PROJECT, id: 'prj_mine' });
    expect([withId.status, withId.body.error.code]).toEqual([422, 'VALIDATION_FAILED']);
    expect((await post('/v1/projects', '{"name":')).body.error.code).toBe('VALIDATION');
    expect((await post('/v1/projects', [])).status).toBe(422);
  });

  test('a handle is used once per organization, also while archived', async () => {
    const at = await start();
    const id = await aProject(at);
    const again = await at.post('/v1/projects', PROJECT);
    expect([again.status, again.body.error.code]).toEqual([409, 'CONFLICT']);
    await at.delete(`/v1/projects/${id}`);
    expect((await at.post('/v1/projects', PROJECT)).status).toBe(409);
    expect((await at.post('/v1/projects', PROJECT, { key: 'lp_test_zen_1' })).status).toBe(201);
  });

  test('may be told to let handles repeat', async () => {
    const at = await start({ uniqueCustomerExternalId: false });
    await aProject(at);
    await aProject(at);
    expect((await at.get('/v1/projects?customerExternalId=acme-coffee')).body.items).toHaveLength(2);
  });
});

describe('GET /v1/projects', () => {
  test('filters, pages newest first, and hides what is archived', async () => {
    const at = await start();
    const ids: string[] = [];
    for (const handle of ['a', 'b', 'c', 'd', 'e'])
      ids.push(await aProject(at, { customerExternalId: handle, name: `Brand ${handle}` }));
    const found = await at.get('/v1/projects?customerExternalId=c');
    expect(found.body.items).toEqual([
      expect.objectContaining({ id: ids[2], name: 'Brand c', status: 'active', timezone: PROJECT.timezone }),
    ]);
    expect((await at.get('/v1/projects?search=BRAND%20d')).body.items).toHaveLength(1);

    const first = await at.get('/v1/projects?limit=2');
    const second = await at.get(`/v1/projects?limit=2&cursor=${first.body.nextCursor}`);
    const third = await at.get(`/v1/projects?limit=2&cursor=${second.body.nextCursor}`);
    const shown = [...first.body.items, ...second.body.items, ...third.body.items].map(({ id }) => id);
    expect(shown).toEqual([...ids].reverse());
    expect(third.body.nextCursor).toBeNull();

    await at.delete(`/v1/projects/${ids[2]}`);
    expect((await at.get('/v1/projects?customerExternalId=c')).body.items).toEqual([]);
    expect((await at.get('/v1/projects?customerExternalId=c&status=archived')).body.items).toHaveLength(1);
  });

  test.each(['limit=0', 'limit=201', 'limit=many', 'cursor=bogus', 'status=lost', 'unknown=1'])(
    'refuses ?%s',
    async (query) => {
      const { get } = await start();
      const { status, body } = await get(`/v1/projects?${query}`);
      expect([status, body.error.code]).toEqual([422, 'VALIDATION']);
    },
  );
});

describe('GET, PATCH and DELETE /v1/projects/:id', () => {
  test('reads by prefixed id and bare uuid, refuses a malformed one', async () => {
    const at = await start();
    const id = await aProject(at, { appName: 'Acme Coffee' });
    const full = await at.get(`/v1/projects/${id}`);
    expect(full.body).toMatchObject({ id, brandContext: { appName: 'Acme Coffee', keywords: [] } });
    expect((await at.get(`/v1/projects/${id.slice(4)}`)).body.id).toBe(id);
    expect((await at.get('/v1/projects/prj_nonsense')).status).toBe(422);
    expect((await at.get('/v1/projects/prj_00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });

  test('patches what may be patched and answers read-only fields with 400', async () => {
    const at = await start();
    const id = await aProject(at, { appName: 'Acme Coffee' });
    at.clock.advance(1_000);
    const { status, body } = await at.patch(`/v1/projects/${id}`, {
      tagline: 'Never run out.',
      appName: null,
      metadata: { a: 1 },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ tagline: 'Never run out.', appName: null, metadata: { a: 1 }, name: 'Acme Coffee' });
    expect(Date.parse(body.updatedAt)).toBeGreaterThan(Date.parse(body.createdAt));
    const readOnly = await at.patch(`/v1/projects/${id}`, { organizationId: 'org_x' });
    expect([readOnly.status, readOnly.body.error.code]).toEqual([400, 'VALIDATION']);
    expect((await at.patch(`/v1/projects/${id}`, { nope: 1 })).status).toBe(422);
    await aProject(at, { customerExternalId: 'taken' });
    expect((await at.patch(`/v1/projects/${id}`, { customerExternalId: 'taken' })).status).toBe(409);
    expect((await at.patch(`/v1/projects/${id}`, { customerExternalId: 'acme-coffee' })).status).toBe(200);
  });

  test('a changed description restarts the keyword research, the same one does not', async () => {
    const at = await start();
    const id = await aProject(at, { appDescription: DESCRIPTION });
    await at.patch(`/v1/projects/${id}`, { appDescription: DESCRIPTION });
    expect(at.effects('job.started')).toHaveLength(2);
    await at.patch(`/v1/projects/${id}`, { appDescription: `${DESCRIPTION} Now in Berlin.` });
    expect(at.effects('job.started')).toHaveLength(3);
  });

  test('archiving cancels what runs, stays repeatable, refuses new work, and can be undone', async () => {
    const at = await start();
    const id = await aProject(at, { appDescription: DESCRIPTION });
    at.clock.advance(60_000);
    const influencerId = (await at.get(`/v1/projects/${id}/influencers`)).body.items[0].influencerId;
    const { containerId, jobId } = await remix(at, id, influencerId);
    const archived = await at.delete(`/v1/projects/${id}`);
    expect(archived.body).toEqual({
      id,
      status: 'archived',
      archivedAt: '2026-05-01T12:01:00.000Z',
      canceledScheduledPosts: 0,
    });
    expect((await at.get(`/v1/content/${containerId}`)).body.status).toBe('canceled');
    expect((await at.get(`/v1/jobs/${jobId}`)).body.status).toBe('canceled');
    const refused = await at.post(`/v1/projects/${id}/content/slideshow-remix`, {
      tiktokVideoId: '7301234567890123456',
      influencerId,
    });
    expect([refused.status, refused.body.error.code]).toEqual([409, 'CONFLICT']);
    at.clock.advance(5_000);
    expect((await at.delete(`/v1/projects/${id}`)).body.archivedAt).toBe('2026-05-01T12:01:05.000Z');
    expect((await at.patch(`/v1/projects/${id}`, { status: 'active' })).body.status).toBe('active');
    await remix(at, id, influencerId);
  });
});
