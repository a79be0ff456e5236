import { keep, timesMet, withHeartbeats } from '../../src/activities/heartbeat';
import { environment as activityEnvironment } from './support';

function beating(info = {}) {
  const environment = activityEnvironment(info);
  const beats: unknown[] = [];
  environment.on('heartbeat', (details) => beats.push(details));
  return { environment, beats };
}

test('a short request costs no heartbeat', async () => {
  const { environment, beats } = beating();
  await expect(environment.run(() => withHeartbeats(async () => 'done'))).resolves.toBe('done');
  expect(beats).toEqual([]);
});

test('a long one beats until it ends, well or badly', async () => {
  for (const fails of [false, true]) {
    const { environment, beats } = beating();
    const until = new Promise<void>((resolve, reject) => {
      environment.on('heartbeat', () => beats.length === 3 && (fails ? reject(new Error('broken')) : resolve()));
    });
    const run = environment.run(() => withHeartbeats(() => until, 5));
    await (fails ? expect(run).rejects.toThrow('broken') : run);
    const beaten = beats.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(beats).toHaveLength(beaten);
  }
});

test('what was met is kept from attempt to attempt, also by the beats of a long request', async () => {
  const first = beating();
  await first.environment.run(async () => keep({ met: { NOT_FOUND: 1 } }));
  expect(first.beats).toEqual([{ met: { NOT_FOUND: 1 } }]);

  const second = beating({ heartbeatDetails: first.beats[0] });
  await second.environment.run(async () => {
    expect(timesMet('NOT_FOUND')).toBe(1);
    expect(timesMet('IDEMPOTENCY_CONFLICT')).toBe(0);
    const beat = new Promise((resolve) => second.environment.once('heartbeat', resolve));
    await withHeartbeats(() => beat, 5);
    keep({ met: { NOT_FOUND: 1, IDEMPOTENCY_CONFLICT: 1 } });
  });
  expect(second.beats).toEqual([
    { met: { NOT_FOUND: 1 }, seconds: 0 },
    { met: { NOT_FOUND: 1, IDEMPOTENCY_CONFLICT: 1 } },
  ]);
});
