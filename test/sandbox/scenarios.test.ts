import { SCENARIOS } from '../../src/sandbox/control/scenarios';
import { consent } from '../support/environment';
import { aProject, aSlideshow, DESCRIPTION, remix, type Running, start } from './support';

const named = [
  ...['happy', 'slow-keywords', 'influencer-fails', 'rate-limit-storm', 'billing'],
  ...['moderation', 'oauth-denied', 'job-stuck', 'expired-key', 'flaky-network'],
];

const attempt = async (at: Running, projectId: string, influencerId: string) => {
  const path = `/v1/projects/${projectId}/content/slideshow-remix`;
  const { status, body } = await at.post(path, { tiktokVideoId: '7301234567890123456', influencerId });
  return { status, code: body.error?.code, jobId: body.jobId };
};

/** In a happy world, so that the scenario meets the generation alone. */
async function beforeContent(scenario: string, customerExternalId?: string) {
  const at = await start();
  const projectId = await aProject(at, { appName: 'Acme', appDescription: DESCRIPTION });
  at.clock.advance(60_000);
  const influencerId = (await at.get(`/v1/projects/${projectId}/influencers`)).body.items[0].influencerId as string;
  const { status } = await at.post('/_sandbox/scenario', { name: scenario, customerExternalId });
  expect(status).toBe(200);
  return { at, projectId, influencerId };
}

describe('scenarios', () => {
  test('have names, are listed, and an unknown one is refused by name', async () => {
    expect(Object.keys(SCENARIOS)).toEqual(expect.arrayContaining(named));
    const at = await start();
    const { scenarios } = (await at.get('/_sandbox/scenarios')).body;
    expect(scenarios).toContainEqual({ name: 'happy', summary: 'everything works' });
    const wrong = await at.post('/_sandbox/scenario', { name: 'hapy' });
    expect([wrong.status, wrong.body.error.message]).toEqual([422, expect.stringContaining('happy, slow-keywords')]);
    await expect(start({ scenario: 'hapy' })).rejects.toThrow('scenario: "hapy" is unknown');
  });

  test.each(Object.keys(SCENARIOS))('%s can be set at the start', async (scenario) => {
    const at = await start({ scenario });
    expect((await at.get('/_sandbox/summary')).status).toBe(200);
  });

  test('slow-keywords', async () => {
    const at = await start({ scenario: 'slow-keywords' });
    const id = await aProject(at, { appDescription: DESCRIPTION });
    const refreshedAt = async () => (await at.get(`/v1/projects/${id}/keywords`)).body.refreshedAt;
    at.clock.advance(17 * 60_000);
    expect(await refreshedAt()).toBeNull();
    at.clock.advance(60_000);
    expect(await refreshedAt()).not.toBeNull();
  });

  test('keywords-never', async () => {
    const at = await start({ scenario: 'keywords-never' });
    const id = await aProject(at, { appDescription: DESCRIPTION });
    const { body } = await at.post(`/v1/projects/${id}/keywords/refresh`);
    at.clock.advance(24 * 3_600_000);
    expect((await at.get(`/v1/jobs/${body.jobId}`)).body.status).toBe('failed');
    expect((await at.get(`/v1/projects/${id}/keywords`)).body.refreshedAt).toBeNull();
  });

  test.each([
    ['influencer-fails', 'ready'],
    ['influencers-all-fail', 'failed'],
  ])('%s: a second one is %s', async (scenario, second) => {
    const at = await start({ scenario });
    const id = await aProject(at, { appDescription: DESCRIPTION });
    at.clock.advance(60_000);
    await at.post(`/v1/projects/${id}/influencers`);
    at.clock.advance(60_000);
    const statuses = (await at.get(`/v1/projects/${id}/influencers`)).body.items.map(
      ({ status }: { status: string }) => status,
    );
    expect(statuses).toEqual([second, 'failed']);
  });

  test('rate-limit-storm', async () => {
    const at = await start({ scenario: 'rate-limit-storm', tier: 'partner' });
    const answers = await Promise.all(Array.from({ length: 200 }, () => at.get('/v1/whoami')));
    const forms = answers.filter(({ status }) => status === 429).map(({ headers }) => headers['retry-after']);
    expect(forms.length).toBeGreaterThan(40);
    expect(forms).toEqual(expect.arrayContaining(['0', '1', expect.stringContaining('GMT')]));
    expect(answers.some(({ status }) => status === 200)).toBe(true);
  });

  test('billing, until it is topped up or the scenario ends', async () => {
    const { at, projectId, influencerId } = await beforeContent('billing');
    expect((await attempt(at, projectId, influencerId)).code).toBe('BILLING_EXHAUSTED');
    await at.post('/_sandbox/credits', { add: 50 });
    expect((await attempt(at, projectId, influencerId)).status).toBe(202);
    expect((await attempt(at, projectId, influencerId)).code).toBe('BILLING_EXHAUSTED');
    await at.post('/_sandbox/scenario', { name: 'happy' });
    expect((await attempt(at, projectId, influencerId)).status).toBe(202);
  });

  test('moderation: refused, then failed, then fine', async () => {
    const { at, projectId, influencerId } = await beforeContent('moderation');
    expect((await attempt(at, projectId, influencerId)).code).toBe('MODERATION_BLOCKED');
    const second = await remix(at, projectId, influencerId);
    const third = await remix(at, projectId, influencerId);
    at.clock.advance(90_000);
    expect((await at.get(`/v1/jobs/${second.jobId}`)).body).toMatchObject({
      status: 'failed',
      error: { code: 'MODERATION_BLOCKED' },
    });
    expect((await at.get(`/v1/jobs/${third.jobId}`)).body.status).toBe('completed');
  });

  test.each([
    ['job-stuck', 'running'],
    ['job-fails', 'failed'],
    ['job-canceled', 'canceled'],
  ])('%s: the first generation is %s, the second completes', async (scenario, status) => {
    const { at, projectId, influencerId } = await beforeContent(scenario);
    const first = await remix(at, projectId, influencerId);
    const second = await remix(at, projectId, influencerId);
    at.clock.advance(24 * 3_600_000);
    expect((await at.get(`/v1/jobs/${first.jobId}`)).body.status).toBe(status);
    expect((await at.get(`/v1/jobs/${second.jobId}`)).body.status).toBe('completed');
  });

  test.each([
    ['not-a-slideshow', 'NOT_A_SLIDESHOW', 202],
    ['project-archived', 'CONFLICT', 409],
    ['expired-key', 'UNAUTHENTICATED', 401],
    ['killed-key', 'KILL_SWITCH', 503],
    ['scope-missing', 'FORBIDDEN_SCOPE', 403],
  ])('%s answers %s, then %i', async (scenario, code, next) => {
    const { at, projectId, influencerId } = await beforeContent(scenario);
    expect((await attempt(at, projectId, influencerId)).code).toBe(code);
    expect((await attempt(at, projectId, influencerId)).status).toBe(next);
    if (!scenario.includes('key') && !scenario.includes('scope')) return;
    await at.post('/_sandbox/keys', { revoked: false, killed: false, scopes: ['*'] });
    expect((await attempt(at, projectId, influencerId)).status).toBe(202);
  });

  test('expired-window: done, not answered, not remembered', async () => {
    const { at, projectId, influencerId } = await beforeContent('expired-window');
    await expect(attempt(at, projectId, influencerId)).rejects.toThrow();
    expect(at.effects('content.created')).toHaveLength(1);
  });

  test('job-cap and daily-cap', async () => {
    const capped = await beforeContent('job-cap');
    expect((await attempt(capped.at, capped.projectId, capped.influencerId)).status).toBe(202);
    expect((await attempt(capped.at, capped.projectId, capped.influencerId)).code).toBe('RATE_LIMITED');
    const daily = await start({ scenario: 'daily-cap' });
    for (let write = 0; write < 10; write++) await aProject(daily, { customerExternalId: undefined });
    expect((await daily.post('/v1/projects', { name: 'Acme', timezone: 'UTC' })).headers['retry-after']).toBe(
      String(12 * 3600),
    );
  });

  test('oauth-denied: the first consent is refused, whatever the person chose, the second is theirs', async () => {
    const at = await start({ scenario: 'oauth-denied' });
    const projectId = await aProject(at, { appDescription: DESCRIPTION });
    const ask = async (): Promise<string> => {
      const asked = { platform: 'tiktok', returnUrl: 'https://app.acmecoffee.com/done' };
      const { body } = await at.post(`/v1/projects/${projectId}/social/oauth-url`, asked);
      await consent(body.authorizeUrl as string);
      return (await at.get(`/v1/social/oauth-status/${body.state as string}`)).body.status as string;
    };
    expect([await ask(), await ask()]).toEqual(['failed', 'completed']);
  });

  test('flaky-network: some requests break in every way, most do not', async () => {
    const at = await start({ scenario: 'flaky-network', tier: 'partner' });
    const seen = new Map<string, number>();
    const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
    for (let batch = 0; batch < 20; batch++)
      await Promise.all(
        Array.from({ length: 20 }, () =>
          at.get('/v1/whoami').then(
            ({ status, body }) => count(body === null ? `page ${status}` : String(status)),
            () => count('broken'),
          ),
        ),
      );
    expect(seen.get('200')).toBeGreaterThan(250);
    for (const what of ['broken', '500', '503']) expect(seen.get(what)).toBeGreaterThan(2);
    expect([...seen.keys()].some((what) => what.startsWith('page'))).toBe(true);
  });

  test('can be chosen for some customers alone', async () => {
    const { at, projectId, influencerId } = await beforeContent('billing', '^unlucky');
    expect((await attempt(at, projectId, influencerId)).status).toBe(202);
    const unlucky = await aSlideshow(at, { customerExternalId: 'unlucky-1' }).catch((error: unknown) => error);
    expect(String(unlucky)).toContain('402');
    const everybody = await at.post('/_sandbox/scenario', { name: 'job-cap', customerExternalId: '^unlucky' });
    expect(everybody.body.error.message).toContain('holds for everybody');
    const stateOf = async () => (await at.get('/_sandbox/faults')).body.rules.map(({ id }: { id: string }) => id);
    expect(await stateOf()).toEqual(['scenario[^unlucky]:billing:credits']);
    await at.post('/_sandbox/scenario', { name: 'happy', customerExternalId: '^unlucky' });
    expect(await stateOf()).toEqual([]);
  });

  test('a reset begins the scenario of the start again', async () => {
    const at = await start({ scenario: 'influencer-fails' });
    await at.post('/_sandbox/scenario', { name: 'happy' });
    await at.post('/_sandbox/reset');
    expect((await at.get('/_sandbox/faults')).body.rules).toHaveLength(1);
  });
});
