import { Pulse } from '../../src/activities/pulse';
import { activities, as, attempt, failure } from './support';

const args = { as, projectId: 'prj_1' };
const PATH = { method: 'GET', path: '/v1/projects/prj_1/app-media' };

/** A process whose clock a test moves. */
function process(): { pulse: Pulse; pass(ms: number): void } {
  let now = 1_000_000;
  return { pulse: new Pulse(() => now), pass: (ms) => void (now += ms) };
}

describe('an attempt that a process finds when it wakes up', () => {
  test('is left to whoever has it by now, without a request', async () => {
    const { pulse, pass } = process();
    pass(15_000);
    const { reads } = activities({ pulse });
    const { thrown } = await failure(reads.listAppMedia, args, { heartbeatTimeoutMs: 12_000 });
    expect(thrown).toMatchObject({ type: 'ApiUnavailable', category: 'BENIGN', nextRetryDelay: 5_000 });
    expect(thrown.message).toContain('frozen for 15 s');
  });

  test.each([
    ['a freeze that Temporal has not noticed', 11_000, 0],
    ['one that is a while ago', 15_000, 6_000],
  ])('is made after %s', async (_, frozenMs, agoMs) => {
    const { pulse, pass } = process();
    pass(frozenMs);
    pulse.silence();
    pass(agoMs);
    const { pool, reads } = activities({ pulse });
    pool.intercept(PATH).reply(200, { items: [], nextCursor: null });
    await expect(attempt(reads.listAppMedia, args, { heartbeatTimeoutMs: 12_000 })).resolves.toEqual([]);
  });

  test('is made where the call has no heartbeat time-out', async () => {
    const { pulse, pass } = process();
    pass(99_000);
    const { pool, reads } = activities({ pulse });
    pool.intercept(PATH).reply(200, { items: [], nextCursor: null });
    await expect(attempt(reads.listAppMedia, args, { heartbeatTimeoutMs: 0 })).resolves.toEqual([]);
  });

  test('is told by the longest silence of the last seconds', () => {
    const { pulse, pass } = process();
    pass(13_000);
    expect(pulse.silence()).toBe(13_000);
    pass(900);
    expect(pulse.silence()).toBe(13_000);
    pass(5_000);
    expect(pulse.silence()).toBe(5_000);
  });
});
