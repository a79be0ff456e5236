import { get, hiddenFields, open, post, tokenOf, type Opened } from './support/browserless';
import { asking, NOW, statusOf } from './support/fakeTemporal';
import { approved } from './support/reviews';

/** Links as mails, chats and documents leave them, and forms as networks do. */

const TAILS = [
  ...['', '/', '.', ',', ';', ':', '!', '?', ')', ']', '}', '>', '*', '**', '…', '...', '/.', ').', '>,', '%', '%2'],
  ...[
    '%22',
    '%27',
    '%3E',
    '%29.',
    '%E2%80%9D',
    '%E2%80%8B',
    '%C2%A0',
    '%20',
    '%0A',
    '%3Futm_source=mail',
    '&amp;x=1',
    '/x/y',
  ],
  ...['?utm_source=mail', '?fbclid=1&gclid=2', '/?utm_source=mail'],
];

const waiting = (): Opened => {
  const opened = open();
  const [connect, social] = asking(['tiktok']);
  opened.temporal.change(statusOf({ ...connect }, social));
  opened.temporal.onUpdate = ({ name }) =>
    name === 'decideReview'
      ? approved()
      : {
          platform: 'tiktok',
          authorizeUrl: 'https://www.tiktok.com/v2/auth?state=st_1',
          expiresAt: new Date(NOW + 600_000).toISOString(),
        };
  return opened;
};

/** Where a relative address leads from a page. */
const from = (path: string, relative: string): string => new URL(relative, `https://example.com${path}`).pathname;

describe('a link with what stood beside it', () => {
  it.each(TAILS)('%j leads to the page', async (tail) => {
    const opened = waiting();
    const review = `/r/${tokenOf()}${tail}`;
    const connect = `/c/${tokenOf({ scope: 'connect', revision: undefined })}${tail}`;
    for (const [path, said] of [
      [review, 'Please review this post'],
      [connect, 'Connect TikTok'],
    ] as const) {
      const { status, text, html } = await get(opened, path);
      expect([status, text.includes(said)]).toEqual([200, true]);
      for (const [, asset] of html.matchAll(/"([./]*\/assets\/[\w.-]+)"/g))
        expect((await opened.app.request(from(path, asset!))).status).toBe(200);
    }
  });

  it.each(['', '/', '.', '/.', '%22', '/x/y'])('takes what is posted to it: %j', async (tail) => {
    const opened = waiting();
    const path = `/r/${tokenOf()}${tail}`;
    const form = hiddenFields(await get(opened, `${path}?do=approve`));
    const { status, headers } = await post(opened, path, { ...form, reviewer: 'Maria' });
    expect(status).toBe(303);
    expect(from(path, headers.get('location')!)).toBe(`/r/${tokenOf()}`);

    const connect = `/c/${tokenOf({ scope: 'connect', revision: undefined })}${tail}`;
    const fields = { ...hiddenFields(await get(opened, connect)), platform: 'tiktok' };
    const gone = await post(opened, connect, fields);
    expect(gone.headers.get('location')).toBe('https://www.tiktok.com/v2/auth?state=st_1');
    const cookie = gone.headers.get('set-cookie')!.split(';')[0]!;
    for (const back of ['/c/return', '/c/return/', '/c/return.', '/c/return?status=success', '/c/return/?status=error'])
      expect((await get(opened, back, { cookie })).text).toContain('TikTok');
    const denied = await get(opened, '/c/return/?status=error', { cookie });
    const [, again] = /class="button" href="([^"]+)"/.exec(denied.html)!;
    expect(from('/c/return/', again!)).toBe(`/c/${tokenOf({ scope: 'connect', revision: undefined })}`);
  });

  it.each([
    ['with its page in capitals', (token: string) => `/R/${token}`],
    ['with two slashes', (token: string) => `/r//${token}`],
    ['in brackets', (token: string) => `/r/%3C${token}%3E`],
    ['broken over two lines', (token: string) => `/r/${token.slice(0, 50)}%0D%0A${token.slice(50)}`],
    ['with its full stop encoded', (token: string) => `/r/${token.replace('.', '%2E')}`],
  ])('%s leads to the page', async (_, path) => {
    expect((await get(waiting(), path(tokenOf()))).text).toContain('Please review this post');
  });

  it.each(['A', '_', '-', '0'])('is another token, where a character of tokens follows: %j', async (tail) => {
    expect((await get(waiting(), `/r/${tokenOf()}${tail}`)).status).toBe(404);
  });

  it.each(['/r/', '/r', '/c/', '/c/returned', '/r/x/y', '/r/%', '/r/%E2', '/x/' + tokenOf()])(
    '%s is none',
    async (path) => {
      const { status, text } = await get(waiting(), path);
      expect([status, text.includes('This link is not valid')]).toEqual([404, true]);
    },
  );
});

describe('a form that cannot be read', () => {
  const multipart = (boundary: string, ...fields: string[]): string =>
    fields.map((field) => `--${boundary}\r\n${field}\r\n`).join('');

  it.each([
    [
      'cut off on its way',
      'multipart/form-data; boundary=x',
      multipart('x', 'Content-Disposition: form-data; name="form"\r\n\r\nabc').slice(0, -9),
    ],
    ['without a boundary', 'multipart/form-data', multipart('x', 'Content-Disposition: form-data; name="a"\r\n\r\nb')],
    [
      'with another boundary',
      'multipart/form-data; boundary=y',
      multipart('x', 'Content-Disposition: form-data; name="a"\r\n\r\nb'),
    ],
    ['multipart in name only', 'multipart/form-data; boundary=x', 'hello'],
    ['empty', 'multipart/form-data; boundary=x', ''],
    ['in another charset, as it says', 'application/x-www-form-urlencoded; charset=iso-8859-1', 'reviewer=Ren%E9'],
    ['in UTF-16', 'application/x-www-form-urlencoded; charset=utf-16', 'r\u0000e\u0000'],
    ['in another charset, without saying so', 'application/x-www-form-urlencoded', 'reviewer=Ren%E9'],
    [
      'of five thousand fields',
      'application/x-www-form-urlencoded',
      Array.from({ length: 5_000 }, (_, i) => `a${i}=1`).join('&'),
    ],
  ])('%s: a page says so, and nothing of it is an error of ours', async (_, type, body) => {
    const opened = waiting();
    for (const path of [`/r/${tokenOf()}`, `/c/${tokenOf({ scope: 'connect', revision: undefined })}`]) {
      const response = await opened.app.request(path, { method: 'POST', body, headers: { 'content-type': type } });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('Nothing was sent');
    }
    expect(opened.logged()).not.toMatch(/"level":(50|60)/);
    expect(opened.logged()).not.toContain('stack');
    expect(opened.temporal.updates).toEqual([]);
  });

  it.each(['application/json', 'text/plain', ''])('of the type %j is no form of ours', async (type) => {
    const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
    const response = await waiting().app.request(`/r/${tokenOf()}`, { method: 'POST', body: '{"a":1}', headers });
    expect([400, 403]).toContain(response.status);
  });
});
