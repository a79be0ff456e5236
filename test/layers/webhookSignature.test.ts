import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { signWebhook, TOLERANCE_MS, verifyWebhook } from '../../src/layers/webhookSignature';

const now = 1_780_000_000_000;
const rawBody = '{"id":"evt_1","type":"job.completed","data":{"jobId":"job_1"}}';
const verify = (
  header: string | null | undefined,
  secrets = ['whsec_a'],
  more: { rawBody?: string | Buffer; now?: number } = {},
) => verifyWebhook({ header, rawBody, secrets, now, ...more });

test('the header is the documented one', () => {
  const mac = createHmac('sha256', 'whsec_a').update(`1780000000.${rawBody}`).digest('hex');
  expect(signWebhook(rawBody, 'whsec_a', now)).toBe(`t=1780000000,v1=${mac}`);
});

test('what is signed verifies, whatever the body, the secrets and the order of both', () => {
  const secret = fc.string({ minLength: 1 });
  fc.assert(
    fc.property(fc.uint8Array(), fc.array(secret, { minLength: 1, maxLength: 4 }), secret, (bytes, known, other) => {
      const body = Buffer.from(bytes);
      for (const one of known) {
        const header = signWebhook(body, [other, one], now);
        expect(verifyWebhook({ header, rawBody: body, secrets: known, now })).toEqual({ ok: true });
      }
    }),
  );
});

test('any changed byte of the body, the time or the signature is refused', () => {
  const header = signWebhook(rawBody, 'whsec_a', now);
  const bytes = Buffer.from(rawBody);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const forged = Buffer.from(bytes);
      forged[at] = forged[at]! ^ change;
      expect(verify(header, ['whsec_a'], { rawBody: forged })).toEqual({ ok: false, reason: 'mismatch' });
    }),
  );
  expect(verify(header.replace('t=1780000000', 't=1780000001'))).toEqual({ ok: false, reason: 'mismatch' });
  expect(verify(header.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).toEqual({ ok: false, reason: 'mismatch' });
  expect(verify(header, ['whsec_b'])).toEqual({ ok: false, reason: 'mismatch' });
});

test('an empty secret verifies nothing', () => {
  const header = signWebhook(rawBody, '', now);
  expect(verify(header, [''])).toEqual({ ok: false, reason: 'mismatch' });
  expect(verify(header, [])).toEqual({ ok: false, reason: 'mismatch' });
});

test.each([
  [TOLERANCE_MS, true],
  [-TOLERANCE_MS, true],
  [TOLERANCE_MS + 1_000, false],
  [-TOLERANCE_MS - 1_000, false],
])('%i ms later: %p', (laterMs, ok) => {
  const header = signWebhook(rawBody, 'whsec_a', now);
  expect(verify(header, ['whsec_a'], { now: now + laterMs })).toEqual(ok ? { ok } : { ok, reason: 'stale' });
});

const good = 'a'.repeat(64);
test.each([
  ['t=1780000000', 'malformed'],
  [`v1=${good}`, 'malformed'],
  [`t=now,v1=${good}`, 'malformed'],
  [`t=1780000000,t=1780000000,v1=${good}`, 'malformed'],
  ['t=1780000000,v1=abc', 'malformed'],
  [`t=1780000000,v2=${good}`, 'malformed'],
  [`t=1780000000${`,v1=${good}`.repeat(11)}`, 'malformed'],
  ['x'.repeat(5_000), 'malformed'],
  ['', 'missing'],
  [null, 'missing'],
  [undefined, 'missing'],
])('%s is %s', (header, reason) => {
  expect(verify(header)).toEqual({ ok: false, reason });
});

test('spaces and schemes of a later version are passed over', () => {
  const header = signWebhook(rawBody, 'whsec_a', now).replace(',', ', v0=00, ');
  expect(verify(header)).toEqual({ ok: true });
});
