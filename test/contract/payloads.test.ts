import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import * as fc from 'fast-check';
import { isDeeperThan, payloadConverter, Unreadable } from '../../src/contract/payloads';

const payload = (data: string | Uint8Array, encoding?: string): Payload => ({
  metadata: encoding === undefined ? {} : { encoding: Buffer.from(encoding) },
  data: Buffer.from(data),
});
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const workflow = { type: 'workflow', namespace: 'default', workflowId: 'onboard-acme' } as const;
const activity = { type: 'activity', namespace: 'default', isLocal: false } as const;

describe('the payload converter', () => {
  it('writes and reads JSON as the one of the SDK does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const written = payloadConverter.toPayload(value);
        expect(written).toEqual(defaultPayloadConverter.toPayload(value));
        expect(payloadConverter.fromPayload(written, workflow)).toEqual(defaultPayloadConverter.fromPayload(written));
      }),
    );
    expect(payloadConverter.fromPayload(payloadConverter.toPayload(undefined))).toBeUndefined();
  });

  it.each([
    [payload('{', 'json/plain'), 'encoding json/plain, but not JSON'],
    [payload('{}', 'json/protobuf'), 'encoding json/protobuf'],
    [payload('{}'), 'no encoding'],
    [{ data: Buffer.from('{}') } as Payload, 'no encoding'],
    [payload('{}', ''), 'no encoding'],
    [payload('ab', 'binary/plain'), 'encoding binary/plain'],
    [payload('{}', `a\u001b[31m${'x'.repeat(1_000)}`), `encoding a [31m${'x'.repeat(54)}`],
    [payload(nested(20_000), 'json/plain'), 'nested more than 100 deep'],
    [{ metadata: { encoding: Buffer.from('json/plain') } } as Payload, 'encoding json/plain, but not JSON'],
  ])('hands on what it cannot read, and says why', (unread, why) => {
    const read = payloadConverter.fromPayload(unread, workflow);
    expect(read).toBeInstanceOf(Unreadable);
    expect((read as Unreadable).why).toBe(`could not be decoded: ${why}`);
    // As it came: the memo of an onboarding goes to the run that continues it.
    expect(payloadConverter.toPayload(read)).toBe(unread);
  });

  it('reads what activities answer as the SDK does', () => {
    expect(payloadConverter.fromPayload(payload('ab', 'binary/plain'), activity)).toEqual(new Uint8Array([97, 98]));
    expect(payloadConverter.fromPayload(payload(nested(200), 'json/plain'), activity)).toHaveLength(1);
    expect(() => payloadConverter.fromPayload(payload('{', 'json/plain'), activity)).toThrow();
  });

  it('measures how deep a value is nested', () => {
    expect(isDeeperThan(0, 'text')).toBe(false);
    expect(isDeeperThan(0, {})).toBe(true);
    expect(isDeeperThan(2, { a: [null, 'x'] })).toBe(false);
    expect(isDeeperThan(2, { a: [1, {}] })).toBe(true);
  });
});
