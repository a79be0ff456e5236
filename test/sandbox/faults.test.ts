import type { Rule } from '../../src/sandbox';
import { aProject, aSlideshow, DESCRIPTION, eventually, PROJECT, type Running, start } from './support';

const projects = { method: 'POST', path: '^/v1/projects$' };
const key = { idempotencyKey: 'one-intent' };

async function withRules(...faults: Rule[]) {
  const at = await start({ faults });
  return {
    at,
    create: () => at.post('/v1/projects', PROJECT, key),
    created: () => at.effects('project.created').length,
  };
}

describe('an error', () => {
  test('before the effect', async () => {
    const { create, created } = await withRules({ match: projects, times: 1, action: { kind: 'answer', status: 503 } });
    const first = await create();
    expect([first.status, first.body.error.code, created()]).toEqual([503, 'INTERNAL', 0]);
    expect([(await create()).status, created()]).toEqual([201, 1]);
  });

  test('after the effect, with the true answer under the key', async () => {
    const { create, created } = await withRules({
      match: projects,
      times: 1,
      action: { kind: 'answer', status: 500, when: 'after' },
    });
    expect([(await create()).status, created()]).toEqual([500, 1]);
    expect([(await create()).status, created()]).toEqual([201, 1]);
  });

  test('after the effect, stored under the key', async () => {
    const action = { kind: 'answer', status: 500, when: 'after', store: 'fault' } as const;
    const { create, created } = await withRules({ match: projects, times: 1, action });
    expect([(await create()).status, (await create()).status, created()]).toEqual([500, 500, 1]);
  });

  test('before the effect, stored under the key', async () => {
    const action = { kind: 'answer', status: 500, store: 'fault' } as const;
    const { create, created } = await withRules({ match: projects, times: 1, action });
    expect([(await create()).status, (await create()).status, created()]).toEqual([500, 500, 0]);
  });

  test('after the effect, with nothing under the key: the same key does it again', async () => {
    const action = { kind: 'answer', status: 500, when: 'after', store: 'none' } as const;
    const at = await start({ uniqueCustomerExternalId: false, faults: [{ match: projects, times: 1, action }] });
    await at.post('/v1/projects', PROJECT, key);
    await at.post('/v1/projects', PROJECT, key);
    expect(at.effects('project.created')).toHaveLength(2);
  });
});

describe('a broken connection', () => {
  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('closed %s the effect', async (when, effects) => {
    const { at, create, created } = await withRules({ match: projects, times: 1, action: { kind: 'close', when } });
    await expect(create()).rejects.toThrow();
    expect(created()).toBe(effects);
    expect(at.requests()[0]).toMatchObject({ wire: 'closed', status: null, faults: ['rule-1:close'] });
    expect([(await create()).status, created()]).toEqual([201, 1]);
  });

  test('never answered', async () => {
    const { at, created } = await withRules({ match: projects, times: 1, action: { kind: 'hang', when: 'after' } });
    await expect(at.post('/v1/projects', PROJECT, { ...key, timeoutMs: 100 })).rejects.toThrow(/timeout|aborted/);
    expect(created()).toBe(1);
    expect(at.requests()[0]?.wire).toBe('hung');
  });

  test('held until its rule is removed, before or after the effect', async () => {
    for (const [when, effects] of [
      ['before', 0],
      ['after', 1],
    ] as const) {
      const { at, create, created } = await withRules({ id: 'gate', match: projects, action: { kind: 'hold', when } });
      const answer = create();
      await eventually(() => expect(at.requests()[0]).toMatchObject({ faults: ['gate:hold'], answeredAt: null }));
      if (when === 'after') await eventually(() => expect(created()).toBe(1));
      expect(created()).toBe(effects);
      await at.delete('/_sandbox/faults/gate');
      expect([(await answer).status, created()]).toEqual([201, 1]);
    }
  });

  test('cut short', async () => {
    const { at, create, created } = await withRules({ match: projects, times: 1, action: { kind: 'truncate' } });
    await expect(create()).rejects.toThrow(/terminated|closed/);
    expect([created(), at.requests()[0]?.wire]).toEqual([1, 'truncated']);
    expect((await create()).status).toBe(201);
  });

  test('a page of a proxy', async () => {
    const { create } = await withRules({ match: projects, times: 1, action: { kind: 'html', status: 502 } });
    const answer = await create();
    expect([answer.status, answer.body, answer.headers['content-type']]).toEqual([502, null, 'text/html']);
  });
});

test('keys to one path are forgotten, those to others are not', async () => {
  const { at, create } = await withRules();
  const { id } = (await create()).body;
  const logo = { kind: 'logo', url: 'https://cdn.acmecoffee.com/logo.png' };
  const upload = () => at.post(`/v1/projects/${id}/app-media`, logo, { idempotencyKey: 'logo' });
  await upload();
  await at.post('/_sandbox/faults', {
    match: { path: '/app-media$' },
    times: 1,
    action: { kind: 'forget-answers', of: 'path' },
  });
  await upload();
  expect(at.effects('media.created')).toHaveLength(2);
  expect((await create()).body.id).toBe(id);
});

test('the look at a consent belongs to its customer', async () => {
  const { at } = await withRules({
    match: { path: '/oauth-status/', customerExternalId: '^acme-coffee$' },
    action: { kind: 'answer', status: 503 },
  });
  const projectId = await aProject(at);
  const consent = { platform: 'tiktok', returnUrl: 'https://acmecoffee.com/back' };
  const { state } = (await at.post(`/v1/projects/${projectId}/social/oauth-url`, consent)).body;
  expect((await at.get(`/v1/social/oauth-status/${state}`)).status).toBe(503);
});

test('429 with every form of Retry-After', async () => {
  const forms = [0, 1, 60, { dateIn: 5 }, null];
  const faults = forms.map((retryAfter, index): Rule => ({
    match: { path: '^/v1/whoami$' },
    after: index,
    times: 1,
    action: { kind: 'rate-limit', retryAfter },
  }));
  const { at } = await withRules(...faults);
  const seen: unknown[] = [];
  for (let index = 0; index < forms.length; index++) {
    const { status, body, headers } = await at.get('/v1/whoami');
    expect([status, body.error.code]).toEqual([429, 'RATE_LIMITED']);
    seen.push(headers['retry-after']);
  }
  expect(seen).toEqual(['0', '1', '60', 'Fri, 01 May 2026 12:00:05 GMT', undefined]);
  expect((await at.get('/v1/whoami')).status).toBe(200);
});

describe('jobs', () => {
  const remixPath = (projectId: string) => `/v1/projects/${projectId}/content/slideshow-remix`;
  const rule = (action: Omit<Extract<Rule['action'], { kind: 'job' }>, 'kind'>): Rule => ({
    match: { path: 'slideshow-remix$' },
    after: 1,
    action: { kind: 'job', ...action },
  });

  async function ending(action: Parameters<typeof rule>[0]) {
    const at = await start({ faults: [rule(action)] });
    const { projectId, influencerId } = await aSlideshow(at);
    const { body } = await at.post(remixPath(projectId), { tiktokVideoId: '7301234567890123456', influencerId });
    at.clock.advance(90_000);
    const job = (await at.get(`/v1/jobs/${body.jobId}`)).body;
    const container = (await at.get(`/v1/content/${body.containerIds[0]}`)).body;
    return { job, container };
  }

  test('fail, are cancelled, get stuck', async () => {
    const error = { code: 'MODERATION_BLOCKED', message: 'Unsafe.' };
    const failed = await ending({ outcome: 'failed', error });
    expect([failed.job.status, failed.job.error]).toEqual(['failed', error]);
    expect(failed.container).toMatchObject({ status: 'failed', lastError: error });
    expect((await ending({ outcome: 'canceled' })).container.status).toBe('canceled');
    expect((await ending({ outcome: 'stuck' })).job).toMatchObject({
      status: 'running',
      stage: 'generating_visuals',
      progress: 0.6,
    });
  });

  test('end before their 202 is read', async () => {
    const at = await start({
      faults: [
        rule({ durationMs: 0 }),
        { match: { path: 'slideshow-remix$' }, after: 1, action: { kind: 'delay', ms: 40, when: 'after' } },
      ],
    });
    const { projectId, influencerId } = await aSlideshow(at);
    const answer = at.post(remixPath(projectId), { tiktokVideoId: '7301234567890123456', influencerId });
    await eventually(() => expect(at.effects('content.completed')).toHaveLength(2));
    expect((await answer).body.status).toBe('running');
  });

  test('one kind of the several that a request starts', async () => {
    const at = await start({
      faults: [{ match: projects, action: { kind: 'job', job: 'influencer_create', outcome: 'failed' } }],
    });
    const id = await aProject(at, { appDescription: DESCRIPTION });
    at.clock.advance(270_000);
    const [influencer] = (await at.get(`/v1/projects/${id}/influencers`)).body.items;
    expect(influencer.status).toBe('failed');
    expect((await at.get(`/v1/projects/${id}/keywords`)).body.refreshedAt).not.toBeNull();
  });
});

describe('changes under the feet of a request', () => {
  const whoami = { path: '^/v1/whoami$' };
  const after = async (at: Running) => {
    const { status, body } = await at.get('/v1/whoami');
    return [status, body.error?.code];
  };

  test('the key is revoked, killed, or loses its scope; /_sandbox/keys mends it', async () => {
    const { at } = await withRules(
      { match: whoami, after: 1, times: 1, action: { kind: 'key', revoked: true } },
      { match: whoami, after: 4, times: 1, action: { kind: 'key', killed: true } },
    );
    expect(await after(at)).toEqual([200, undefined]);
    expect(await after(at)).toEqual([401, 'UNAUTHENTICATED']);
    expect(await after(at)).toEqual([401, 'UNAUTHENTICATED']);
    await at.post('/_sandbox/keys', { key: 'lp_test_acme_1', revoked: false });
    expect(await after(at)).toEqual([200, undefined]);
    await at.post('/_sandbox/keys', { key: 'lp_test_acme_1', killed: true });
    expect(await after(at)).toEqual([503, 'KILL_SWITCH']);
    await at.post('/_sandbox/keys', { key: 'lp_test_acme_1', killed: false, scopes: ['projects:write'] });
    const read = await at.get('/v1/projects');
    expect(read.body.error.details).toEqual({ requiredScope: 'projects:read' });
  });

  test('the project is archived, the credits are gone, the keys are forgotten', async () => {
    const at = await start({ uniqueCustomerExternalId: false });
    const { projectId, influencerId } = await aSlideshow(at);
    const path = `/v1/projects/${projectId}/content/slideshow-remix`;
    const body = { tiktokVideoId: '7301234567890123456', influencerId };
    await at.post('/_sandbox/faults', [
      { match: { path: 'slideshow-remix$' }, times: 1, action: { kind: 'credits', balance: 12 } },
      { match: { path: 'slideshow-remix$' }, after: 1, times: 1, action: { kind: 'archive-project' } },
      { match: { path: '^/v1/projects$', method: 'post' }, after: 1, action: { kind: 'forget-answers' } },
    ]);
    expect((await at.post(path, body)).body.error.details).toEqual({ required: 50, available: 12 });
    expect((await at.post(path, body)).body.error.code).toBe('CONFLICT');
    expect((await at.get(`/v1/projects/${projectId}`)).body.status).toBe('archived');
    const [one, two] = [await at.post('/v1/projects', PROJECT, key), await at.post('/v1/projects', PROJECT, key)];
    expect(two.body.id).not.toBe(one.body.id);
  });

  test('a slow request lets the second one with its key wait', async () => {
    const { at, create, created } = await withRules({
      match: projects,
      times: 1,
      action: { kind: 'delay', ms: 60, when: 'during' },
    });
    const [first, second] = await Promise.all([create(), create()]);
    expect([first.text === second.text, created()]).toEqual([true, 1]);
    expect(
      at
        .requests()
        .map(({ replayed }) => replayed)
        .sort(),
    ).toEqual([false, true]);
  });
});

describe('rules', () => {
  test('can count per customer, meet a share, and look at the body', async () => {
    const at = await start({
      tier: 'partner',
      faults: [
        { match: projects, times: 1, perCustomer: true, action: { kind: 'answer', status: 503 } },
        { match: { path: '^/v1/whoami$', probability: 0.3 }, action: { kind: 'answer', status: 500 } },
        { match: { body: '"name":"Cursed' }, action: { kind: 'answer', status: 500 } },
      ],
    });
    const create = async (customerExternalId: string, name = 'Acme') =>
      (await at.post('/v1/projects', { name, timezone: 'UTC', customerExternalId })).status;
    expect([await create('a'), await create('b'), await create('a'), await create('b')]).toEqual([503, 503, 201, 201]);
    expect([await create('c'), await create('c', 'Cursed')]).toEqual([503, 500]);
    const answers = await Promise.all(Array.from({ length: 200 }, () => at.get('/v1/whoami')));
    const failed = answers.filter(({ status }) => status === 500).length;
    expect(failed).toBeGreaterThan(35);
    expect(failed).toBeLessThan(85);
  });

  test('can be bound to a customer, wherever the request names it', async () => {
    const at = await start();
    const mine = await aProject(at, { customerExternalId: 'mine' });
    const other = await aProject(at, { customerExternalId: 'other' });
    await at.post('/_sandbox/behavior', {
      match: { customerExternalId: '^mine$' },
      action: { kind: 'answer', status: 500 },
    });
    expect((await at.get(`/v1/projects/${mine}`)).status).toBe(500);
    expect((await at.get('/v1/projects?customerExternalId=mine')).status).toBe(500);
    expect((await at.get(`/v1/projects/${other}`)).status).toBe(200);
    expect((await at.get('/v1/projects')).status).toBe(200);
  });

  test('are listed, removed, and checked', async () => {
    const at = await start();
    const { status, body } = await at.post('/_sandbox/faults', { id: 'mine', action: { kind: 'close' } });
    expect([status, body.rules[0].id]).toEqual([201, 'mine']);
    expect((await at.get('/_sandbox/faults')).body.rules).toEqual([
      expect.objectContaining({ id: 'mine', matches: 0 }),
    ]);
    expect((await at.delete('/_sandbox/faults/mine')).body).toEqual({ removed: true });
    const wrong = await at.post('/_sandbox/faults', { match: { path: '(' }, action: { kind: 'close' } });
    expect(wrong.status).toBe(422);
    expect(wrong.body.error.message).toContain('regular expression');
    expect((await at.post('/_sandbox/faults', { action: { kind: 'explode' } })).status).toBe(422);
    expect((await at.get('/v1/whoami')).status).toBe(200);
  });
});
