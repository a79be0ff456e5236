import { createHash } from 'node:crypto';
import { z } from 'zod';
import packageJson from '../../package.json';
import { path } from '../../src/layers/path';
import { anyRequest, answer, API_KEY, envelope, layersError, mockedClient, ORIGIN } from './support';

/** What goes out and what comes back in good and bad shape; connections that break are in connection.test.ts. */

test('a GET carries the key and the user agent, and neither body, type nor idempotency key', async () => {
  const { client, pool } = mockedClient();
  let sent: Record<string, string> = {};
  pool.intercept({ path: '/v1/things/th_1', method: 'GET' }).reply(({ headers, body }) => {
    sent = { ...(headers as Record<string, string>), body: String(body) };
    return { statusCode: 200, data: { name: 'one', added: 'later' } };
  });
  const schema = z.object({ name: z.string() });
  await expect(client.request({ ...anyRequest, schema })).resolves.toEqual({ name: 'one' });
  expect(sent).toEqual({
    authorization: `Bearer ${API_KEY}`,
    'user-agent': `layers-onboarding/${packageJson.version}`,
    'accept-encoding': expect.stringContaining('gzip'),
    body: 'null',
  });
});

test('a POST carries its body, its idempotency key and the organization', async () => {
  const { client, pool } = mockedClient();
  pool
    .intercept({
      path: '/v1/things',
      method: 'POST',
      body: '{"name":"Acme"}',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': '4c1a2e92-7b18-4c4b-9b2a-d7a3f8b1c210',
        'x-layers-organization': 'org_1',
      },
    })
    .reply(201, { id: 'th_1' });
  await expect(
    client.request({
      method: 'POST',
      path: path`/v1/things`,
      body: { name: 'Acme' },
      schema: z.object({ id: z.string() }),
      bucket: 'writes',
      idempotencyKey: '4c1a2e92-7b18-4c4b-9b2a-d7a3f8b1c210',
      organizationId: 'org_1',
    }),
  ).resolves.toEqual({ id: 'th_1' });
});

test('query arrays repeat the parameter, undefined is left out, and a base path stays in front', async () => {
  const { client, pool } = mockedClient({ baseUrl: `${ORIGIN}/proxy/` });
  const target = '/proxy/v1/things?status=a&status=b&search=two+words%26more&limit=20';
  pool.intercept({ path: target, method: 'GET' }).reply(200, {});
  const query = { status: ['a', 'b'], search: 'two words&more', limit: 20, keyword: undefined };
  await client.request({ ...anyRequest, path: path`/v1/things`, query });
});

describe('paths', () => {
  test('ids are opaque and encoded', () => {
    expect(path`/v1/projects/${'prj 1?#%'}/keywords`).toEqual({
      path: '/v1/projects/prj%201%3F%23%25/keywords',
      route: '/v1/projects/:id/keywords',
    });
  });

  test.each(['', 'a/b', '.', '..'])('%j is refused as an id, before anything is sent', async (id) => {
    const { client } = mockedClient();
    const error = await layersError(client.request({ ...anyRequest, path: path`/v1/projects/${id}` }));
    expect(error.message).toBe(`UnknownError: The request could not be sent: "${id}" is no id.`);
    expect(error.classification).toMatchObject({ retry: 'no', details: { who: 'engineer', definite: true } });
  });
});

test.each(['', 'two words', 'line\nbreak', 'schlüssel'])('%j is refused as an API key', (apiKey) => {
  expect(() => mockedClient({ apiKey })).toThrow('API key');
});

describe('whoami', () => {
  const me = {
    apiKeyId: 'key_1',
    organizationId: 'org_1',
    organizationName: 'Acme',
    workspaceId: 'ws_1',
    scopes: ['*'],
    rateLimitTier: 'pilot',
    creditBalance: 900,
  };

  test('returns who the key is', async () => {
    const { client, pool } = mockedClient();
    pool.intercept({ path: '/v1/whoami', method: 'GET' }).reply(200, me);
    const { workspaceId: _, ...expected } = me;
    await expect(client.whoami()).resolves.toEqual(expected);
  });

  test('stands in for a missing key id with a digest of the key', async () => {
    const { client, pool } = mockedClient();
    pool.intercept({ path: '/v1/whoami', method: 'GET' }).reply(200, { organizationId: 'org_1' });
    const digest = createHash('sha256').update(API_KEY).digest('hex').slice(0, 12);
    await expect(client.whoami()).resolves.toEqual({
      apiKeyId: `sha256:${digest}`,
      organizationId: 'org_1',
      organizationName: null,
      scopes: [],
      rateLimitTier: null,
      creditBalance: null,
    });
  });
});

describe('answers that cannot be used', () => {
  test.each([
    ['an HTML page', '<html>Please log in</html>', 'unreadable'],
    ['cut off JSON', '{"name":"Ac', 'unreadable'],
    ['an empty body', '', 'unreadable'],
    ['another shape', '{"name":7}', 'unexpected'],
    ['null', 'null', 'unexpected'],
    ['a list', '[]', 'unexpected'],
  ])('%s', async (_, body, kind) => {
    const { client, pool } = mockedClient();
    answer(pool, 200, body, { 'x-request-id': 'req_1' });
    const error = await layersError(client.request({ ...anyRequest, schema: z.object({ name: z.string() }) }));
    expect(error.failure.kind).toBe(kind);
    expect(error.classification).toMatchObject({
      retry: kind === 'unreadable' ? 'temporal' : 'no',
      details: { code: 'UnexpectedResponse', httpStatus: 200, requestId: 'req_1', heals: true, definite: false },
    });
  });

  test('the failing field is named, its value is not', async () => {
    const { client, pool } = mockedClient();
    answer(pool, 200, { owner: { email: 42 } });
    const schema = z.object({ owner: z.object({ email: z.string() }) });
    const error = await layersError(client.request({ ...anyRequest, schema }));
    expect(error.message).toBe(
      'UnexpectedResponse (HTTP 200): The answer to GET /v1/things/:id has another shape than documented: ' +
        'owner.email: Invalid input: expected string, received number.',
    );
  });

  test('a redirect is not followed', async () => {
    const { client, pool } = mockedClient();
    answer(pool, 301, '', { location: `${ORIGIN}/v2/things/th_1` });
    const error = await layersError(client.request(anyRequest));
    expect(error.classification).toMatchObject({
      retry: 'no',
      details: { code: 'UnexpectedResponse', httpStatus: 301 },
    });
    expect(error.message).toContain('LAYERS_BASE_URL');
  });

  test('a byte order mark is not in the way', async () => {
    const { client, pool } = mockedClient();
    answer(pool, 200, '\ufeff{"name":"Acme"}');
    await expect(client.request(anyRequest)).resolves.toEqual({ name: 'Acme' });
  });
});

describe('buckets', () => {
  test('a contradiction is reported each time and logged once per route', async () => {
    const warnings: unknown[] = [];
    const seen: unknown[] = [];
    const { client, pool } = mockedClient({
      logger: { warn: (...args) => warnings.push(args) },
      onEndpointClass: (mismatch) => seen.push(mismatch),
    });
    answer(pool, 200, {}, { 'x-ratelimit-endpoint-class': 'write-light' }).times(2);
    await client.request(anyRequest);
    await client.request(anyRequest);
    expect(warnings).toEqual([
      ['Layers counts GET /v1/things/:id as write-light, not as read-light', { bucket: 'reads' }],
    ]);
    const mismatch = {
      method: 'GET',
      route: '/v1/things/:id',
      bucket: 'reads',
      expected: 'read-light',
      actual: 'write-light',
    };
    expect(seen).toEqual([mismatch, mismatch]);
  });

  test.each([
    ['reads', 'read-light'],
    ['writes', 'write-light'],
    ['starts', 'long-running'],
  ] as const)('%s are %s', async (bucket, endpointClass) => {
    const onEndpointClass = jest.fn();
    const { client, pool } = mockedClient({ onEndpointClass });
    answer(pool, 200, {}, { 'x-ratelimit-endpoint-class': endpointClass });
    await client.request({ ...anyRequest, bucket });
    expect(onEndpointClass).not.toHaveBeenCalled();
  });
});

test('the API key appears in no error, whatever Layers repeats', async () => {
  const { client, pool } = mockedClient();
  answer(pool, 401, envelope('UNAUTHENTICATED', { message: `Bad key ${API_KEY}`, details: { scope: API_KEY } }));
  const error = await layersError(client.request(anyRequest));
  const everything = JSON.stringify([error.message, error.stack, error, error.failure, error.classification]);
  expect(everything).not.toContain(API_KEY);
  expect(everything).not.toContain(API_KEY.slice(-20));
});
