import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { aProject, anAccount, aSlideshow, DESCRIPTION, PROJECT, start } from './support';

describe('the ledger', () => {
  test('says who asked for what and what came of it', async () => {
    const at = await start();
    const id = await aProject(at, { appDescription: DESCRIPTION });
    await at.get('/v1/nowhere?x=1', undefined, { key: '' });
    const [created, refused] = at.requests();
    expect(created).toMatchObject({
      ...{ seq: 1, method: 'POST', path: '/v1/projects', endpoint: 'POST /v1/projects', class: 'write-light' },
      ...{ apiKeyId: expect.stringMatching(/^key_/), organizationId: expect.stringMatching(/^org_/), status: 201 },
      ...{ at: '2026-05-01T12:00:00.000Z', answeredAt: '2026-05-01T12:00:00.000Z', wire: 'answered', replayed: false },
      ...{ bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/), idempotencyKey: null, retryAfter: null, faults: [] },
    });
    expect(refused).toMatchObject({
      endpoint: null,
      apiKeyId: null,
      status: 401,
      code: 'UNAUTHENTICATED',
      query: 'x=1',
    });
    const effects = at.effects();
    expect(effects.map(({ effect }) => effect)).toEqual([
      'project.created',
      'job.started',
      'job.started',
      'influencer.created',
    ]);
    for (const effect of effects)
      expect(effect).toMatchObject({ projectId: id, customerExternalId: 'acme-coffee', requestId: created?.requestId });
    expect(created?.effects).toHaveLength(4);
    at.clock.advance(60_000);
    await at.get('/v1/whoami');
    // What time alone does carries the time at which it fell due and no request.
    expect(at.effects('influencer.ready')[0]).toMatchObject({ at: '2026-05-01T12:01:00.000Z', requestId: null });
  });

  test('is read over HTTP, whole, by type, or from a point on; so are summary and state', async () => {
    const at = await start();
    const { projectId, containerId } = await aSlideshow(at);
    const socialAccountId = await anAccount(at, projectId);
    const body = { scheduledFor: '2026-05-02T12:00:00Z', targets: [{ socialAccountId, mode: 'publish' }] };
    await at.post(`/v1/content/${containerId}/schedule`, body);
    const http = async (path: string) => (await at.get(`/_sandbox/${path}`, undefined, { key: '' })).body;
    const { entries } = await http('ledger');
    expect(entries).toEqual(JSON.parse(JSON.stringify(at.sandbox.ledger())));
    const last = entries.at(-1).seq;
    await at.get('/v1/whoami');
    expect((await http(`ledger?since=${last}`)).entries).toHaveLength(1);
    const types = (await http('ledger?type=effect')).entries.map(({ type }: { type: string }) => type);
    expect(new Set(types)).toEqual(new Set(['effect']));
    expect(await http('summary')).toMatchObject({
      projects: { active: 1 },
      influencers: { ready: 1 },
      containers: { completed: 1 },
      posts: { alive: 1, canceled: 0 },
      requests: { byClass: { 'long-running': 1 }, rateLimited: 0, replayed: 0, unanswered: 0 },
    });
    expect(Object.keys((await http('state')).projects)).toEqual([projectId]);
  });

  test('a reset forgets everything', async () => {
    const at = await start();
    await aProject(at);
    await at.post('/_sandbox/reset');
    expect(at.sandbox.ledger()).toEqual([]);
    await aProject(at);
    at.sandbox.reset();
    expect(at.sandbox.state.projects).toEqual({});
  });
});

describe('a snapshot', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'sandbox-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('lets a restarted sandbox go on: ids, keys, jobs, posts, ledger', async () => {
    const dataFile = join(folder, 'state.json');
    const before = await start({ dataFile });
    const { projectId, containerId, influencerId } = await aSlideshow(before);
    const created = await before.post(
      '/v1/projects',
      { ...PROJECT, customerExternalId: 'two' },
      { idempotencyKey: 'k1' },
    );
    const running = await before.post(`/v1/projects/${projectId}/content/slideshow-remix`, {
      tiktokVideoId: '7301234567890123456',
      influencerId,
    });
    const socialAccountId = await anAccount(before, projectId);
    const posted = await before.post(`/v1/content/${containerId}/schedule`, {
      scheduledFor: '2026-05-01T13:00:00Z',
      targets: [{ socialAccountId, mode: 'publish' }],
    });
    const ledger = before.sandbox.ledger();
    await before.sandbox.close();

    const after = await start({ dataFile, now: () => Date.parse('2026-05-01T14:00:00Z') });
    expect(JSON.stringify(after.sandbox.ledger().slice(0, ledger.length))).toBe(JSON.stringify(ledger));
    const replayed = await after.post(
      '/v1/projects',
      { ...PROJECT, customerExternalId: 'two' },
      { idempotencyKey: 'k1' },
    );
    expect(replayed.text).toBe(created.text);
    expect((await after.get(`/v1/jobs/${running.body.jobId}`)).body).toMatchObject({
      status: 'completed',
      finishedAt: '2026-05-01T12:04:00.000Z',
    });
    expect((await after.get(`/v1/scheduled-posts/${posted.body.scheduledPostIds[0]}`)).body.status).toBe('published');
    const seqs = after.sandbox.ledger().map(({ seq }) => seq);
    expect(new Set(seqs).size).toBe(seqs.length);
  });

  test('of a version it does not know is refused by name', async () => {
    const dataFile = join(folder, 'old.json');
    writeFileSync(dataFile, JSON.stringify({ version: 99 }));
    await expect(start({ dataFile })).rejects.toThrow(`${dataFile} cannot be read: its version 99 is unknown`);
  });

  test('goes with a reset', async () => {
    const dataFile = join(folder, 'reset.json');
    const before = await start({ dataFile });
    await aProject(before);
    before.sandbox.reset();
    await before.sandbox.close();
    const after = await start({ dataFile });
    expect([after.sandbox.state.projects, after.sandbox.ledger()]).toEqual([{}, []]);
  });
});

describe('pictures', () => {
  const picture = async (url: string) => {
    const response = await request(url);
    return { status: response.statusCode, type: response.headers['content-type'], svg: await response.body.text() };
  };

  test('need no key and differ from slide to slide', async () => {
    const at = await start();
    const { containerId, influencerId } = await aSlideshow(at, { appName: 'Acme & Co', tagline: 'Never <run> out.' });
    const { imageUrls } = (await at.get(`/v1/content/${containerId}`)).body.preview;
    const slides = await Promise.all(imageUrls.map(picture));
    for (const { status, type, svg } of slides) {
      expect([status, type]).toEqual([200, 'image/svg+xml']);
      expect(svg).toMatch(/^<svg [^>]+viewBox="0 0 540 960"/);
      expect(svg).toContain('Acme &#38; Co');
      expect(svg).not.toContain('<run>');
    }
    expect(new Set(slides.map(({ svg }) => svg)).size).toBe(slides.length);
    const { imageUrl, name } = (await at.get(`/v1/influencers/${influencerId}`)).body;
    expect((await picture(imageUrl)).svg).toContain(name.split(' ')[0]);
    const outside = imageUrls[0].replace('/1.svg', '/99.svg');
    expect((await picture(outside)).status).toBe(404);
  });
});
