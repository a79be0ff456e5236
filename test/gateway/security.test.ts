import { verifyLink } from '../../src/links';
import { signWebhook } from '../../src/layers/webhookSignature';
import { get, hiddenFields, open, post, PUBLIC_URL, seen, SECRET, tokenOf, type Opened } from './support/browserless';
import { NOW, REVIEW, statusOf, WORKFLOW } from './support/fakeTemporal';
import { gatewayLogger } from '../../src/gateway/http/logger';

/** Links are all the login there is: what they open, what they do not, and what the browser is told to keep out. */

const directives = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    headers
      .get('content-security-policy')!
      .split('; ')
      .map((directive) => [directive.slice(0, directive.indexOf(' ')), directive.slice(directive.indexOf(' ') + 1)]),
  );

describe('every answer', () => {
  const paths = [
    '/livez',
    '/readyz',
    '/',
    `/r/${tokenOf()}`,
    '/r/forged',
    `/c/${tokenOf({ scope: 'connect' })}`,
    '/c/return',
  ];

  it.each(paths.map((path) => [path.slice(0, 12), path]))(
    '%s is kept out of caches, indexes, frames and referrers',
    async (_, path) => {
      const { headers } = await get(open(), path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-robots-tag')).toContain('noindex');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toContain('max-age');
      const policy = directives(headers);
      expect(policy['default-src']).toBe("'none'");
      expect(policy['script-src']).toBe("'self'");
      expect(policy['style-src']).toBe("'self'");
      expect(policy['frame-ancestors']).toBe("'none'");
      expect(policy['base-uri']).toBe("'none'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
    },
  );

  it('is the same to HEAD as to GET, and unknown methods change nothing', async () => {
    const opened = open();
    expect((await opened.app.request(`/r/${tokenOf()}`, { method: 'HEAD' })).status).toBe(200);
    for (const method of ['PUT', 'PATCH', 'DELETE'])
      expect((await opened.app.request(`/r/${tokenOf()}`, { method })).status).toBe(404);
    expect(opened.temporal.updates).toEqual([]);
  });
});

describe('pictures', () => {
  it('are loaded from the hosts of the current ones and from nowhere else', async () => {
    const { headers } = await get(open(), `/r/${tokenOf()}`);
    expect(directives(headers)['img-src']).toBe("'self' https://cdn.layers.com https://img.layers.com");
  });

  it('are loaded from the configured hosts alone, where there are some', async () => {
    const { headers } = await get(open({ assetHosts: ['cdn.layers.com'] }), `/r/${tokenOf()}`);
    expect(directives(headers)['img-src']).toBe("'self' https://cdn.layers.com");
  });

  it('cannot smuggle a directive into the policy', async () => {
    const opened = open();
    const imageUrls = ['https://x;script-src.example/1.png', "https://a.example'/2.png", 'https://u:p@b.example/3.png'];
    opened.temporal.change(
      statusOf({ review: { ...REVIEW, preview: { ...REVIEW.preview!, primaryUrl: null, imageUrls } } }),
    );
    const { headers } = await get(opened, `/r/${tokenOf()}`);
    expect(directives(headers)['img-src']).toBe("'self'");
    expect(Object.keys(directives(headers))).toHaveLength(9);
  });
});

describe('a token', () => {
  const refused = async (opened: Opened, token: string) => {
    const form = hiddenFields(await get(opened, `/r/${tokenOf()}?do=approve`));
    const statuses = [
      (await get(opened, `/r/${token}`)).status,
      (await get(opened, `/r/${token}?do=approve`)).status,
      (await post(opened, `/r/${token}`, { ...form, reviewer: 'Eve' })).status,
    ];
    expect(opened.temporal.updates).toEqual([]);
    for (const part of token.split('.')) if (part.length > 8) expect(opened.logged()).not.toContain(part);
    return statuses;
  };

  it.each([
    ['of another secret', tokenOf({}, 'another secret of more than 32 chars')],
    [
      'with another round written in',
      `${Buffer.from('{"w":"onboard-acme-coffee","s":"decide","e":9e15,"r":3}').toString('base64url')}.${tokenOf().split('.')[1]}`,
    ],
    ['cut off', tokenOf().slice(0, -3)],
    ['made up', 'eyJ3IjoiYWNtZSJ9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ])('%s is refused as unknown', async (_, token) => {
    expect(await refused(open(), token)).toEqual([404, 404, 404]);
  });

  it('to connect an account opens no review, and one to decide connects no account', async () => {
    expect(await refused(open(), tokenOf({ scope: 'connect', revision: undefined }))).toEqual([404, 404, 404]);
    const opened = open();
    expect((await get(opened, `/c/${tokenOf()}`)).status).toBe(404);
    expect((await post(opened, `/c/${tokenOf()}`, {})).status).toBe(404);
  });

  it('to view may look, and posting with it is forbidden', async () => {
    expect(await refused(open(), tokenOf({ scope: 'view', revision: undefined }))).toEqual([200, 200, 403]);
  });

  it('that has expired is gone', async () => {
    expect(await refused(open(), tokenOf({ expiresAt: NOW - 1 }))).toEqual([410, 410, 410]);
  });

  it('of another workflow leads to that workflow only', async () => {
    const opened = open();
    const other = tokenOf({ workflowId: 'onboard-another' });
    expect((await get(opened, `/r/${other}`)).status).toBe(404);
    const form = hiddenFields(await get(opened, `/r/${tokenOf()}?do=approve`));
    expect((await post(opened, `/r/${other}`, { ...form, reviewer: 'Eve' })).status).toBe(403);
    expect(opened.temporal.updates).toEqual([]);
  });

  it('of the older secret holds during a rotation; what is made now has the newer one', async () => {
    const next = 'the next secret, more than 32 chars!';
    const opened = open({ secrets: [next, SECRET] });
    opened.temporal.onUpdate = () => ({ decision: 'requestChanges' });
    const form = hiddenFields(await get(opened, `/r/${tokenOf()}?do=changes`));
    const { headers } = await post(opened, `/r/${tokenOf()}`, { ...form, reviewer: 'Maria', comment: 'x' });
    const made = headers.get('location')!;
    expect(verifyLink([next], made, NOW).state).toBe('valid');
    expect(verifyLink([SECRET], made, NOW).state).toBe('forged');
  });
});

describe('a posted form', () => {
  const decision = { decision: 'approve', reviewer: 'Eve' };

  it.each([
    ['without the seal', {}],
    ['with a seal made up', { form: 'eyJsIjoiYSJ9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ])('%s is refused', async (_, form) => {
    const opened = open();
    const { status, text } = await post(opened, `/r/${tokenOf()}`, {
      ...decision,
      ...(form as Record<string, string>),
    });
    expect(status).toBe(403);
    expect(text).toContain('Nothing was sent');
    expect(opened.temporal.updates).toEqual([]);
  });

  it('with the seal of another link is refused', async () => {
    const opened = open();
    const { form } = hiddenFields(await get(opened, `/r/${tokenOf()}?do=approve`));
    expect((await post(opened, `/r/${tokenOf({ expiresAt: NOW + 5 })}`, { ...decision, form: form! })).status).toBe(
      403,
    );
    expect(opened.temporal.updates).toEqual([]);
  });

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
    ['a sibling site', { 'sec-fetch-site': 'same-site', origin: 'https://other.example.com' }, 403],
    ['another site, by an old browser', { origin: 'https://evil.example' }, 403],
    ['this page, without a referrer', { 'sec-fetch-site': 'same-origin', origin: 'null' }, 303],
    ['this page, by an old browser', { origin: PUBLIC_URL }, 303],
    ['a program', {}, 303],
  ] as const)('sent by %s: %j is answered with %i', async (_, headers, expected) => {
    const opened = open();
    opened.temporal.onUpdate = () => ({ decision: 'approve' });
    const { form } = hiddenFields(await get(opened, `/r/${tokenOf()}?do=approve`));
    const { status } = await post(opened, `/r/${tokenOf()}`, { ...decision, form: form! }, headers);
    expect(status).toBe(expected);
    expect(opened.temporal.updates).toHaveLength(expected === 303 ? 1 : 0);
  });

  it('decides about the run that was shown: never about a later one of the same customer', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => ({ decision: 'approve' });
    const { form } = hiddenFields(await get(opened, `/r/${tokenOf()}?do=approve`));
    opened.temporal.runId = 'run-2';
    await post(opened, `/r/${tokenOf()}`, { ...decision, form: form! });
    expect(opened.temporal.updates[0]!.runId).toBe('run-1');
  });

  it('that is too large is not read', async () => {
    const { status } = await post(open(), `/r/${tokenOf()}`, { comment: 'x'.repeat(200_000) });
    expect(status).toBe(413);
  });
});

describe('a thousand mail scanners', () => {
  it('change nothing, and cost no worker anything', async () => {
    const opened = open();
    const paths = ['', '?do=approve', '?do=reject', '?do=changes', '?do=time', '?do=approve&at=2026-05-16T10:30'];
    for (let scanned = 0; scanned < 1_000; scanned += 100) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, async (_, index) =>
          opened.app.request(`/r/${tokenOf()}${paths[(scanned + index) % paths.length]}`),
        ),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    }
    expect(opened.temporal.updates).toEqual([]);
    expect(opened.temporal.signals).toEqual([]);
    expect(opened.temporal.queries).toHaveLength(1);
  });
});

describe('the log', () => {
  it('tells routes, workflows and refusals, and neither tokens nor what people wrote', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => ({ decision: 'reject' });
    const form = hiddenFields(await get(opened, `/r/${tokenOf()}?do=reject`));
    await post(opened, `/r/${tokenOf()}`, { ...form, reviewer: 'Maria Secretive', comment: 'Much too private' });
    await get(opened, '/r/eyJmb3JnZWQiOjF9.abcdefghijklmnopqrstuvwxyz');
    const body = '{"id":"evt_1","type":"test.ping","data":{"displayName":"Jane Private"}}';
    await opened.app.request('/webhooks/layers', {
      method: 'POST',
      body,
      headers: { 'x-layers-signature': signWebhook(body, 'whsec_test_secret', NOW) },
    });
    const logged = opened.logged();
    expect(logged).toContain('"route":"/r/:token"');
    expect(logged).toContain(WORKFLOW);
    expect(logged).toContain('"reason":"forged"');
    expect(logged).not.toMatch(/eyJ|Secretive|private|Private|abcdefghij|whsec/);
    expect(logged).not.toContain(SECRET);
  });

  it('blots out a token or a secret that an error carries', () => {
    let line = '';
    const log = gatewayLogger('info', [SECRET], { write: (text: string) => void (line = text) });
    log.error({ err: new Error(`failed at /r/${tokenOf()} with ${SECRET}`) }, 'a page failed');
    expect(line).toContain('failed at /r/[link] with [secret]');
    expect(line).not.toContain(tokenOf());
  });
});

describe('health', () => {
  it('is live while Temporal is away, and ready only with it', async () => {
    const opened = open();
    expect((await get(opened, '/readyz')).status).toBe(200);
    opened.temporal.down = Object.assign(new Error('gone'), { code: 14, details: 'gone', metadata: {} });
    expect((await get(opened, '/livez')).status).toBe(200);
    const { status, html } = await get(opened, '/readyz');
    expect(status).toBe(503);
    expect(JSON.parse(html)).toMatchObject({ status: 'unavailable' });
  });

  it('serves its assets for ever, under names of their content', async () => {
    const opened = open();
    const { html } = await get(opened, '/');
    const assets = [...html.matchAll(/"\.\.\/(assets\/[\w.-]+)"/g)].map(([, path]) => path);
    expect(assets).toHaveLength(3);
    for (const path of assets) {
      const { status, headers } = await seen(opened.app.request(`/${path}`));
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toContain('immutable');
    }
  });
});
