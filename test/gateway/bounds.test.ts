import { pino } from 'pino';
import { Buckets, Gathered, Recent } from '../../src/gateway/bounds';
import { gatewayLogger } from '../../src/gateway/http/logger';
import { get, hiddenFields, open, post, tokenOf, type Opened } from './support/browserless';
import { asking, NOW, refusedUpdate, REVIEW, statusOf } from './support/fakeTemporal';
import { answer, approved, withReview } from './support/reviews';

/** What a link holder, or a stranger, can make the gateway and an onboarding do. */

const CONNECT = tokenOf({ scope: 'connect', revision: undefined });

function waiting(now: () => number = () => NOW): Opened {
  const opened = open({ now });
  const [connect, social] = asking(['tiktok']);
  opened.temporal.change(statusOf({ review: null, ...connect }, social));
  let consents = 0;
  opened.temporal.onUpdate = () => ({
    platform: 'tiktok',
    authorizeUrl: `https://www.tiktok.com/v2/auth?state=st_${(consents += 1)}`,
    expiresAt: new Date(now() + 600_000).toISOString(),
  });
  return opened;
}

/** Opens the page and presses the button, as often as somebody likes. */
async function press(opened: Opened) {
  const { form } = hiddenFields(await get(opened, `/c/${CONNECT}`));
  return post(opened, `/c/${CONNECT}`, { form: form!, platform: 'tiktok' });
}

describe('wrong decisions never reach the onboarding', () => {
  it.each([
    'never',
    '2026-05-16',
    '2026-02-30T09:00',
    '2026-03-08T02:30', // the clocks go forward
    '2026-05-12T07:02', // less than five minutes ahead
    '2020-01-01T09:00',
    '2026-05-16T10:30[America/Los_Angeles]',
    '9'.repeat(40),
  ])('the time %j, a hundred times', async (at) => {
    const opened = open();
    const form = hiddenFields(await get(opened, `/r/${tokenOf()}?do=approve`));
    for (let sent = 0; sent < 100; sent += 1) {
      const { status, html } = await post(opened, `/r/${tokenOf()}`, { ...form, reviewer: 'Eve', at });
      expect(status).toBe(422);
      expect(html).toContain('id="at-problem"');
    }
    expect(opened.temporal.updates).toEqual([]);
    opened.temporal.onUpdate = () => approved();
    expect((await answer(opened, 'approve')).status).toBe(303);
  });

  it.each([
    [
      'about a round that is over',
      { revision: 1, earlier: [approved({ decision: 'requestChanges', reviewer: 'Bob' })] },
    ],
    ['about what has been decided', { decision: approved({ reviewer: 'Bob' }) }],
  ])('%s', async (_, review) => {
    const opened = open();
    const form = hiddenFields(await get(opened, `/r/${tokenOf()}?do=approve`));
    withReview(opened.temporal, review);
    const { status, text } = await post(opened, `/r/${tokenOf()}`, { ...form, reviewer: 'Eve' });
    expect(status).toBe(409);
    expect(text).toContain('by Bob');
    expect(opened.temporal.updates).toEqual([]);
  });

  it('changes in the last round, and about a round that has not come', async () => {
    const opened = open();
    const form = hiddenFields(await get(opened, `/r/${tokenOf()}?do=changes`));
    withReview(opened.temporal, { maxRounds: 1 });
    const last = await post(opened, `/r/${tokenOf()}`, { ...form, reviewer: 'Eve', comment: 'more' });
    expect([last.status, last.text.includes('This is the last round')]).toEqual([409, true]);
    opened.temporal.change(statusOf({ review: null }));
    expect((await post(opened, `/r/${tokenOf()}`, { ...form, reviewer: 'Eve', comment: 'more' })).status).toBe(409);
    expect(opened.temporal.updates).toEqual([]);
  });

  it.each([
    ['a name that nobody sees', { reviewer: '\u200b\u2060\u00ad' }],
    ['a reason that nobody sees', { comment: '\u200b \u202e' }],
  ])('%s', async (_, fields) => {
    const opened = open();
    expect((await answer(opened, 'reject', { comment: 'Off brand.', ...fields })).status).toBe(422);
    expect(opened.temporal.updates).toEqual([]);
  });

  it('and what is sent is what everybody sees: without marks that reorder or hide', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => approved({ decision: 'reject' });
    await answer(opened, 'reject', { reviewer: 'Ma\u202eria\u0007', comment: 'One.\r\nTwo\u0000\u200b.' });
    expect(opened.temporal.updates[0]!.args).toMatchObject({ reviewer: 'Maria', comment: 'One.\nTwo .' });
  });

  it('a source that is not among the suggestions', async () => {
    const opened = open();
    const token = tokenOf({ scope: 'choose', revision: undefined });
    opened.temporal.change(statusOf({ review: null, choices: [REVIEW.source!] }));
    const { form } = hiddenFields(await get(opened, `/r/${token}`));
    const sent = { form: form!, tiktokVideoId: '999', by: 'Eve' };
    const { status, text } = await post(opened, `/r/${token}`, sent);
    expect([status, text.includes('no longer among the suggestions')]).toEqual([409, true]);
    expect(opened.temporal.updates).toEqual([]);
  });
});

describe('answers by one link', () => {
  it('are bounded, and the page says when to try again', async () => {
    let now = NOW;
    const opened = open({ now: () => now });
    opened.temporal.onUpdate = () => {
      throw refusedUpdate('InvalidMessage', 'no', { problems: [] });
    };
    const statuses: number[] = [];
    for (let sent = 0; sent < 60; sent += 1) statuses.push((await answer(opened, 'approve')).status);
    expect(statuses).toContain(429);
    expect(opened.temporal.updates.length).toBeLessThan(30);
    const refused = await answer(opened, 'approve');
    expect(refused.text).toMatch(/Please try again in \d+ seconds?\./);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    now += seconds * 1000;
    expect((await answer(opened, 'approve')).status).toBe(422);
    // Another link has a bucket of its own, and looking is never refused.
    expect((await answer(opened, 'approve', {}, tokenOf({ expiresAt: NOW + 5e9 }))).status).toBe(422);
    expect((await get(opened, `/r/${tokenOf()}`)).status).toBe(200);
  });

  it('to ask for changes lead on once: a form that is sent again is answered, and gets no link', async () => {
    let now = NOW;
    const opened = open({ now: () => now });
    const decision = approved({ decision: 'requestChanges', comment: 'Brighter.', at: new Date(NOW).toISOString() });
    opened.temporal.onUpdate = () => {
      withReview(opened.temporal, { revision: 1, earlier: [decision] });
      return decision;
    };
    const form = hiddenFields(await get(opened, `/r/${tokenOf()}?do=changes`));
    const fields = { ...form, reviewer: 'Maria', comment: 'Brighter.' };
    const first = await post(opened, `/r/${tokenOf()}`, fields);
    expect(first.headers.get('location')).not.toBe(tokenOf());
    for (const minutes of [0, 1, 60, 23 * 60]) {
      now = NOW + minutes * 60_000;
      const again = await post(opened, `/r/${tokenOf()}`, fields);
      expect([again.status, again.headers.get('location')]).toEqual([303, tokenOf()]);
    }
    // Nor by a gateway that has forgotten it, once some time has passed.
    const other = open({ now: () => NOW + 2 * 3_600_000 });
    other.temporal.change(opened.temporal.status);
    other.temporal.onUpdate = () => decision;
    expect((await post(other, `/r/${tokenOf()}`, fields)).headers.get('location')).toBe(tokenOf());
  });
});

describe('one connect link', () => {
  it('pressed sixty times gives one consent page, as long as that is good', async () => {
    let now = NOW;
    const opened = waiting(() => now);
    const places = new Set<string | null>();
    for (let pressed = 0; pressed < 60; pressed += 1, now += 5_000)
      places.add((await press(opened)).headers.get('location'));
    expect(places).toEqual(new Set(['https://www.tiktok.com/v2/auth?state=st_1']));
    expect(opened.temporal.updates).toHaveLength(1);
    now = NOW + 9 * 60_000;
    expect((await press(opened)).headers.get('location')).toContain('state=st_2');
  });

  it('gives another page once that one has been used, and at most so many of them', async () => {
    let now = NOW;
    const opened = waiting(() => now);
    const statuses: number[] = [];
    for (let pressed = 0; pressed < 60; pressed += 1, now += 1_000) {
      const gone = await press(opened);
      statuses.push(gone.status);
      const cookie = gone.headers.get('set-cookie')?.split(';')[0];
      if (cookie !== undefined) await get(opened, '/c/return?status=error', { cookie });
    }
    expect(statuses.slice(0, 3)).toEqual([303, 303, 303]);
    expect(statuses).toContain(429);
    expect(opened.temporal.updates.length).toBeLessThanOrEqual(6);
    now += 60_000;
    expect((await press(opened)).status).toBe(303);
  });

  it('gives another page once an account is connected, or connecting one has failed', async () => {
    const opened = waiting();
    await press(opened);
    const [failed] = asking(['tiktok'], [], { failures: 1, lastFailure: 'denied' });
    opened.temporal.change(statusOf({ review: null, ...failed }, asking(['tiktok'])[1]));
    expect((await press(opened)).headers.get('location')).toContain('state=st_2');
    const [connect, social] = asking(['tiktok'], ['tiktok'], { failures: 1, lastFailure: 'denied' });
    opened.temporal.change(statusOf({ review: null, ...connect }, social));
    expect((await press(opened)).headers.get('location')).toContain('state=st_3');
  });

  it('wakes the onboarding once per departure, however often its cookie is sent again', async () => {
    const opened = waiting();
    const cookie = (await press(opened)).headers.get('set-cookie')!.split(';')[0]!;
    for (let sent = 0; sent < 300; sent += 1) await get(opened, '/c/return', { cookie });
    expect(opened.temporal.signals).toHaveLength(1);
  });
});

describe('what strangers do', () => {
  it('is told in one line, however often they do it', async () => {
    const opened = open();
    for (let sent = 0; sent < 500; sent += 1) {
      await get(opened, '/r/eyJ3IjoieCJ9.AAAA');
      await post(opened, `/r/${tokenOf()}`, { form: 'x' });
      await opened.app.request('/webhooks/layers', { method: 'POST', body: '{}' });
    }
    const warned = opened.lines.filter((line) => line.includes('"level":40'));
    expect(warned.map((line) => (JSON.parse(line) as { msg: string }).msg).sort()).toEqual([
      'form refused',
      'link refused',
      'webhook refused',
    ]);
  });

  it('is counted meanwhile, and the count is told', async () => {
    const lines: string[] = [];
    const warnings = new Gathered(pino({}, { write: (line) => void lines.push(line) }), 30);
    for (let sent = 0; sent < 10; sent += 1) warnings.warn('link refused', { reason: 'forged' });
    while (lines.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(JSON.parse(lines[1]!)).toMatchObject({ msg: 'link refused, again', reason: 'forged', times: 9 });
    warnings.warn('link refused', { reason: 'forged' });
    expect(lines).toHaveLength(3);
  });

  it('asks Temporal once where hundreds ask for its health at once', async () => {
    const opened = open();
    await Promise.all(Array.from({ length: 300 }, () => get(opened, '/readyz')));
    expect(opened.temporal.calls).toBeLessThan(10);
  });

  it.each(['eyJ', 'eyJeyJ-', 'eyJ.', 'a'])('takes the log no longer where lines are full of %j', (text) => {
    const long = text.repeat(300_000);
    let written = '';
    const log = gatewayLogger('info', [], { write: (line: string) => void (written = line) });
    const begun = Date.now();
    log.info({ long }, 'a line');
    expect(Date.now() - begun).toBeLessThan(5_000); // it was minutes
    expect(written).toContain('a line');
  });
});

describe('a bucket', () => {
  it('is full at first, empties, and fills again with time', () => {
    let now = 0;
    const buckets = new Buckets({ atOnce: 2, everyMs: 1_000 }, () => now);
    expect([buckets.take('a'), buckets.take('a'), buckets.take('a')]).toEqual([0, 0, 1_000]);
    now = 600;
    expect(buckets.take('a')).toBe(400);
    now = 1_000;
    expect([buckets.take('a'), buckets.take('a'), buckets.take('b')]).toEqual([0, 1_000, 0]);
    now = 1e9;
    expect([buckets.take('a'), buckets.take('a'), buckets.take('a')]).toEqual([0, 0, 1_000]);
  });

  it('and what is remembered of late, stays small', () => {
    let now = 0;
    const recent = new Recent<number>({ most: 3, forMs: 10, now: () => now });
    for (const key of ['a', 'b', 'c', 'd']) recent.set(key, 1);
    expect(['a', 'b', 'd'].map((key) => recent.has(key))).toEqual([false, true, true]);
    now = 10;
    expect(recent.has('d')).toBe(false);
  });
});
