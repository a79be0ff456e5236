import { request as httpRequest, type IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Rule } from '../../src/sandbox';
import { aProject, anAccount, aSlideshow, PROJECT, start, type Running } from './support';

/** Other forms of the same answers, each as legal as the usual one. */

type Form = Omit<Extract<Rule['action'], { kind: 'form' }>, 'kind'>;
const inForm = (at: Running, form: Form, path = '^/v1/') =>
  at.post('/_sandbox/faults', { match: { path }, action: { kind: 'form', ...form } });

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Without the help of a client that adds headers or decodes. */
async function bare(at: Running, headers: Record<string, string>) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    httpRequest(
      `${at.sandbox.url}/v1/whoami`,
      { headers: { authorization: 'Bearer lp_test_acme_1', ...headers } },
      resolve,
    )
      .on('error', reject)
      .end(),
  );
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { headers: answer.headers, body: Buffer.concat(chunks) };
}

describe('compressed', () => {
  test.each([
    ['gzip', gunzipSync],
    ['deflate', inflateSync],
    ['br', brotliDecompressSync],
  ] as const)('by %s, where the client lets it', async (coding, open) => {
    const at = await start();
    await inForm(at, { coding });
    for (const accepted of [{}, { 'accept-encoding': coding }, { 'accept-encoding': '*;q=0.1' }]) {
      const { headers, body } = await bare(at, accepted as Record<string, string>);
      expect(headers['content-encoding']).toBe(coding);
      expect(JSON.parse(open(body).toString()).organizationId).toMatch(/^org_/);
    }
    for (const accepted of ['identity', '', `${coding};q=0`, 'zstd']) {
      const { headers, body } = await bare(at, { 'accept-encoding': accepted });
      expect(headers['content-encoding']).toBeUndefined();
      expect(JSON.parse(body.toString()).organizationId).toMatch(/^org_/);
    }
  });

  test('refusals too, and the ledger still knows their code', async () => {
    const at = await start();
    await inForm(at, { coding: 'gzip' });
    const { status, text } = await at.get('/v1/jobs/none', undefined, { headers: { 'accept-encoding': 'gzip' } });
    expect([status, text.startsWith('{')]).toEqual([404, false]);
    expect(at.requests()[0]).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});

describe('lists', () => {
  test('that are empty are null or absent; the last page has no cursor or an empty one', async () => {
    const at = await start();
    const id = await aProject(at);
    const media = async () => (await at.get(`/v1/projects/${id}/app-media`)).body;
    expect(await media()).toEqual({ items: [], nextCursor: null });
    await inForm(at, { emptyLists: 'null', lastCursor: 'empty' });
    expect(await media()).toEqual({ items: null, nextCursor: '' });
    await at.delete('/_sandbox/faults');
    await inForm(at, { emptyLists: 'absent', lastCursor: 'absent' });
    expect(await media()).toEqual({});
  });

  test('of every kind come in small pages', async () => {
    const at = await start({ uniqueCustomerExternalId: false });
    const { projectId, influencerId } = await aSlideshow(at);
    for (let index = 0; index < 3; index++) {
      await aProject(at);
      await anAccount(at, projectId);
      await at.post(`/v1/projects/${projectId}/influencers`);
      await at.post(`/v1/projects/${projectId}/app-media`, {
        kind: 'screenshot',
        url: `https://cdn.acme.com/${index}.png`,
      });
      await at.post(`/v1/projects/${projectId}/content/slideshow-remix`, {
        tiktokVideoId: `730${index}000000000000000`,
        influencerId,
      });
    }
    await inForm(at, { pageSize: 2 });
    for (const path of ['', '/app-media', '/influencers', '/social-accounts', '/content'].map((rest) =>
      rest === '' ? '/v1/projects' : `/v1/projects/${projectId}${rest}`,
    )) {
      const sizes: number[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body } = await at.get(`${path}?limit=50${cursor && `&cursor=${cursor}`}`);
        sizes.push(body.items.length);
        cursor = body.nextCursor;
      }
      expect([path, Math.max(...sizes), sizes.reduce((sum, size) => sum + size, 0) >= 3]).toEqual([path, 2, true]);
    }
  });
});

test('ids without a prefix, and in upper case, name the same things', async () => {
  const at = await start();
  const { projectId, containerId, influencerId } = await aSlideshow(at);
  const usual = (await at.get(`/v1/content/${containerId}`)).body;
  const uuid = (id: string) => id.slice(id.indexOf('_') + 1);
  await inForm(at, { ids: 'bare' });
  const plain = (await at.get(`/v1/content/${containerId}`)).body;
  expect([plain.id, plain.projectId, plain.influencerId]).toEqual([containerId, projectId, influencerId].map(uuid));
  expect(plain.assets.map(({ assetId }: { assetId: string }) => assetId)).toEqual(
    usual.assets.map(({ assetId }: { assetId: string }) => uuid(assetId)),
  );
  expect(plain.id).toMatch(UUID);
  expect((await at.get(`/v1/content/${plain.id}`)).status).toBe(200);
  await at.delete('/_sandbox/faults');
  await inForm(at, { ids: 'bare-upper' });
  expect((await at.get(`/v1/content/${containerId}`)).body.projectId).toBe(uuid(projectId).toUpperCase());
  await at.delete('/_sandbox/faults');
  await inForm(at, { ids: 'upper' });
  const upper = (await at.get(`/v1/content/${containerId}`)).body.projectId;
  expect(upper).toBe(`prj_${uuid(projectId).toUpperCase()}`);
  expect((await at.get(`/v1/projects/${upper}`)).body.name).toBe(PROJECT.name);
});

describe('times', () => {
  test.each([
    ['seconds', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
    ['microseconds', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/],
    ['offset', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/],
    ['shifted-offset', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+02:00$/],
  ] as const)('as %s mean the same moment', async (times, pattern) => {
    const at = await start();
    const { containerId, projectId } = await aSlideshow(at);
    const read = async () => [
      (await at.get(`/v1/content/${containerId}`)).body.createdAt,
      (await at.get(`/v1/projects/${projectId}`)).body.createdAt,
    ];
    const usual = await read();
    await inForm(at, { times });
    for (const [index, written] of (await read()).entries()) {
      expect(written).toMatch(pattern);
      expect(Math.floor(Date.parse(written) / 1_000)).toBe(Math.floor(Date.parse(usual[index]) / 1_000));
    }
  });

  test('of creation and the Date header go with the clock of Layers', async () => {
    const at = await start();
    const before = await aProject(at);
    const createdAt = async () => Date.parse((await at.get(`/v1/projects/${before}`)).body.createdAt);
    const usual = await createdAt();
    await inForm(at, { createdAtShift: -5 });
    expect((await createdAt()) - usual).toBe(-5_000);
    const { headers, body } = await at.get(`/v1/projects/${before}`);
    expect(Date.parse(headers.date as string)).toBe(at.clock.now() - 5_000);
    expect(Date.parse(body.updatedAt)).toBe(usual);
    await at.delete('/_sandbox/faults');
    await inForm(at, { dateShift: 60 });
    expect(Date.parse((await at.get('/v1/whoami')).headers.date as string)).toBe(at.clock.now() + 60_000);
    await at.delete('/_sandbox/faults');
    await inForm(at, { dateShift: null });
    expect((await at.get('/v1/whoami')).headers.date).toBeUndefined();
  });
});

test('unknown fields and another 2xx; metadata stays as it is, several forms add up', async () => {
  const at = await start();
  await inForm(at, { extraFields: true });
  await inForm(at, { status: 202, ids: 'bare' });
  const { status, body } = await at.post('/v1/projects', { ...PROJECT, metadata: { tags: [] } });
  expect([status, body.metadata, body.beta_field !== undefined]).toEqual([202, { tags: [] }, true]);
  expect(body.id).toMatch(UUID);
  const refused = await at.post('/v1/projects', { ...PROJECT });
  expect([refused.status, refused.body.error.beta_field !== undefined]).toEqual([409, true]);
});

describe('answers that say something else', () => {
  const whoami = { path: '^/v1/whoami$' };
  test('the error envelope as a success', async () => {
    const at = await start();
    await at.post('/_sandbox/faults', { match: whoami, action: { kind: 'answer', status: 200, code: 'RATE_LIMITED' } });
    const { status, body } = await at.get('/v1/whoami');
    expect([status, body.error.code]).toEqual([200, 'RATE_LIMITED']);
  });

  test('any text and any bytes', async () => {
    const at = await start();
    const bytes = Buffer.from([0xff, 0xfe, 0x00]);
    await at.post('/_sandbox/faults', [
      { match: whoami, times: 1, action: { kind: 'raw', body: '{"scopes":7}', status: 201 } },
      {
        match: whoami,
        after: 1,
        action: { kind: 'raw', body: { base64: bytes.toString('base64') }, headers: { 'X-Odd': '1' } },
      },
    ]);
    const first = await at.get('/v1/whoami');
    expect([first.status, first.body]).toEqual([201, { scopes: 7 }]);
    const { headers, body } = await bare(at, {});
    expect([headers['x-odd'], body]).toEqual(['1', bytes]);
  });

  test.each([
    ['rate-limit', { kind: 'rate-limit', retryAfter: 7, store: 'fault' }, 429],
    ['a page of a proxy', { kind: 'html', status: 502, store: 'fault' }, 502],
    ['an error after the effect', { kind: 'answer', status: 500, when: 'after', store: 'fault' }, 500],
    ['an error before it', { kind: 'answer', status: 409, code: 'CONFLICT', store: 'fault' }, 409],
  ] as const)('%s, stored: the same body under the key for ever', async (_, action, status) => {
    const at = await start();
    const match = { method: 'POST', path: '^/v1/projects$' };
    await at.post('/_sandbox/faults', { match, times: 1, action });
    const create = () => at.post('/v1/projects', PROJECT, { idempotencyKey: 'one-intent' });
    const [first, second, third] = [await create(), await create(), await create()];
    expect([first.status, second.status, third.status]).toEqual([status, status, status]);
    expect([second.text, third.text]).toEqual([first.text, first.text]);
    for (const header of ['retry-after', 'content-type']) expect(second.headers[header]).toBe(first.headers[header]);
    expect(at.requests().map(({ replayed }) => replayed)).toEqual([false, true, true]);
  });

  test('every refusal, where the settings say so: the request id is that of the first', async () => {
    const at = await start({ replay: { storeErrors: ['4xx', '5xx'] } });
    const create = () => at.post('/v1/projects', { name: 'x' }, { idempotencyKey: 'bad' });
    const [first, second] = [await create(), await create()];
    expect([first.status, second.text]).toEqual([422, first.text]);
    expect(second.body.error.requestId).toBe(first.headers['x-request-id']);
  });
});
