import { layersIsBehindMs, onTemporalClock, TemporalClock } from '../../src/activities/clock';
import { activities, as, attempt, environment, failure, key, onlyPage, waiting } from './support';

/** Three clocks: Temporal's, Layers', and this machine's own, of which each may be wrong. */

const HTTP = (ms: number): string => new Date(ms).toUTCString();
const SKEWS = [-3_600_000, -5_000, 5_000, 1_200_000];
const project = (createdAtMs: number) => ({
  id: 'prj_1',
  status: 'active',
  customerExternalId: 'acme',
  createdAt: new Date(createdAtMs).toISOString(),
});

describe('Temporal, as this process knows it', () => {
  const readings = async (clock: TemporalClock, ...scheduled: number[]) => {
    const read: number[] = [];
    for (const now of scheduled) read.push(await environment({}, now).run(() => Promise.resolve(clock.now())));
    return read;
  };

  test('is the time of an attempt, and what has passed since', async () => {
    let passed = 5_000;
    const clock = new TemporalClock(() => passed);
    expect(await readings(clock, 1_000_000)).toEqual([1_000_000]);
    passed += 700;
    // This attempt has waited 300 ms in its queue.
    expect(await readings(clock, 1_000_400)).toEqual([1_000_700]);
    expect(await readings(clock, 1_002_000)).toEqual([1_002_000]);
  });

  test('a server whose clock was set back is believed after a while', async () => {
    let passed = 0;
    const clock = new TemporalClock(() => passed);
    await readings(clock, 9_000_000);
    passed += 11 * 60_000;
    expect(await readings(clock, 5_000_000)).toEqual([5_000_000]);
  });
});

test.each([
  ['no Date', null, 0],
  ['at the same time', 10_500, 0],
  ['a Date counts whole seconds', 9_000, 0],
  ['behind', 5_000, 5_000],
  ['ahead', 20_000, -9_000],
  ['by a year: a mistake', 10_000 - 365 * 86_400_000, 0],
])('Layers: %s', (_, answeredAt, behindMs) => {
  expect(layersIsBehindMs(answeredAt, { sentAt: 10_000, now: 11_000 })).toBe(behindMs);
});

test('only times that a workflow compares are moved, and nothing within what the partner has stored', () => {
  const createdAt = '2026-11-30T10:00:00.000Z';
  const record = { createdAt, fields: { metadata: { createdAt } }, scheduledFor: createdAt };
  const moved = { ...record, createdAt: '2026-11-30T10:00:05.000Z' };
  expect(onTemporalClock([record], 5_000)).toEqual([moved]);
  expect(onTemporalClock({ items: [record], nextCursor: 'c' }, 5_000)).toEqual({ items: [moved], nextCursor: 'c' });
});

describe.each(SKEWS)('Layers is %i ms apart', (skew) => {
  test('what it creates now is created now', async () => {
    const { pool, reads } = activities();
    const now = Date.now();
    const items = [project(now - 1_000 + skew)];
    pool.intercept({ path: /projects/, method: 'GET' }).reply(200, { items }, { headers: { date: HTTP(now + skew) } });
    const [found] = onlyPage(await attempt(reads.findProjects, { as, customerExternalId: 'acme' }));
    expect(Math.abs(Date.parse(found!.createdAt) - now)).toBeLessThan(4_000);
  });

  test('a new project is no replay, and one of an hour ago is', async () => {
    const { pool, writes } = activities();
    const args = { as, key, project: { name: 'Acme', customerExternalId: 'acme', timezone: 'UTC' } };
    for (const [ageMs, mayBeReplay] of [
      [500, undefined],
      [3_600_000, true],
    ] as const) {
      const now = Date.now();
      pool
        .intercept({ path: '/v1/projects', method: 'POST' })
        .reply(201, project(now + skew - ageMs), { headers: { date: HTTP(now + skew) } });
      expect((await attempt(writes.createProject, args)).mayBeReplay).toBe(mayBeReplay);
    }
  });
});

test('a project that an earlier attempt of the same call has created is no replay', async () => {
  const { pool, writes } = activities();
  const args = { as, key, project: { name: 'Acme', customerExternalId: 'acme', timezone: 'UTC' } };
  const now = Date.now();
  pool
    .intercept({ path: '/v1/projects', method: 'POST' })
    .reply(201, project(now - 120_000), { headers: { date: HTTP(now) } });
  const info = { attempt: 4, scheduledTimestampMs: now - 121_000 };
  expect((await attempt(writes.createProject, args, info)).mayBeReplay).toBeUndefined();
});

test('a consent without an end lives ten minutes, by Temporal’s clock', async () => {
  const { pool, writes } = activities();
  const answer = { authorizeUrl: 'https://tiktok.example/auth', state: 'st_1' };
  pool.intercept({ path: /oauth-url/, method: 'POST' }).reply(200, answer);
  const now = Date.UTC(2031, 0);
  const args = { as, key, projectId: 'prj_1', platform: 'tiktok' as const, returnUrl: 'https://app.example/back' };
  const info = { scheduledTimestampMs: now, currentAttemptScheduledTimestampMs: now };
  const { expiresAt } = await attempt(writes.createOauthUrl, args, info);
  expect(Date.parse(expiresAt) - now).toBeGreaterThanOrEqual(600_000);
  expect(Date.parse(expiresAt) - now).toBeLessThan(660_000);
});

describe('this machine is 20 minutes ahead of Temporal', () => {
  const now = Date.now() - 1_200_000;

  test('no wait is given up for it', async () => {
    const { pool, reads } = activities();
    pool.intercept({ path: /keywords/, method: 'GET' }).reply(200, { refreshedAt: null });
    const wait = { ...waiting(0), startedAt: now - 1_000 };
    const info = { scheduledTimestampMs: now, currentAttemptScheduledTimestampMs: now };
    const { thrown } = await failure(reads.getKeywords, { as, projectId: 'prj_1', wait }, info);
    expect(thrown.type).toBe('NotReady');
  });

  test('no consent expires for it', async () => {
    const { pool, reads } = activities();
    const answer = { status: 'pending', expiresAt: new Date(now + 300_000).toISOString() };
    pool.intercept({ path: /oauth-status/, method: 'GET' }).reply(200, answer, { headers: { date: HTTP(now) } });
    const info = { scheduledTimestampMs: now, currentAttemptScheduledTimestampMs: now };
    const found = await attempt(reads.getOauthStatus, { as, projectId: 'prj_1', state: 'st_1' }, info);
    expect(found.status).toBe('pending');
  });
});
