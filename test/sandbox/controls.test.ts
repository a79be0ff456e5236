import { request } from 'undici';
import { aProject, eventually, start, type Running } from './support';

/** A request as a browser or a program sends it to the controls. */
async function control(
  at: Running,
  method: 'GET' | 'POST',
  path: string,
  headers: Record<string, string>,
  body?: string,
) {
  const answer = await request(`${at.sandbox.url}/_sandbox${path}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
  });
  const text = await answer.body.text();
  return { status: answer.statusCode, text };
}

const rule = JSON.stringify({ action: { kind: 'close' } });

describe('pages of other sites', () => {
  test.each([
    [
      'a form',
      '/reset',
      { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
      'a=1',
    ],
    ['a form as text', '/faults', { origin: 'https://evil.example', 'content-type': 'text/plain' }, rule],
    ['text without an origin', '/faults', { 'content-type': 'text/plain' }, rule],
    ['an opaque origin', '/reset', { origin: 'null' }, undefined],
    ['JSON of another port', '/faults', { origin: 'http://127.0.0.1:1', 'content-type': 'application/json' }, rule],
    ['a browser that says so', '/reset', { 'sec-fetch-site': 'cross-site' }, undefined],
    ['a name of their own', '/reset', { host: 'evil.example' }, undefined],
  ])('cannot steer the sandbox: %s', async (_, path, headers, body) => {
    const at = await start();
    await aProject(at);
    const { status, text } = await control(at, 'POST', path, headers as Record<string, string>, body);
    expect([status, JSON.parse(text).error.message]).toEqual([
      403,
      expect.stringMatching(/Origin|Content-Type|Sec-Fetch-Site|Host/),
    ]);
    expect(at.effects('project.created')).toHaveLength(1);
    expect((await at.get('/_sandbox/faults')).body.rules).toEqual([]);
  });

  test('cannot read it under a name of their own', async () => {
    const at = await start();
    for (const path of ['/state', '/ledger', '/summary'])
      expect((await control(at, 'GET', path, { host: 'evil.example' })).status).toBe(403);
  });
});

test.each(['127.0.0.1:4010', 'localhost', '[::1]:4010', 'sandbox:4010', '10.1.2.3'])(
  'programs reach it as %s',
  async (host) => {
    const at = await start();
    expect((await control(at, 'GET', '/summary', { host })).status).toBe(200);
    const origin = `http://${host}`;
    const headers = { host, origin, 'content-type': 'application/json; charset=utf-8' };
    expect((await control(at, 'POST', '/faults', headers, rule)).status).toBe(201);
  },
);

test('its public name is its own', async () => {
  const at = await start({ publicUrl: 'https://sandbox.acme.dev' });
  expect((await control(at, 'POST', '/reset', { host: 'sandbox.acme.dev' })).status).toBe(200);
});

test('ids that every object has name nothing', async () => {
  const at = await start();
  const change = { status: 'reauth_required' };
  for (const id of ['__proto__', 'constructor', 'toString'])
    expect((await at.patch(`/_sandbox/accounts/${id}`, change)).status).toBe(422);
  expect(({} as { status?: string }).status).toBeUndefined();
  expect((await at.post('/_sandbox/scenario', { name: 'constructor' })).status).toBe(422);
  expect((await at.get('/v1/jobs/__proto__')).status).toBe(404);
});

describe('a rule', () => {
  test('whose expression never ends meets nothing, and says so', async () => {
    const lines: string[] = [];
    const at = await start({ log: (line) => lines.push(line) });
    const match = { body: '"name":"(a+)+$' };
    await at.post('/_sandbox/faults', { id: 'slow', match, action: { kind: 'answer', status: 500 } });
    const begun = Date.now();
    const { status } = await at.post('/v1/projects', { name: 'a'.repeat(30), timezone: 'UTC' });
    expect([status, Date.now() - begun < 5_000]).toEqual([201, true]);
    expect(lines).toEqual([expect.stringContaining('slow: the expression "name":"(a+)+$ takes too long')]);
  });

  test('whose expression is merely complicated is met as before', async () => {
    const at = await start();
    await at.post('/_sandbox/faults', {
      match: { path: '^/v1/(projects|jobs)/[^/]+/(content|influencers)(/.*)*$' },
      action: { kind: 'answer', status: 503 },
    });
    const id = await aProject(at);
    expect((await at.get(`/v1/projects/${id}/influencers`)).status).toBe(503);
    expect((await at.get(`/v1/projects/${id}`)).status).toBe(200);
  });

  test.each([
    ['delays without end', { action: { kind: 'delay', ms: 1e15 } }],
    ['delays webhooks without end', { action: { kind: 'webhook', how: 'late', ms: 1e15 } }],
    ['has an endless expression', { match: { path: 'a'.repeat(1_001) }, action: { kind: 'close' } }],
  ])('that %s is refused', async (_, refused) => {
    const at = await start();
    expect((await at.post('/_sandbox/faults', refused)).status).toBe(422);
  });
});

test('what is held is let go by a reset', async () => {
  const at = await start();
  await at.post('/_sandbox/faults', { match: { path: '^/v1/whoami$' }, action: { kind: 'hold' } });
  const answer = at.get('/v1/whoami');
  await eventually(() => expect(at.requests()).toHaveLength(1));
  await at.post('/_sandbox/reset');
  expect((await answer).status).toBe(200);
});
