import { signWebhook } from '../../src/layers/webhookSignature';
import type { Authorization } from '../../src/contract/messages';
import { get, hiddenFields, open, post, tokenOf, type Opened, type Seen } from './support/browserless';
import type { Platform } from '../../src/contract/input';
import {
  asking,
  endedUnderUpdate,
  endedUpdate,
  stoppedUnderUpdate,
  updatesExceeded,
  failedUpdate,
  NOW,
  refusedUpdate,
  REVIEW,
  silentUpdate,
  statusOf,
  WORKFLOW,
} from './support/fakeTemporal';

const TOKEN = tokenOf({ scope: 'connect', revision: undefined });

/** An onboarding that waits for its customer to connect accounts. */
function waiting(platforms: Platform[] = ['tiktok'], more: Parameters<typeof statusOf>[0] = {}): Opened {
  const opened = open();
  const [connect, social] = asking(platforms);
  opened.temporal.change(
    statusOf({ stage: 'preparing', attention: 'customer', review: null, ...connect, ...more }, social),
  );
  opened.temporal.onUpdate = ({ args }) => consentPage(args['platform'] as 'tiktok');
  return opened;
}

const consentPage = (platform: Authorization['platform'] = 'tiktok', expiresInMs = 600_000): Authorization => ({
  platform,
  authorizeUrl: `https://www.tiktok.com/v2/auth?state=st_${platform}`,
  expiresAt: new Date(NOW + expiresInMs).toISOString(),
});

const start = (opened: Opened): Promise<Seen> => get(opened, `/c/${TOKEN}`);

async function depart(opened: Opened, platform = 'tiktok'): Promise<Seen> {
  const { form } = hiddenFields(await start(opened));
  return post(opened, `/c/${TOKEN}`, { form: form!, platform });
}

const cookieOf = ({ headers }: Seen): string => headers.get('set-cookie')!.split(';')[0]!;
const comeBack = async (opened: Opened, cookie: string, query = ''): Promise<Seen> =>
  get(opened, `/c/return${query}`, { cookie });

describe('the page to connect an account', () => {
  it('has a button per platform that is waited for, and mints nothing when it is looked at', async () => {
    const opened = waiting(['tiktok', 'instagram']);
    const { text, html } = await start(opened);
    expect(text).toContain('Connect TikTok and Instagram');
    expect(html).toContain('name="platform" value="tiktok"');
    expect(html).toContain('name="platform" value="instagram"');
    expect(opened.temporal.updates).toEqual([]);
  });

  it('says before an Instagram button what kind of account it must be, and only there', async () => {
    const { html } = await start(waiting(['tiktok', 'instagram']));
    expect(html.indexOf('Business')).toBeGreaterThan(html.indexOf('value="tiktok"'));
    expect(html.indexOf('Business')).toBeLessThan(html.indexOf('value="instagram"'));
    expect((await start(waiting(['tiktok']))).text).not.toContain('Business');
  });

  it.each([
    ['pending', 'Not ready yet'],
    ['running', 'Not ready yet'],
    ['blocked', 'The account cannot be connected now'],
    ['blocked', 'The team can see it'],
    ['done', 'Connected'],
    ['skipped', 'There is nothing to connect any more'],
    ['failed', 'There is nothing to connect any more'],
  ] as const)('when the step is %s says: %s', async (state, said) => {
    const opened = open();
    opened.temporal.change(statusOf({}, { social: { state } }));
    expect((await start(opened)).text).toContain(said);
  });

  it('says when the time for it has passed', async () => {
    const opened = open();
    const blocked = {
      step: 'social' as const,
      code: 'NotConnected',
      httpStatus: null,
      requestId: null,
      cause: '',
      fix: '',
    };
    opened.temporal.change(
      statusOf(
        { blocked: [{ ...blocked, who: 'customer', since: '', actions: ['retry'] }] },
        { social: { state: 'blocked' } },
      ),
    );
    expect((await start(opened)).text).toContain('The time for connecting it has passed');
  });
});

describe('pressing the button', () => {
  it('asks for a fresh consent page and goes there', async () => {
    const opened = waiting();
    const { status, headers } = await depart(opened);
    expect(status).toBe(303);
    expect(headers.get('location')).toBe('https://www.tiktok.com/v2/auth?state=st_tiktok');
    expect(opened.temporal.updates).toEqual([
      {
        name: 'authorizeSocial',
        runId: 'run-1',
        updateId: expect.stringMatching(/^authorize-tiktok-[\w-]{16}$/),
        args: { platform: 'tiktok' },
      },
    ]);
    const cookie = headers.get('set-cookie')!;
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/c', 'Max-Age=900'])
      expect(cookie).toContain(attribute);
  });

  it('twice is one update', async () => {
    const opened = waiting();
    const { form } = hiddenFields(await start(opened));
    await post(opened, `/c/${TOKEN}`, { form: form!, platform: 'tiktok' });
    await post(opened, `/c/${TOKEN}`, { form: form!, platform: 'tiktok' });
    expect(new Set(opened.temporal.updates.map(({ updateId }) => updateId)).size).toBe(1);
  });

  it('gets a fresh consent page where the one of its form is almost dead', async () => {
    const opened = waiting();
    const { form } = hiddenFields(await start(opened));
    const answers = [consentPage('tiktok', 30_000), { ...consentPage(), authorizeUrl: 'https://www.tiktok.com/fresh' }];
    opened.temporal.onUpdate = () => answers.shift();
    const { headers } = await post(opened, `/c/${TOKEN}`, { form: form!, platform: 'tiktok' });
    expect(headers.get('location')).toBe('https://www.tiktok.com/fresh');
    expect(opened.temporal.updates.at(-1)!.updateId).not.toBe(opened.temporal.updates.at(-2)!.updateId);
  });

  it('may lead away only as far as a consent page can be', async () => {
    const policy = (await start(waiting())).headers.get('content-security-policy');
    expect(policy).toContain("form-action 'self' https:;");
    const sandbox = (await start(waiting(['tiktok'], { mode: 'sandbox' }))).headers.get('content-security-policy');
    expect(sandbox).toContain("form-action 'self' https: http://127.0.0.1:* http://localhost:*;");
    const opened = waiting();
    opened.temporal.onUpdate = () => ({ ...consentPage(), authorizeUrl: 'javascript:alert(1)' });
    expect((await depart(opened)).status).toBe(502);
  });

  it('again, after nobody answered in time, leads to the consent page too', async () => {
    const opened = waiting(['tiktok'], { mode: 'sandbox' });
    opened.temporal.onUpdate = () => {
      throw silentUpdate();
    };
    const unsure = await depart(opened);
    expect(unsure.text).toContain('Press again');
    const policy = unsure.headers.get('content-security-policy');
    expect(policy).toContain("form-action 'self' https: http://127.0.0.1:* http://localhost:*;");
    opened.temporal.onUpdate = () => consentPage();
    const { headers } = await post(opened, `/c/${TOKEN}`, hiddenFields(unsure));
    expect(headers.get('location')).toBe('https://www.tiktok.com/v2/auth?state=st_tiktok');
  });

  it.each(['RETURN_URL_NOT_ALLOWED', 'NoReturnUrl'])(
    'says plainly that the return address is not allowed (%s)',
    async (code) => {
      const opened = waiting();
      opened.temporal.onUpdate = () => {
        throw failedUpdate(code);
      };
      const { status, text, html } = await depart(opened);
      expect(status).toBe(502);
      expect(text).toContain('The address to which you would return is not allowed');
      expect(text).toContain(`Code: ${code}`);
      expect(html).toContain('href="?"');
    },
  );

  it('says the code of any other refusal', async () => {
    const opened = waiting();
    opened.temporal.onUpdate = () => {
      throw failedUpdate('FORBIDDEN_SCOPE');
    };
    expect((await depart(opened)).text).toContain('Code: FORBIDDEN_SCOPE');
  });

  it.each([
    ['nothing is waited for any more', () => refusedUpdate('ActionNotAllowed', 'no account is waited for'), 303, null],
    ['it is too early', () => refusedUpdate('TooEarly', 'not yet'), 303, null],
    ['nobody answers in time', silentUpdate, 503, 'It may still take effect'],
    ['the onboarding has ended', endedUpdate, 200, 'There is nothing to connect any more'],
    ['the onboarding ends meanwhile', endedUnderUpdate, 200, 'There is nothing to connect any more'],
    ['the onboarding is stopped while it asks', stoppedUnderUpdate, 200, 'There is nothing to connect any more'],
    ['the server takes no more updates', updatesExceeded, 502, 'Code: NotTaken'],
  ] as const)('when %s', async (_, error, expected, said) => {
    const opened = waiting();
    opened.temporal.onUpdate = () => {
      throw error();
    };
    const { status, text, headers } = await depart(opened);
    expect(status).toBe(expected);
    if (said === null) expect(headers.get('location')).toBe(TOKEN);
    else expect(text).toContain(said);
  });

  it('needs the form of this very page', async () => {
    const opened = waiting();
    expect((await post(opened, `/c/${TOKEN}`, { platform: 'tiktok' })).status).toBe(403);
    expect(opened.temporal.updates).toEqual([]);
  });
});

describe('coming back', () => {
  const away = async (opened: Opened): Promise<string> => cookieOf(await depart(opened));

  it.each(['', '?status=success&state=st_1', '?layers_state=st_1&status=success'])(
    'waits for the truth, whatever the address says: %s',
    async (query) => {
      const opened = waiting();
      const { text, html } = await comeBack(opened, await away(opened), query);
      expect(text).toContain('Checking with TikTok');
      expect(html).toContain('data-follow="3"');
    },
  );

  it('says what was connected once the onboarding knows it', async () => {
    const opened = waiting();
    const cookie = await away(opened);
    opened.temporal.change(statusOf({}, { social: { state: 'done', fact: 'sa_9' } }));
    for (const query of ['', '?layers_oauth_error=access_denied'])
      expect((await comeBack(opened, cookie, query)).text).toContain('Your TikTok account is connected.');
  });

  it('leads on to the next account where several are asked for', async () => {
    const opened = waiting(['tiktok', 'instagram']);
    const cookie = await away(opened);
    const [connect, social] = asking(['instagram'], ['tiktok']);
    opened.temporal.change(statusOf({ review: null, ...connect }, social));
    const { text, html } = await comeBack(opened, cookie);
    expect(text).toContain('TikTok is connected');
    expect(text).toContain('Still missing: Instagram.');
    expect(html).toContain(`href="${TOKEN}"`);
    const again = await start(opened);
    expect(again.text).toContain('TikTok is connected. Thank you.');
    expect(again.html).not.toContain('value="tiktok"');
    expect(again.html).toContain('value="instagram"');
  });

  it('tells one account of a platform from the next', async () => {
    const opened = waiting(['tiktok', 'tiktok']);
    expect((await start(opened)).text).toContain('2 accounts are asked for, one after the other');
    const first = await away(opened);
    expect((await comeBack(opened, first)).text).toContain('Checking with TikTok');

    const [connect, social] = asking(['tiktok'], ['tiktok']);
    opened.temporal.change(statusOf({ review: null, ...connect }, social));
    const { text, html } = await comeBack(opened, first);
    expect(text).toContain('One TikTok account is connected');
    expect(text).toContain('Still missing: another TikTok account.');
    expect(html).toContain(`href="${TOKEN}"`);
    const again = await start(opened);
    expect(again.text).toContain('1 of 2 TikTok accounts is connected. Thank you.');
    expect(again.html).toContain('value="tiktok"');

    const second = await away(opened);
    expect((await comeBack(opened, second)).text).toContain('Checking with TikTok');
    opened.temporal.change(statusOf({}, { social: { state: 'done', fact: 'sa_8, sa_9' } }));
    expect((await comeBack(opened, second)).text).toContain('Your TikTok account is connected.');
  });

  it.each(['skipped', 'failed'] as const)('waits for nothing once the step is %s', async (state) => {
    const opened = waiting();
    const cookie = await away(opened);
    opened.temporal.change(statusOf({}, { social: { state } }));
    expect((await comeBack(opened, cookie)).text).toContain('There is nothing to connect any more');
  });

  it.each(['?layers_oauth_error=access_denied', '?status=error', '?error=access_denied'])(
    'says that it was denied, with a way to try again: %s',
    async (query) => {
      const opened = waiting();
      const { text, html } = await comeBack(opened, await away(opened), query);
      expect(text).toContain('TikTok is not connected');
      expect(html).toContain(`href="${TOKEN}"`);
    },
  );

  it('says why it failed once the onboarding knows, and forgets older failures', async () => {
    const [old] = asking(['tiktok'], [], { failures: 1, lastFailure: 'an older reason' });
    const opened = waiting(['tiktok'], old);
    const cookie = await away(opened);
    expect((await comeBack(opened, cookie)).text).toContain('Checking with TikTok');
    const [connect, social] = asking(['tiktok'], [], { failures: 2, lastFailure: 'the account is private' });
    opened.temporal.change(statusOf({ review: null, ...connect }, social));
    const { text } = await comeBack(opened, cookie);
    expect(text).toContain('It did not work: the account is private.');
  });

  it('wakes the onboarding once, so that it looks at once', async () => {
    const opened = waiting();
    const first = await comeBack(opened, await away(opened));
    await comeBack(opened, cookieOf(first));
    expect(opened.temporal.signals).toEqual([
      {
        workflowId: WORKFLOW,
        name: 'layersEvent',
        args: [{ id: `return-tiktok-${NOW}`, type: 'customer.returned', data: {} }],
      },
    ]);
  });

  it('too late says that nothing was heard', async () => {
    let now = NOW;
    const opened = open({ now: () => now });
    const [connect, social] = asking();
    opened.temporal.change(statusOf({ review: null, ...connect }, social));
    opened.temporal.onUpdate = () => consentPage();
    const cookie = await away(opened);
    now += 11 * 60_000;
    expect((await comeBack(opened, cookie)).text).toContain('Nothing has been heard from TikTok');
    now += 11 * 60_000;
    expect((await comeBack(opened, cookie)).text).toContain('open the link that you were sent');
  });

  it.each([
    ['without a cookie', ''],
    ['with a cookie made up', 'onboarding-connect=eyJ0b2tlbiI6MX0.AAAA'],
  ])('%s tells nothing of anybody', async (_, cookie) => {
    const { text, status } = await comeBack(waiting(), cookie);
    expect(status).toBe(200);
    expect(text).toContain('open the link that you were sent');
    expect(text).not.toContain('Acme');
  });
});

describe('two customers in one browser', () => {
  /** Leaves for the platform by two links, of two onboardings that differ by name. */
  async function bothAway() {
    const opened = waiting();
    const other = tokenOf({ scope: 'connect', revision: undefined, expiresAt: NOW + 5e8 });
    opened.temporal.onUpdate = () => ({
      ...consentPage(),
      authorizeUrl: 'https://www.tiktok.com/v2/auth?state=st_one',
    });
    const one = cookieOf(await depart(opened));
    const { form } = hiddenFields(await get(opened, `/c/${other}`));
    opened.temporal.onUpdate = () => ({
      ...consentPage(),
      authorizeUrl: 'https://www.tiktok.com/v2/auth?state=st_two',
    });
    const two = cookieOf(await post(opened, `/c/${other}`, { form: form!, platform: 'tiktok' }));
    return { opened, other, one, two };
  }

  it('have a cookie each', async () => {
    const { one, two } = await bothAway();
    expect(one.split('=')[0]).not.toBe(two.split('=')[0]);
  });

  it('are told apart by the consent that the address names', async () => {
    const { opened, other, one, two } = await bothAway();
    for (const [query, token] of [
      ['?state=st_one&status=success', TOKEN],
      ['?layers_state=st_two&status=success', other],
    ] as const) {
      const { html, text } = await comeBack(opened, `${one}; ${two}`, query);
      expect(text).toContain('Checking with TikTok');
      expect(html).toContain(`href="${token}"`);
    }
  });

  it('are both told of, where nothing tells which of them is back', async () => {
    const { opened, other, one, two } = await bothAway();
    const { html, text } = await comeBack(opened, `${one}; ${two}`);
    expect(text).toContain('Several accounts are being connected');
    expect(text).toContain('not connected yet');
    expect(html).toContain(`href="${TOKEN}"`);
    expect(html).toContain(`href="${other}"`);
    expect(opened.temporal.signals).not.toEqual([]);
  });
});

describe('the account that was connected', () => {
  const done = (handle: string | null) =>
    statusOf(
      {
        ids: { socialAccountIds: ['sa_9'] },
        review: { ...REVIEW, accounts: [{ socialAccountId: 'sa_9', platform: 'tiktok', handle }] },
      },
      { social: { state: 'done', fact: 'sa_9' } },
    );

  it('is named, with what to do where it is the wrong one', async () => {
    const opened = open();
    opened.temporal.change(done('acme.coffee'));
    const { text } = await start(opened);
    expect(text).toContain('Posts go to @acme.coffee .');
    expect(text).toContain('Is that not the account that you meant?');
  });

  it('by the name that a webhook told of it, where nothing else is known', async () => {
    const opened = open();
    const data = { socialAccountId: 'sa_9', platform: 'tiktok', displayName: 'Acme\u202e Roasters <b>' };
    const body = JSON.stringify({ id: 'evt_1', type: 'social_account.connected', data });
    const headers = { 'x-layers-signature': signWebhook(body, 'whsec_test_secret', NOW) };
    await opened.app.request('/webhooks/layers', { method: 'POST', body, headers });
    opened.temporal.change(done(null));
    expect((await start(opened)).html).toContain('<strong>Acme Roasters &lt;b&gt;</strong>');
    expect(opened.logged()).not.toContain('Roasters');
  });
});
