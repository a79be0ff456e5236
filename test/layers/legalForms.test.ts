import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { z } from 'zod';
import { LayersClient } from '../../src/layers/client';
import { parseHttpDate } from '../../src/layers/httpDate';
import { path } from '../../src/layers/path';
import { parseRetryAfter } from '../../src/layers/retryAfter';
import { anyRequest, answer, API_KEY, envelope, layersError, mockedClient } from './support';

/** Answers in another form than usual, which HTTP and the documents allow all the same. */

const servers: Server[] = [];
const clients: LayersClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const server of servers.splice(0)) server.close();
});

/** A client of a real server that answers everything with these bytes. */
function served(body: Buffer, headers: OutgoingHttpHeaders): Promise<LayersClient> {
  return clientOf(createServer((_request, response) => response.writeHead(200, headers).end(body)));
}

/** Both are closed after the test. */
async function clientOf(server: Server): Promise<LayersClient> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new LayersClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: API_KEY,
  });
  clients.push(client);
  return client;
}

const text = JSON.stringify({ name: 'Café 😀', items: Array.from({ length: 500 }, (_, n) => n) });
const request = { ...anyRequest, schema: z.object({ name: z.string() }) };

describe('an answer that a CDN has compressed', () => {
  test.each<[string, (plain: Buffer) => Buffer]>([
    ['gzip', zlib.gzipSync],
    ['x-gzip', zlib.gzipSync],
    ['GZip', zlib.gzipSync],
    ['br', zlib.brotliCompressSync],
    ['deflate', zlib.deflateSync],
    ['deflate', zlib.deflateRawSync],
    ['identity', (plain) => plain],
    ['gzip, br', (plain) => zlib.brotliCompressSync(zlib.gzipSync(plain))],
  ])('%s is read', async (coding, compress) => {
    const client = await served(compress(Buffer.from(text)), { 'content-encoding': coding });
    await expect(client.request(request)).resolves.toEqual({ name: 'Café 😀' });
  });

  test('what unfolds to more than 8 MB is given up', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '));
    expect(bomb.length).toBeLessThan(1024 * 1024);
    const error = await layersError((await served(bomb, { 'content-encoding': 'gzip' })).request(request));
    expect(error.message).toContain('larger than 8 MB');
  });

  test('a bomb within a bomb is given up as well', async () => {
    const bomb = zlib.gzipSync(zlib.gzipSync(Buffer.alloc(200 * 1024 * 1024, ' ')));
    const error = await layersError((await served(bomb, { 'content-encoding': 'gzip, gzip' })).request(request));
    expect(error.message).toContain('larger than 8 MB');
  });

  test('what is cut off on the way comes again', async () => {
    const whole = zlib.gzipSync(Buffer.from(text));
    const client = await served(whole.subarray(0, whole.length / 2), { 'content-encoding': 'gzip' });
    const { classification, message } = await layersError(client.request(request));
    expect(classification).toMatchObject({ retry: 'temporal', details: { code: 'UnexpectedResponse' } });
    expect(message).toContain('coded as gzip');
  });

  test.each(['lzma', 'constructor'])('a coding that nobody asked for, %s, is named', async (coding) => {
    const error = await layersError((await served(Buffer.from('x'), { 'content-encoding': coding })).request(request));
    expect(error.message).toContain(`coded as ${coding}`);
  });
});

describe('an error under a status of success', () => {
  test('says what it is, and when to come again', async () => {
    const { client, pool } = mockedClient();
    answer(pool, 200, envelope('RATE_LIMITED'), { 'retry-after': '12' });
    const { classification, message } = await layersError(client.request(anyRequest));
    expect(message).toContain('RATE_LIMITED (HTTP 200)');
    expect(message).toContain('RATE_LIMITED happened.');
    expect(message).toContain('[req_01HXZ9G7KMV2QX8Y1S5RJW3B7T]');
    expect(classification).toMatchObject({ retry: 'temporal', details: { definite: false } });
    expect(classification.retryAfterMs).toBeGreaterThanOrEqual(12_200);
  });

  test.each([
    ['BILLING_EXHAUSTED', 'no', true],
    ['INTERNAL', 'temporal', false],
    ['SOMETHING_NEW', 'no', false],
  ])('%s', async (code, retry, definite) => {
    const { client, pool } = mockedClient();
    answer(pool, 202, { ok: false, ...envelope(code) });
    const { classification } = await layersError(client.request({ ...anyRequest, schema: z.unknown() }));
    expect(classification).toMatchObject({ retry, details: { definite } });
    expect(classification.details.cause).toContain(`${code} happened.`);
  });

  test('a gateway that says it in one word', async () => {
    const { client, pool } = mockedClient();
    answer(pool, 200, { error: 'upstream is busy' });
    expect((await layersError(client.request(anyRequest))).message).toContain('upstream is busy');
  });

  test('what a resource has failed of is no error of the request', async () => {
    const { client, pool } = mockedClient();
    const job = { jobId: 'job_1', error: { code: 'SCRAPE_FAILED', message: 'No luck.' } };
    answer(pool, 200, job);
    const asked = { ...anyRequest, schema: z.object({ jobId: z.string() }), hasErrorField: true };
    await expect(client.request(asked)).resolves.toEqual({ jobId: 'job_1' });
  });
});

test('without content: what the caller says that stands for', async () => {
  const { client, pool } = mockedClient();
  answer(pool, 204, '');
  const request = { ...anyRequest, schema: z.object({ status: z.string() }), withoutContent: { status: 'canceled' } };
  await expect(client.request(request)).resolves.toEqual({ status: 'canceled' });
  answer(pool, 200, '');
  expect((await layersError(client.request(request))).failure.kind).toBe('unreadable');
});

const DATE = 'Sun, 06 Nov 1994 08:49:37 GMT';

describe('HTTP dates', () => {
  test.each([DATE, 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994', 'sun, 06 nov 1994 08:49:37 gmt'])(
    '%s is in GMT, wherever the process lives',
    async (date) => {
      const zone = process.env.TZ;
      try {
        for (process.env.TZ of ['America/New_York', 'Asia/Kolkata', 'UTC'])
          expect(parseHttpDate(date, Date.UTC(1995, 0))).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
      } finally {
        if (zone === undefined) delete process.env.TZ;
        else process.env.TZ = zone;
      }
    },
  );

  test.each([
    null,
    '',
    'yesterday',
    '2026-11-30T12:00:00Z',
    'Mon, 30 Nov 2026 12:00:00 PST',
    'Mon, 31 Nov 2026 12:00:00 GMT',
    'Mon, 30 Nov 2026 25:00:00 GMT',
    '784111777',
  ])('%j is none', (date) => expect(parseHttpDate(date, Date.now())).toBeNull());
});

describe('Retry-After', () => {
  const read = (value: string, date: string | null = DATE) => parseRetryAfter(value, date, Date.UTC(2026, 0));

  test.each([
    ['12, 12', 12_000],
    ['1, 1', 1_000],
    ['10,20', 20_000],
    ['5, soon', 5_000],
    ['Sun, 06 Nov 1994 08:50:37 GMT', 60_000],
    ['Sunday, 06-Nov-94 08:50:37 GMT', 60_000],
    ['Sun Nov  6 08:50:37 1994', 60_000],
    ['7, Sun, 06 Nov 1994 08:50:37 GMT', 60_000],
    ['Sunday, 06-Nov-94 08:49:39 GMT, 7', 7_000],
  ])('%j asks for the longest', (value, ms) => expect(read(value)).toBe(ms));

  test.each(['soon', '1e3', '0x10', '-5', '5s', '1994-11-06T08:50:37Z', 'Nov 6 1994', ', ,'])(
    '%j asks for nothing that is known',
    (value) => expect(read(value)).toBeNull(),
  );

  test('a moment in seconds since 1970 is no span of 50 years', () => expect(read('1796040000')).toBeNull());

  test('two headers are one list', async () => {
    const { client, pool } = mockedClient();
    const headers = { 'retry-after': ['3', '9'] as unknown as string };
    answer(pool, 429, envelope('RATE_LIMITED'), headers);
    const { retryAfterMs } = (await layersError(client.request(anyRequest))).classification;
    expect(retryAfterMs).toBeGreaterThanOrEqual(9_200);
  });

  test('a Date that is none leaves it to our own clock', () => {
    const now = Date.parse('1994-11-06T08:49:37Z');
    expect(parseRetryAfter('Sun, 06 Nov 1994 08:50:37 GMT', 'tomorrow', now)).toBe(60_000);
  });
});

describe('the API key is nowhere, in whatever form it comes back', () => {
  const keys = [API_KEY, 'lp_test_"quoted"_\\and/slashed', "odd'key&more<>"];
  const spellings: [string, (key: string) => string][] = [
    ['as it is', (key) => JSON.stringify(key).slice(1, -1)],
    ['with escaped slashes', (key) => JSON.stringify(key).slice(1, -1).replaceAll('/', '\\/')],
    ['in code points', (key) => [...key].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')],
    ['in a URL', (key) => encodeURIComponent(key)],
  ];

  test.each(keys.flatMap((key) => spellings.map(([how, spell]) => [key, how, spell] as const)))(
    '%s %s',
    async (key, _, spell) => {
      const { client, pool } = mockedClient({ apiKey: key });
      const k = spell(key);
      const fields = `"fieldErrors":{"${k}":["${k}"]},"candidates":["${k}"],"scope":"${k}","status":"${k}"`;
      const body = `{"error":{"code":"VALIDATION","message":"no ${k}","requestId":"${k}","details":{${fields}}}}`;
      pool
        .intercept({ path: '/v1/things/th_1', method: 'GET' })
        .reply(422, body, { headers: { 'x-request-id': key, 'x-ratelimit-endpoint-class': key } });
      const error = await layersError(client.request(anyRequest));
      const everything = JSON.stringify([error.message, error.stack, error.failure, error.classification]);
      for (const form of [key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key)])
        expect(everything).not.toContain(form);
    },
  );

  test('what others wrote is harmless, candidates too', async () => {
    const { client, pool } = mockedClient();
    const bad = 'a\u202egnp.exe\u200b\u001b[31m';
    answer(pool, 409, envelope('CONFLICT', { message: bad, details: { candidates: [bad], status: bad } }));
    const { message, classification } = await layersError(client.request(anyRequest));
    expect(JSON.stringify([message, classification])).not.toMatch(/[\u202e\u200b]|\\u001b/);
    expect(classification.details.data).toMatchObject({ candidates: ['agnp.exe [31m'] });
  });
});

test.each(['\ud800', 'a\udc00b'])('half a character (%j) is no id, and nothing is sent', async (id) => {
  const { client } = mockedClient();
  const { classification, message } = await layersError(
    client.request({ ...anyRequest, path: path`/v1/projects/${id}` }),
  );
  expect(message).toContain('is no id');
  expect(classification).toMatchObject({ retry: 'no', details: { definite: true } });
});

test('a server behind a balancer that promises too much: no request meets a closed connection', async () => {
  let connections = 0;
  const server = createServer((_request, response) =>
    response.writeHead(200, { 'keep-alive': 'timeout=600' }).end('{"ok":true}'),
  );
  server.on('connection', (socket) => {
    connections += 1;
    // The balancer closes what was idle for 5 s.
    socket.setTimeout(5_000, () => socket.resetAndDestroy());
  });
  const client = await clientOf(server);
  await client.request(anyRequest);
  await promisify(setTimeout)(200);
  await client.request(anyRequest);
  expect(connections).toBe(1);
  await promisify(setTimeout)(4_900);
  await expect(client.request(anyRequest)).resolves.toEqual({ ok: true });
  expect(connections).toBe(2);
});
