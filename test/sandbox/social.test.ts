import { request } from 'undici';
import { aProject, anAccount, type Running, start } from './support';

const returnUrl = 'https://app.acme.example/back?tab=social';

async function mint(at: Running, projectId: string, body: Record<string, unknown> = {}) {
  return at.post(`/v1/projects/${projectId}/social/oauth-url`, { platform: 'tiktok', returnUrl, ...body });
}

async function consent(authorizeUrl: string, decision: string) {
  const url = new URL(authorizeUrl);
  const form = new URLSearchParams({ state: url.searchParams.get('state') ?? '', decision });
  const response = await request(url.origin + url.pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  await response.body.dump();
  return { status: response.statusCode, location: response.headers.location };
}

describe('connecting an account', () => {
  test('consent: the page, the redirect, the account', async () => {
    const at = await start();
    const id = await aProject(at, { appName: 'Acme <Coffee>' });
    const { status, body } = await mint(at, id);
    expect(status).toBe(200);
    expect(body).toEqual({
      authorizeUrl: `${at.sandbox.url}/oauth/authorize?state=${body.state}`,
      state: expect.stringMatching(/^st_/),
      expiresAt: '2026-05-01T12:10:00.000Z',
    });
    const page = await at.get(`/oauth/authorize?state=${body.state}`, undefined, { key: '' });
    expect(page.status).toBe(200);
    expect(page.text).toContain('Acme &lt;Coffee&gt;');
    expect(page.text).toMatch(/<button name="decision" value="allow">/);
    const pending = await at.get(`/v1/social/oauth-status/${body.state}`);
    expect(pending.body).toEqual({ state: body.state, status: 'pending', expiresAt: body.expiresAt });

    // Nothing is added to the address on success.
    expect(await consent(body.authorizeUrl, 'allow')).toEqual({ status: 303, location: returnUrl });
    const completed = (await at.get(`/v1/social/oauth-status/${body.state}`)).body;
    expect(completed).toMatchObject({ status: 'completed', socialAccountId: expect.stringMatching(/^sa_/) });
    expect((await at.get(`/v1/projects/${id}/social/oauth-status?state=${body.state}`)).body).toEqual(completed);
    expect((await at.get(`/v1/projects/${id}/social-accounts`)).body.items).toEqual([
      {
        socialAccountId: completed.socialAccountId,
        platform: 'tiktok',
        handle: expect.stringMatching(/^@/),
        avatarUrl: null,
        status: 'connected',
        leased: false,
        connectedAt: '2026-05-01T12:00:00.000Z',
        tokenExpiresAt: expect.any(String),
      },
    ]);
    // A state works once.
    expect((await consent(body.authorizeUrl, 'allow')).status).toBe(410);
  });

  test('a refusal comes back as layers_oauth_error', async () => {
    const at = await start();
    const id = await aProject(at);
    const { body } = await mint(at, id);
    const { location } = await consent(body.authorizeUrl, 'deny');
    expect(location).toBe(`${returnUrl}&layers_oauth_error=access_denied`);
    expect((await at.get(`/v1/social/oauth-status/${body.state}`)).body).toMatchObject({
      status: 'failed',
      error: { message: 'access_denied' },
    });
    expect((await at.get(`/v1/projects/${id}/social-accounts`)).body.items).toEqual([]);
  });

  test('states die after ten minutes and belong to their key and project', async () => {
    const at = await start();
    const id = await aProject(at);
    const { body } = await mint(at, id);
    const path = `/v1/social/oauth-status/${body.state}`;
    expect((await at.get(path, undefined, { key: 'lp_test_acme_2' })).status).toBe(404);
    const other = await aProject(at, { customerExternalId: 'other' });
    expect((await at.get(`/v1/projects/${other}/social/oauth-status?state=${body.state}`)).status).toBe(404);
    at.clock.advance(600_000);
    expect((await at.get(path)).status).toBe(404);
    expect((await consent(body.authorizeUrl, 'allow')).status).toBe(410);
  });

  test('return addresses: https on the list of the key, or http to this machine', async () => {
    const at = await start({ keys: [{ key: 'lp_test_acme_1', returnHosts: ['App.acme.example'] }] });
    const id = await aProject(at);
    const attempt = async (returnUrl: string) => {
      const answer = await mint(at, id, { returnUrl });
      return [answer.status, answer.body.error?.code];
    };
    expect(await attempt('https://app.ACME.example/back')).toEqual([200, undefined]);
    expect(await attempt('https://evil.example/back')).toEqual([403, 'RETURN_URL_NOT_ALLOWED']);
    expect(await attempt('https://sub.app.acme.example/back')).toEqual([403, 'RETURN_URL_NOT_ALLOWED']);
    expect(await attempt('http://127.0.0.1:3000/c/return')).toEqual([200, undefined]);
    expect(await attempt('http://localhost:3000/c/return')).toEqual([200, undefined]);
    expect(await attempt('http://app.acme.example/back')).toEqual([422, 'VALIDATION']);
    expect((await mint(at, id, { platform: 'youtube' })).status).toBe(422);
    expect((await mint(at, id, { scopes: Array(33).fill('a') })).status).toBe(422);
  });

  test('an archived project takes no connections', async () => {
    const at = await start();
    const id = await aProject(at);
    await at.delete(`/v1/projects/${id}`);
    expect((await mint(at, id)).status).toBe(409);
  });
});

describe('accounts', () => {
  test('a reconnection keeps the id', async () => {
    const at = await start();
    const id = await aProject(at);
    const socialAccountId = await anAccount(at, id);
    await at.patch(`/_sandbox/accounts/${socialAccountId}`, { status: 'reauth_required' });
    expect((await at.get(`/v1/projects/${id}/social-accounts?status=reauth_required`)).body.items).toHaveLength(1);
    const { body } = await at.post(`/v1/projects/${id}/social/reauth-url`, { socialAccountId, returnUrl });
    await consent(body.authorizeUrl, 'allow');
    expect((await at.get(`/v1/social/oauth-status/${body.state}`)).body.socialAccountId).toBe(socialAccountId);
    const { items } = (await at.get(`/v1/projects/${id}/social-accounts`)).body;
    expect(items).toEqual([expect.objectContaining({ socialAccountId, status: 'connected' })]);
  });

  test('list filters, health, revocation', async () => {
    const at = await start();
    const id = await aProject(at);
    const [tiktok] = [await anAccount(at, id), await anAccount(at, id, 'instagram')];
    const count = async (query: string) =>
      (await at.get(`/v1/projects/${id}/social-accounts?${query}`)).body.items.length;
    expect([
      await count(''),
      await count('platform=tiktok'),
      await count('leased=true'),
      await count('leased=false'),
    ]).toEqual([2, 1, 0, 2]);
    expect((await at.get(`/v1/social-accounts/${tiktok}/health`)).body).toMatchObject({
      socialAccountId: tiktok,
      tier: 'warm',
    });
    expect((await at.delete(`/v1/social-accounts/${tiktok}`)).body).toEqual({
      socialAccountId: tiktok,
      status: 'disconnected',
      disconnectedReason: 'revoked_by_partner',
      canceledScheduledPosts: 0,
      disconnectedAt: '2026-05-01T12:00:00.000Z',
    });
    expect((await at.delete(`/v1/social-accounts/${tiktok}`)).status).toBe(404);
    expect((await at.delete('/v1/social-accounts/nonsense')).status).toBe(400);
  });
});
