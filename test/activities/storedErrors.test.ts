import type { Info } from '@temporalio/activity';
import type { Kept } from '../../src/activities/heartbeat';
import { envelope } from '../layers/support';
import { activities, as, environment, key } from './support';

/** Layers may store an error under an idempotency key (layers/API.md 21.1); its request id tells. */

const project = { name: 'Acme', customerExternalId: 'acme', timezone: 'UTC' };

/** Runs attempts of one activity call, each with what the one before left; returns how each failed, and its key. */
async function attempts(
  answers: { status: number; body: object; headers?: Record<string, string> }[],
  activity: 'createProject' | 'rejectContent',
) {
  const { pool, writes } = activities();
  const keys: unknown[] = [];
  const failures: unknown[] = [];
  let heartbeatDetails: Kept | undefined;
  for (const [index, { status, body, headers = {} }] of answers.entries()) {
    pool.intercept({ path: /^\/v1/, method: 'POST' }).reply(({ headers: sent }) => {
      keys.push((sent as Record<string, string>)['idempotency-key']);
      return { statusCode: status, data: body, responseOptions: { headers } };
    });
    const info: Partial<Info> = { attempt: index + 1, heartbeatDetails };
    const env = environment(info);
    // What Layers asked to be left alone for has passed by the next attempt.
    env.on('heartbeat', ({ away: _away, ...left }: Kept) => (heartbeatDetails = left));
    const call =
      activity === 'createProject'
        ? env.run(writes.createProject, { as, key, project })
        : env.run(writes.rejectContent, { as, key, containerId: 'cnt_1', reason: 'No.' });
    failures.push(await call.catch((error: unknown) => error));
  }
  return { keys, failures };
}

const fault = (requestId: string) => ({ status: 500, body: envelope('INTERNAL', { requestId }) });

test.each([
  ['a fault', fault('req_1')],
  ['a limit', { status: 429, body: envelope('RATE_LIMITED', { requestId: 'req_1' }), headers: { 'retry-after': '0' } }],
])('%s that comes back with its request id: the call ends, for the ledger to look', async (_, answer) => {
  const { failures } = await attempts([answer, answer], 'createProject');
  expect(failures).toEqual([
    expect.objectContaining({ nonRetryable: false }),
    expect.objectContaining({
      type: 'StoredError',
      nonRetryable: true,
      details: [expect.objectContaining({ requestId: 'req_1', definite: false })],
    }),
  ]);
});

test('the same fault anew is tried again under the same key', async () => {
  const { failures, keys } = await attempts([fault('req_1'), fault('req_2'), fault('req_3')], 'createProject');
  for (const thrown of failures) expect(thrown).toMatchObject({ type: 'INTERNAL', nonRetryable: false });
  expect(new Set(keys)).toEqual(new Set([key]));
});

test('what creates nothing is done anew, under another key', async () => {
  const done = { status: 200, body: { approvalStatus: 'rejected' } };
  const { failures, keys } = await attempts([fault('req_1'), fault('req_1'), done], 'rejectContent');
  expect(failures[1]).toMatchObject({ type: 'INTERNAL', nonRetryable: false });
  expect(failures[2]).toEqual({ approvalStatus: 'rejected' });
  expect(keys.slice(0, 2)).toEqual([key, key]);
  expect(keys[2]).toMatch(/^[\da-f-]{36}$/);
  expect(keys[2]).not.toBe(key);
});
