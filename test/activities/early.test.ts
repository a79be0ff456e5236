import type { Kept } from '../../src/activities/heartbeat';
import { activities, as, environment, failure } from './support';

const envelope = { error: { code: 'RATE_LIMITED', message: 'Too many requests.', requestId: 'req_1' } };
const args = { as, projectId: 'prj_1' };

/** One attempt that is refused with a pause, and what it leaves for the next one. */
async function refused(retryAfter: string): Promise<Kept> {
  const { pool, reads } = activities();
  pool
    .intercept({ method: 'GET', path: '/v1/projects/prj_1/app-media' })
    .reply(429, envelope, { headers: { 'retry-after': retryAfter } });
  const first = environment();
  let left: Kept = {};
  first.on('heartbeat', (details) => (left = details as Kept));
  await expect(first.run(reads.listAppMedia, args)).rejects.toMatchObject({ type: 'RATE_LIMITED' });
  return left;
}

describe('an attempt that comes before the time that Layers named', () => {
  test('is sent back for the rest, without a request', async () => {
    const left = await refused('60');
    // Nothing is intercepted, so a request would fail in another way.
    const { thrown, details } = await failure(activities().reads.listAppMedia, args, { heartbeatDetails: left });
    expect(thrown).toMatchObject({ type: 'RATE_LIMITED', category: 'BENIGN', nonRetryable: false });
    expect(thrown.nextRetryDelay).toBeGreaterThan(59_000);
    expect(thrown.nextRetryDelay).toBeLessThanOrEqual(66_500);
    expect(details.stayAwayMs).toBe(thrown.nextRetryDelay);
    expect(thrown.message).toMatch(/another 6\d s\./);
  });

  test('is sent back three times in a row at most, for then a clock is wrong', async () => {
    let left = await refused('60');
    const { pool, reads } = activities();
    pool.intercept({ method: 'GET', path: '/v1/projects/prj_1/app-media' }).reply(200, { items: [], nextCursor: null });
    for (let time = 1; time <= 3; time += 1) {
      const back = environment({ heartbeatDetails: left });
      back.on('heartbeat', (details) => (left = details as Kept));
      await expect(back.run(reads.listAppMedia, args)).rejects.toMatchObject({ type: 'RATE_LIMITED' });
      expect(left.away).toMatchObject({ sentBack: time });
    }
    await expect(environment({ heartbeatDetails: left }).run(reads.listAppMedia, args)).resolves.toEqual([]);
  });

  test('is never kept away for longer than was asked, whatever a clock says', async () => {
    const away = { code: 'RATE_LIMITED', ms: 2_000, until: Date.now() + 9_999_999, sentBack: 0 };
    const { thrown } = await failure(activities().reads.listAppMedia, args, { heartbeatDetails: { away } });
    expect(thrown.nextRetryDelay).toBe(2_000);
  });

  test('is not early once the time has come', async () => {
    const away = { code: 'RATE_LIMITED', ms: 2_000, until: Date.now() + 100, sentBack: 0 };
    const { pool, reads } = activities();
    pool.intercept({ method: 'GET', path: '/v1/projects/prj_1/app-media' }).reply(200, { items: [], nextCursor: null });
    await expect(environment({ heartbeatDetails: { away } }).run(reads.listAppMedia, args)).resolves.toEqual([]);
  });

  test('may be a new read of the same, which a webhook has begun', async () => {
    const { pool, reads } = activities();
    pool
      .intercept({ method: 'GET', path: '/v1/projects/prj_1/app-media' })
      .reply(429, envelope, { headers: { 'retry-after': '60' } });
    await failure(reads.listAppMedia, args);
    const again = await failure(reads.listAppMedia, args);
    expect(again.thrown).toMatchObject({ type: 'RATE_LIMITED', category: 'BENIGN' });
    expect(again.thrown.nextRetryDelay).toBeGreaterThan(58_000);
    // Another read is none of its business.
    pool.intercept({ method: 'GET', path: '/v1/projects/prj_2/app-media' }).reply(200, { items: [], nextCursor: null });
    expect(await environment().run(reads.listAppMedia, { ...args, projectId: 'prj_2' })).toEqual([]);
  });
});
