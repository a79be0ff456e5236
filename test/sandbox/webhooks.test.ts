import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { aProject, anAccount, aSlideshow, eventually, remix, type Running, start } from './support';

interface Received {
  headers: IncomingHttpHeaders;
  raw: string;
  event: { id: string; type: string; data: Record<string, unknown>; replayOf?: string };
}

let server: Server;
let url: string;
let received: Received[];
let status: number;

beforeEach(async () => {
  received = [];
  status = 200;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      received.push({ headers: request.headers, raw, event: JSON.parse(raw) });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const types = () => received.map(({ event }) => event.type);

function verifies({ headers, raw }: Received, secret: string): boolean {
  const [t, ...macs] = String(headers['x-layers-signature']).split(',');
  const expected = createHmac('sha256', secret)
    .update(`${t?.slice(2)}.${raw}`)
    .digest('hex');
  return macs.includes(`v1=${expected}`);
}

const register = async (at: Running, events: string[], more: Record<string, unknown> = {}) =>
  (await at.post('/v1/webhook-endpoints', { url, events, ...more })).body;

describe('deliveries', () => {
  test('tell of jobs, content and posts, signed', async () => {
    const at = await start();
    const events = ['job.completed', 'content.generated', 'post.scheduled', 'post.published', 'post.canceled'];
    const { endpoint, signingSecret } = await register(at, events);
    expect(endpoint).toMatchObject({ url, status: 'active', events, apiVersion: 'v1', consecutiveFailureCount: 0 });
    const { jobId, containerId, projectId } = await aSlideshow(at);
    await at.get('/v1/whoami');
    await eventually(() => expect(types().sort()).toEqual(['content.generated', 'job.completed']));
    const completed = received.find(({ event }) => event.type === 'job.completed') as Received;
    expect(completed.event).toEqual({
      id: expect.stringMatching(/^evt_[0-9A-Z]{26}$/),
      type: 'job.completed',
      data: { jobId, kind: 'content_generate', result: { containerId, assets: expect.any(Array) } },
    });
    expect(completed.headers['x-layers-event-id']).toBe(completed.event.id);
    expect(verifies(completed, signingSecret)).toBe(true);
    expect(verifies(completed, 'whsec_other')).toBe(false);

    const socialAccountId = await anAccount(at, projectId);
    const targets = [{ socialAccountId, mode: 'publish' }];
    await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor: '2026-05-02T12:00:00Z', targets });
    at.clock.ms = Date.parse('2026-05-02T12:01:00Z');
    await at.get('/v1/whoami');
    await eventually(() => expect(types()).toEqual(expect.arrayContaining(['post.scheduled', 'post.published'])));
    // The automatic influencer and keyword bank are told to nobody.
    expect(types().filter((type) => type.startsWith('job.'))).toEqual(['job.completed']);
  });

  test('come by themselves when a job ends: nobody has to look', async () => {
    const at = await start({
      now: Date.now,
      durations: { mediaMs: 0, influencerMs: 30, keywordsMs: 30 },
      webhook: { url, secret: 's' },
    });
    const id = await aProject(at);
    await at.post(`/v1/projects/${id}/influencers`);
    await eventually(() => expect(types()).toEqual(['job.completed']));
    expect(verifies(received[0] as Received, 's')).toBe(true);
  });

  test('are repeated under the same event id until they are taken, and logged', async () => {
    const at = await start({ speed: 1_000 });
    const { endpoint } = await register(at, ['social_account.needs_reauth']);
    status = 500;
    const account = await anAccount(at, await aProject(at));
    await at.patch(`/_sandbox/accounts/${account}`, { status: 'reauth_required' });
    await eventually(() => expect(received.length).toBeGreaterThanOrEqual(2));
    status = 204;
    const log = async () => (await at.get(`/v1/webhook-endpoints/${endpoint.id}/deliveries`)).body.items;
    await eventually(async () =>
      expect((await log())[0]).toMatchObject({ status: 'delivered', lastResponseStatus: 204 }),
    );
    expect(new Set(received.map(({ event }) => event.id)).size).toBe(1);
    expect((await log())[0].attempts).toBe(received.length);
    expect((await log())[0].body).toBeUndefined();
  });

  test('stop after twenty failures in a row, until the endpoint is made active again', async () => {
    const at = await start({ speed: 1e9 });
    const { endpoint } = await register(at, ['social_account.needs_reauth']);
    status = 500;
    const account = await anAccount(at, await aProject(at));
    for (let round = 0; round < 3; round++)
      await at.patch(`/_sandbox/accounts/${account}`, { status: 'reauth_required' });
    await eventually(() => expect(at.sandbox.state.webhookEndpoints[endpoint.id]?.status).toBe('auto_paused'));
    expect((await at.get(`/v1/webhook-endpoints/${endpoint.id}`)).body.consecutiveFailureCount).toBeGreaterThanOrEqual(
      20,
    );
    const resumed = await at.patch(`/v1/webhook-endpoints/${endpoint.id}`, { status: 'active' });
    expect(resumed.body).toMatchObject({ status: 'active', consecutiveFailureCount: 0 });
  });

  test('are lost, doubled, late, forged and stale where rules say so', async () => {
    const at = await start();
    const { signingSecret } = await register(at, ['social_account.needs_reauth']);
    const account = await anAccount(at, await aProject(at));
    const with_ = async (how: string, count: number, ms?: number) => {
      received = [];
      const { body } = await at.post('/_sandbox/faults', {
        match: { path: '^social_account' },
        action: { kind: 'webhook', how, ms },
      });
      await at.patch(`/_sandbox/accounts/${account}`, { status: 'reauth_required' });
      await eventually(() => expect(received).toHaveLength(count));
      await at.delete(`/_sandbox/faults/${body.rules[0].id}`);
      return received;
    };
    const doubled = await with_('double', 2);
    expect(doubled[0]?.event).toEqual(doubled[1]?.event);
    const forged = await with_('forge', 2);
    expect(forged.map((one) => verifies(one, signingSecret)).sort()).toEqual([false, true]);
    const stale = await with_('stale', 2);
    const times = stale.map(({ headers }) => Number(/^t=(\d+)/.exec(String(headers['x-layers-signature']))?.[1]));
    expect(Math.abs((times[0] ?? 0) - (times[1] ?? 0))).toBe(600);
    expect(stale.every((one) => verifies(one, signingSecret))).toBe(true);
    const startedAt = performance.now();
    await with_('late', 1, 80);
    expect(performance.now() - startedAt).toBeGreaterThan(75);
    await with_('lose', 0);
    expect((await at.get('/_sandbox/state')).body.deliveries).toEqual(
      expect.objectContaining({
        [Object.keys(at.sandbox.state.deliveries).at(-1) ?? '']: expect.objectContaining({ status: 'abandoned' }),
      }),
    );
  });
});

describe('endpoints', () => {
  test('check their address and events', async () => {
    const at = await start();
    const attempt = async (body: unknown) => (await at.post('/v1/webhook-endpoints', body)).status;
    const events = ['job.completed'];
    expect(await attempt({ url: 'https://hooks.acme.example/layers', events })).toBe(201);
    expect(await attempt({ url: 'http://hooks.acme.example/layers', events })).toBe(422);
    expect(await attempt({ url: 'https://10.0.0.1/layers', events })).toBe(422);
    expect(await attempt({ url: 'nonsense', events })).toBe(422);
    expect(await attempt({ url, events: [] })).toBe(422);
    expect(await attempt({ url, events: ['credits.low'] })).toBe(422);
    expect((await at.get('/v1/webhook-endpoints')).body.items).toHaveLength(1);
  });

  test('hear of their own organization and project only; a parent may hear of its children', async () => {
    const at = await start();
    const events = ['job.canceled'];
    const [mine, other] = [await aProject(at), await aProject(at, { customerExternalId: 'other' })];
    await register(at, events, { projectId: mine });
    await at.post('/v1/webhook-endpoints', { url, events }, { key: 'lp_test_zen_1' });
    const cancelOne = async (projectId: string, headers = {}) => {
      const { body } = await at.post(`/v1/projects/${projectId}/influencers`, {}, { headers });
      await at.post(`/v1/jobs/${body.jobId}/cancel`, {}, { headers });
      return body.jobId as string;
    };
    await cancelOne(other);
    const heard = await cancelOne(mine);
    await eventually(() => expect(received.map(({ event }) => event.data.jobId)).toEqual([heard]));

    received = [];
    await register(at, events, { scope: 'all_children' });
    const headers = { 'x-layers-organization': 'org_8f14e45f-ceea-4672-9d8f-000000000001' };
    const child = (await at.post('/v1/projects', { name: 'Child', timezone: 'UTC' }, { headers })).body.id;
    await cancelOne(child, headers);
    await eventually(() =>
      expect(received.map(({ event }) => event.data.organizationId)).toEqual([headers['x-layers-organization']]),
    );
  });

  test('rotate their secret with an overlap, ping, and replay under a new id', async () => {
    const at = await start();
    const { endpoint, signingSecret } = await register(at, ['test.ping']);
    const path = `/v1/webhook-endpoints/${endpoint.id}`;
    const rotated = (await at.post(`${path}/rotate-secret`)).body;
    expect(rotated.previousSecretExpiresAt).toBe('2026-05-02T12:00:00.000Z');
    const { deliveryId, eventId } = (await at.post(`${path}/test`, { payload: { hello: 1 } })).body;
    await eventually(() => expect(received).toHaveLength(1));
    const [ping] = received as [Received];
    expect(ping.event).toEqual({ id: eventId, type: 'test.ping', data: { hello: 1 } });
    expect([verifies(ping, signingSecret), verifies(ping, rotated.signingSecret)]).toEqual([true, true]);

    at.clock.advance(24 * 3_600_000);
    await at.post(`/v1/webhook-deliveries/${deliveryId}/replay`);
    await eventually(() => expect(received).toHaveLength(2));
    const [, again] = received as [Received, Received];
    expect(again.event).toMatchObject({ data: { hello: 1 }, replayOf: deliveryId });
    expect(again.event.id).not.toBe(eventId);
    expect([verifies(again, signingSecret), verifies(again, rotated.signingSecret)]).toEqual([false, true]);
    expect((await at.delete(path)).body.deleted).toBe(true);
    expect((await at.get(path)).status).toBe(404);
  });

  test('approval and consent are told as well', async () => {
    const at = await start({ webhook: { url, secret: 's' } });
    const { projectId, influencerId } = await aSlideshow(at);
    await at.patch(`/v1/projects/${projectId}/content-review-policy`, { policy: 'review_all' });
    for (const decision of ['approve', 'reject']) {
      const { containerId } = await remix(at, projectId, influencerId);
      at.clock.advance(90_000);
      await at.post(`/v1/content/${containerId}/${decision}`, decision === 'reject' ? { reason: 'no' } : {});
    }
    const { body } = await at.post(`/v1/projects/${projectId}/social/oauth-url`, {
      platform: 'tiktok',
      returnUrl: 'https://a.example/',
    });
    const form = `state=${body.state}&decision=allow&handle=%40acme`;
    await at.post('/oauth/authorize', form, { headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    await eventually(() =>
      expect(types()).toEqual(
        expect.arrayContaining(['content.approved', 'content.rejected', 'social_account.connected']),
      ),
    );
    const connected = received.find(({ event }) => event.type === 'social_account.connected');
    expect(connected?.event.data).toMatchObject({ platform: 'tiktok', displayName: '@acme' });
  });
});
