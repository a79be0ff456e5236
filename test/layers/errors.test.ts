import { CATALOGUE } from '../../src/contract/catalogue';
import { LayersError } from '../../src/layers/errors';
import { parseRetryAfter, stayAwayMs } from '../../src/layers/retryAfter';
import { anyRequest, answer, envelope, layersError, mockedClient } from './support';

async function classified(status: number, body: string | object, headers: Record<string, string> = {}) {
  const { client, pool } = mockedClient();
  answer(pool, status, body, headers);
  const error = await layersError(client.request(anyRequest));
  return { message: error.message, ...error.classification };
}

describe('every documented code', () => {
  // code, status, retried inside Temporal, heals, certain, cause
  const table: [string, number, object, boolean, boolean, boolean, string][] = [
    [
      'UNAUTHENTICATED',
      401,
      {},
      false,
      true,
      false,
      'The API key is missing, wrong or rotated away: "UNAUTHENTICATED happened."',
    ],
    [
      'FORBIDDEN_SCOPE',
      403,
      { requiredScope: 'projects:write' },
      false,
      true,
      false,
      'The API key lacks the scope projects:write.',
    ],
    [
      'RETURN_URL_NOT_ALLOWED',
      403,
      {},
      false,
      true,
      true,
      'The return address is not on the list of the API key: "RETURN_URL_NOT_ALLOWED happened."',
    ],
    [
      'APPROVAL_REQUIRED',
      403,
      { containerId: 'cnt_1', approvalStatus: 'pending' },
      false,
      false,
      true,
      'Layers waits for an approval of cnt_1 (pending).',
    ],
    ['KILL_SWITCH', 503, { scope: 'key' }, false, true, false, 'Layers has suspended the API key.'],
    [
      'BILLING_EXHAUSTED',
      402,
      { required: 40, available: 12 },
      false,
      true,
      true,
      'The Layers wallet has 12 credits; this needs 40.',
    ],
    [
      'NOT_FOUND',
      404,
      {},
      true,
      false,
      true,
      "Layers has nothing at /v1/things/th_1, or it is another organization's.",
    ],
    [
      'VALIDATION',
      422,
      { fieldErrors: { name: ['Too short', 'Not nice'] } },
      false,
      false,
      true,
      'Layers refused name: Too short; name: Not nice.',
    ],
    [
      'VALIDATION',
      400,
      { issues: [{ path: ['targets', 0, 'mode'], message: 'Bad mode' }] },
      false,
      false,
      true,
      'Layers refused targets[0].mode: Bad mode.',
    ],
    [
      'VALIDATION',
      422,
      { issues: [{ path: 'scheduledFor', message: 'In the past.' }] },
      false,
      false,
      true,
      'Layers refused scheduledFor: In the past.',
    ],
    [
      'VALIDATION_FAILED',
      422,
      { missingFields: ['appDescription', 'appName'] },
      false,
      false,
      true,
      'Layers refused appDescription: is missing; appName: is missing.',
    ],
    [
      'IDEMPOTENCY_CONFLICT',
      409,
      {},
      true,
      false,
      true,
      'The idempotency key was used with another body: "IDEMPOTENCY_CONFLICT happened."',
    ],
    [
      'IDEMPOTENCY_REQUIRED',
      400,
      {},
      false,
      false,
      true,
      'The call needs an idempotency key: "IDEMPOTENCY_REQUIRED happened."',
    ],
    [
      'CONFLICT',
      409,
      { approvalStatus: 'approved' },
      false,
      false,
      true,
      'The resource is in another state than the call needs (it is approved): "CONFLICT happened."',
    ],
    [
      'CONFLICT',
      409,
      { subcode: 'JOB_CANCEL_UNAVAILABLE' },
      false,
      false,
      true,
      'The resource is in another state than the call needs (JOB_CANCEL_UNAVAILABLE): "CONFLICT happened."',
    ],
    [
      'CONTENT_REJECTED',
      409,
      {},
      false,
      false,
      true,
      'The content was rejected at Layers; that is final: "CONTENT_REJECTED happened."',
    ],
    [
      'UPLOAD_INCOMPLETE',
      409,
      {},
      false,
      false,
      true,
      'The uploaded bytes are not there yet: "UPLOAD_INCOMPLETE happened."',
    ],
    [
      'MODERATION_BLOCKED',
      422,
      {},
      false,
      false,
      true,
      'Layers refused the content for safety: "MODERATION_BLOCKED happened."',
    ],
    [
      'NOT_A_SLIDESHOW',
      422,
      {},
      false,
      false,
      true,
      'The TikTok source is a video, not a slideshow: "NOT_A_SLIDESHOW happened."',
    ],
    ['MISSING_APP_DEMO', 422, {}, false, false, true, 'The format needs a demo video: "MISSING_APP_DEMO happened."'],
    [
      'PLATFORM_ERROR',
      502,
      { platformCode: 'spam_risk' },
      false,
      false,
      false,
      'The platform refused with spam_risk: "PLATFORM_ERROR happened."',
    ],
    [
      'CREDENTIAL_INVALID',
      400,
      {},
      false,
      false,
      true,
      'The connection to the social account has died: "CREDENTIAL_INVALID happened."',
    ],
    ['SCRAPE_FAILED', 422, {}, false, false, true, 'The store page could not be read: "SCRAPE_FAILED happened."'],
    [
      'RATE_LIMITED',
      429,
      {},
      true,
      true,
      false,
      'Too many requests, or too many running jobs: "RATE_LIMITED happened."',
    ],
    ['INTERNAL', 500, {}, true, true, false, 'Layers had a fault: "INTERNAL happened."'],
  ];

  test.each(table)('%s (%i) %j', async (code, status, details, retried, heals, definite, cause) => {
    const result = await classified(status, envelope(code, { details }));
    expect(result).toMatchObject({
      retry: retried ? 'temporal' : 'no',
      benign: code === 'RATE_LIMITED',
      details: { code, httpStatus: status, requestId: 'req_01HXZ9G7KMV2QX8Y1S5RJW3B7T', heals, definite, cause },
    });
    expect(result.message).toBe(`${code} (HTTP ${status}): ${cause} [req_01HXZ9G7KMV2QX8Y1S5RJW3B7T]`);
  });

  test('is in the table', () => {
    const documented = Object.entries(CATALOGUE).flatMap(([code, { source }]) => (source === 'layers' ? [code] : []));
    expect([...new Set(table.map(([code]) => code))].sort()).toEqual(documented.sort());
  });
});

describe('codes nobody documented are taken by their status', () => {
  test.each([
    [400, 'VALIDATION', 'no', true],
    [401, 'UNAUTHENTICATED', 'no', false],
    [402, 'BILLING_EXHAUSTED', 'no', true],
    [403, 'UnknownError', 'no', true],
    [404, 'NOT_FOUND', 'temporal', true],
    [408, 'ApiUnavailable', 'temporal', false],
    [409, 'CONFLICT', 'no', true],
    [418, 'UnknownError', 'no', true],
    [422, 'VALIDATION', 'no', true],
    [425, 'ApiUnavailable', 'temporal', false],
    [429, 'RATE_LIMITED', 'temporal', false],
    [500, 'ApiUnavailable', 'temporal', false],
    [502, 'ApiUnavailable', 'temporal', false],
    [503, 'ApiUnavailable', 'temporal', false],
    [504, 'ApiUnavailable', 'temporal', false],
    [599, 'ApiUnavailable', 'temporal', false],
  ])('%i is %s', async (status, code, retry, definite) => {
    for (const body of [envelope('NEW_CODE'), '<html>Bad Gateway</html>', '', 'null', '{"error":"text"}']) {
      const coded = typeof body !== 'string';
      const details = { code, httpStatus: status, definite: definite && coded };
      expect(await classified(status, body)).toMatchObject({ retry, details });
    }
  });

  test('the code is repeated, and what 403 means heals like its documented siblings', async () => {
    const { details } = await classified(403, envelope('REGION_BLOCKED'));
    expect(details).toMatchObject({
      cause: 'Layers refused with the unknown code REGION_BLOCKED: "REGION_BLOCKED happened."',
      heals: true,
      data: { layersCode: 'REGION_BLOCKED' },
    });
  });

  test('a flow code is not taken from an answer', async () => {
    expect(await classified(409, envelope('NoSource'))).toMatchObject({ details: { code: 'CONFLICT' } });
    expect(await classified(409, envelope('toString'))).toMatchObject({ details: { code: 'CONFLICT' } });
  });
});

test('details.code and details.subcode are more specific than the code', async () => {
  const detailed = await classified(422, envelope('VALIDATION', { details: { code: 'NOT_A_SLIDESHOW' } }));
  expect(detailed.details).toMatchObject({ code: 'NOT_A_SLIDESHOW', data: { layersCode: 'VALIDATION' } });
  const sub = await classified(422, envelope('VALIDATION', { details: { subcode: 'MISSING_APP_DEMO' } }));
  expect(sub.details.code).toBe('MISSING_APP_DEMO');
});

test.each([
  ['CONFLICT', { subcode: 'IDEMPOTENCY_IN_PROGRESS' }],
  ['IDEMPOTENCY_CONFLICT', { code: 'REQUEST_IN_PROGRESS' }],
  ['REQUEST_IN_FLIGHT', {}],
])('a first request that is still running (%s %j) is waited for, and is no refusal', async (code, details) => {
  const result = await classified(409, envelope(code, { details }));
  expect(result).toMatchObject({
    retry: 'temporal',
    benign: true,
    details: { code: 'IDEMPOTENCY_CONFLICT', definite: false },
  });
  expect(result.tries).toBeUndefined();
});

test('missingFields may stand beside the code', async () => {
  const { details } = await classified(422, envelope('VALIDATION', { missingFields: ['appDescription'] }));
  expect(details).toMatchObject({
    cause: 'Layers refused appDescription: is missing.',
    data: { fields: [{ field: 'appDescription', message: 'is missing' }] },
  });
});

test('candidates of a conflict are handed on', async () => {
  const { details } = await classified(409, envelope('CONFLICT', { details: { candidates: ['lyr_1', 'lyr_2', 3] } }));
  expect(details.data).toEqual({ candidates: ['lyr_1', 'lyr_2'] });
});

test("Layers' own words are bounded, on one line and without secrets", async () => {
  const message = `a\r\nb\u2028c whsec_abcdefgh Bearer tok_123456 ${'x'.repeat(10_000)}`;
  const { details } = await classified(409, envelope('CONFLICT', { message }));
  expect(details.cause).toMatch(/: "a b c whsec_… Bearer … x+…"\.$/);
  expect(details.cause.length).toBeLessThan(400);
});

test.each([
  ['req_ok-1', 'req_ok-1'],
  ['', null],
  ['a b', null],
  ['x'.repeat(500), null],
])('the request id %j of a header becomes %j', async (header, requestId) => {
  expect((await classified(502, 'no body', { 'x-request-id': header })).details.requestId).toBe(requestId);
});

describe('Retry-After', () => {
  const delay = async (status: number, headers: Record<string, string>) =>
    (await classified(status, envelope('RATE_LIMITED'), headers)).retryAfterMs;

  test.each([
    ['0', 0],
    ['1', 1_000],
    ['1.5', 1_500],
    ['60', 60_000],
    ['-5', 30_000],
    ['31536000', 24 * 3_600_000],
    ['garbage', 30_000],
    ['', 30_000],
  ])('%j waits that long, and a little more', async (header, ms) => {
    const waited = await delay(429, { 'retry-after': header });
    expect(waited).toBeGreaterThanOrEqual(ms + 200);
    expect(waited).toBeLessThanOrEqual(ms * 1.1 + 500);
  });

  test('without the header it is 30 s', async () => {
    expect(await delay(429, {})).toBeGreaterThanOrEqual(30_200);
  });

  test('a date counts from the Date of the answer, whatever our clock says', () => {
    const date = 'Wed, 21 Oct 2015 07:28:00 GMT';
    expect(parseRetryAfter('Wed, 21 Oct 2015 07:28:42 GMT', date, Date.now())).toBe(42_000);
    expect(parseRetryAfter('Wed, 21 Oct 2015 07:28:42 GMT', null, Date.parse(date))).toBe(42_000);
    expect(parseRetryAfter('Wed, 21 Oct 2015 07:27:00 GMT', date, Date.now())).toBe(0);
  });

  test('a 503 with the header waits as asked, one without leaves it to the policy', async () => {
    const { retryAfterMs, benign } = await classified(503, '', { 'retry-after': '7' });
    expect(retryAfterMs).toBeGreaterThanOrEqual(7_200);
    expect(benign).toBe(false);
    expect((await classified(503, '')).retryAfterMs).toBeUndefined();
  });

  test('a delay is never 0, which Temporal would take for no time left', () => {
    expect(stayAwayMs(0, () => 0)).toBe(200);
  });
});

describe('network failures', () => {
  test.each([
    ['ECONNREFUSED', 'the connection was refused', 'LAYERS_BASE_URL'],
    ['ENOTFOUND', 'the host name cannot be resolved', 'LAYERS_BASE_URL'],
    ['ECONNRESET', 'the connection was closed before the answer was complete', 'Check that Layers is up'],
    ['UND_ERR_SOCKET', 'the connection was closed before the answer was complete', 'Check that Layers is up'],
    ['UND_ERR_HEADERS_TIMEOUT', 'no answer came in time', 'Check that Layers is up'],
    ['UND_ERR_BODY_TIMEOUT', 'the answer stopped half-way', 'Check that Layers is up'],
    ['UND_ERR_CONNECT_TIMEOUT', 'no connection was made in time', 'Check that Layers is up'],
    ['CERT_HAS_EXPIRED', 'its certificate has expired', 'NODE_EXTRA_CA_CERTS'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'the TLS handshake failed', 'NODE_EXTRA_CA_CERTS'],
    ['UND_ERR_ABORTED', 'the request was cancelled', 'Check that Layers is up'],
    ['ENEW', 'the connection failed', 'Check that Layers is up'],
  ])('%s', async (code, reason, fix) => {
    const { client, pool } = mockedClient();
    pool
      .intercept({ path: '/v1/things/th_1', method: 'GET' })
      .replyWithError(Object.assign(new Error('secret internals'), { code }));
    const { classification, message } = await layersError(client.request(anyRequest));
    expect(message).toBe(`ApiUnavailable: No answer from layers.test to GET /v1/things/th_1: ${reason} (${code}).`);
    expect(classification).toMatchObject({
      retry: 'temporal',
      benign: false,
      details: { httpStatus: null, definite: false },
    });
    expect(classification.details.fix).toContain(fix);
  });

  test('the code may sit on a cause, or on one of several attempts to connect', async () => {
    const inner = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
    for (const error of [new Error('fetch failed', { cause: inner }), new AggregateError([inner])]) {
      const { client, pool } = mockedClient();
      pool.intercept({ path: '/v1/things/th_1', method: 'GET' }).replyWithError(error);
      expect((await layersError(client.request(anyRequest))).message).toContain('(ECONNREFUSED)');
    }
  });
});

test('patience: 404 three times, a conflict of the key five times for longer than the request may take', () => {
  const refused = { code: null, message: null, requestId: null, details: {}, retryAfterMs: null };
  const gone = new LayersError('GET', '/v1/x', { kind: 'refused', status: 404, ...refused }, 20_000);
  expect(gone.classification.tries).toBe(3);
  const conflict = { kind: 'refused' as const, status: 409, ...refused, code: 'IDEMPOTENCY_CONFLICT' };
  for (const timeoutMs of [20_000, 600_000]) {
    const { tries, retryAfterMs = 0 } = new LayersError('POST', '/v1/x', conflict, timeoutMs).classification;
    expect(tries).toBe(5);
    expect(retryAfterMs * (1 + 2 + 4 + 8)).toBeGreaterThan(timeoutMs);
  }
});
