import { aProject, anAccount, aSlideshow, DESCRIPTION, PROJECT, start } from './support';

/** What a request may say, by the documents of the API: neither kinder than it, nor stricter. */

const inSixMonths = '2026-11-01T09:00:00Z';

describe('times', () => {
  test.each([
    ['a day that is not in the calendar', '2027-02-30T09:00:00Z'],
    ['29 February of no leap year', '2027-02-29T09:00:00Z'],
    ['31 April', '2027-04-31T09:00:00Z'],
    ['24:00', '2027-04-30T24:00:00Z'],
    ['a leap second', '2026-12-31T23:59:60Z'],
    ['an offset', '2026-11-01T09:00:00+00:00'],
    ['an odd offset', '2026-11-01T09:00:00+05:45'],
    ['a local time', '2026-11-01T09:00:00'],
    ['a lower-case z', '2026-11-01T09:00:00z'],
    ['a zone in brackets', '2026-11-01T09:00:00Z[UTC]'],
    ['a fraction without seconds', '2026-11-01T09:00.5Z'],
    ['a day alone', '2026-11-01'],
    ['a blank at its end', '2026-11-01T09:00:00Z '],
    ['a number', 1_800_000_000],
  ])('%s is no time to post', async (_, scheduledFor) => {
    const at = await start();
    const { projectId, containerId } = await aSlideshow(at);
    const socialAccountId = await anAccount(at, projectId);
    const targets = [{ socialAccountId, mode: 'publish' }];
    const { status, body } = await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor, targets });
    expect([status, body.error?.code]).toEqual([422, 'VALIDATION']);
    expect(body.error.details.issues[0].path).toBe('scheduledFor');
    expect(at.effects('post.created')).toEqual([]);
  });

  test.each([inSixMonths, '2026-11-01T09:00Z', '2028-02-29T09:00:00Z', '2026-11-01T09:00:00.123456789Z'])(
    '%s is one, and is kept as it is',
    async (scheduledFor) => {
      const at = await start();
      const { projectId, containerId } = await aSlideshow(at);
      const targets = [{ socialAccountId: await anAccount(at, projectId), mode: 'publish' }];
      const { status, body } = await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor, targets });
      expect(status).toBe(200);
      expect(body.scheduledFor.slice(0, 16)).toBe(scheduledFor.slice(0, 16));
    },
  );
});

describe('a project', () => {
  const create = async (change: Record<string, unknown>) => {
    const at = await start();
    const { status, body } = await at.post('/v1/projects', { ...PROJECT, ...change });
    return { status, code: body.error?.code, fields: Object.keys(body.error?.details?.fieldErrors ?? {}), body };
  };

  test.each(['BST', 'utc', 'Utc', 'Us/pacific', 'Asia/kolkata', 'US/Pacific-New', 'PST', '+02:00', 'SystemV/PST8', ''])(
    'has no zone %p',
    async (timezone) => {
      expect(await create({ timezone })).toMatchObject({ status: 422, code: 'VALIDATION', fields: ['timezone'] });
    },
  );

  test.each(['UTC', 'US/Pacific', 'Asia/Calcutta', 'Asia/Kolkata', 'Etc/GMT+5', 'EST5EDT', 'Antarctica/Troll', 'GMT'])(
    'may lie in %s',
    async (timezone) => expect((await create({ timezone })).status).toBe(201),
  );

  test.each([
    ['three blanks', '   '],
    ['three no-break spaces', '\u00a0\u00a0\u00a0'],
    ['nothing that is seen', '\u200b\u200b\u200b'],
    ['joiners and marks alone', '\u200d\u2060\u200f\ufeff'],
    ['Hangul fillers', '\u3164\u3164\u3164'],
    ['a NUL', 'Acme\u0000'],
    ['an escape', 'Acme\u001b[31m'],
    ['half an emoji', 'Acme \ud83d'],
    ['two lines', 'Acme\nCoffee'],
    ['a number', 12345],
    ['a list', ['Acme']],
    ['null', null],
  ])('is not called %s', async (_, name) => {
    expect(await create({ name })).toMatchObject({ status: 422, fields: ['name'] });
  });

  test.each([
    ['two emoji are four', '😀😀', 201],
    ['15 emoji are 30', '😀'.repeat(15), 201],
    ['16 emoji are 32', '😀'.repeat(16), 422],
    ['one emoji is two', '😀', 422],
  ])('is counted in UTF-16 units: %s', async (_, name, status) => {
    expect((await create({ name })).status).toBe(status);
  });

  test.each(['مقهى النور', 'קפה תל אביב', 'Łódź Café', '👨‍👩‍👧 family', 'نمی‌خواهم'])('may be called %s', async (name) => {
    expect((await create({ name, appName: name })).status).toBe(201);
  });

  test('is described by 100 to 1,000 units, in lines', async () => {
    expect((await create({ appDescription: '😀'.repeat(501) })).status).toBe(422);
    expect((await create({ appDescription: '😀'.repeat(500) })).status).toBe(201);
    expect((await create({ appDescription: `${DESCRIPTION}\n\nNew:\ttea.` })).status).toBe(201);
    expect((await create({ appDescription: ' '.repeat(200) })).status).toBe(422);
  });

  test.each(['a\u0000b', '\u2060', 'a\u202eb', '\ud800', 'a\u200bb', '', ' ', 'a\nb', 'x'.repeat(201)])(
    'has no handle %p',
    async (customerExternalId) => {
      expect(await create({ customerExternalId })).toMatchObject({ status: 422, fields: ['customerExternalId'] });
    },
  );

  test.each(['__proto__', 'constructor', 'a/b?c#d', 'ünïcode-é', "it's $(here)", '42'])(
    'may have the handle %s, and is found by it',
    async (customerExternalId) => {
      const at = await start();
      const id = await aProject(at, { customerExternalId });
      const found = await at.get(`/v1/projects?customerExternalId=${encodeURIComponent(customerExternalId)}`);
      expect(found.body.items.map((item: { id: string }) => item.id)).toEqual([id]);
    },
  );

  test.each([
    'owner@xn--80akhbyknj4f.xn--p1ai',
    'a&b@acme.com',
    'a/b@acme.com',
    'jörg@müller.example',
    "o'hara@acme.com",
  ])('may belong to %s', async (ownerEmail) => expect((await create({ ownerEmail })).body.ownerEmail).toBe(ownerEmail));

  test.each(['nobody', '@acme.com', 'a@', 'a b@acme.com', 'a@b@acme.com', 'a@acme', 'a@.com', 'a\n@acme.com'])(
    'does not belong to %p',
    async (ownerEmail) => expect(await create({ ownerEmail })).toMatchObject({ status: 422, fields: ['ownerEmail'] }),
  );

  test('keeps metadata as it came, whatever its keys are called', async () => {
    const at = await start();
    const body = `{"name":"Acme","timezone":"UTC","metadata":{"__proto__":{"a":1},"constructor":2,"list":[]}}`;
    const { status, text } = await at.post('/v1/projects', body);
    expect(status).toBe(201);
    expect(text).toContain('"metadata":{"__proto__":{"a":1},"constructor":2,"list":[]}');
  });

  test.each([[[]], ['text'], [7], [null]])('has no metadata %j', async (metadata) => {
    expect(await create({ metadata })).toMatchObject({ status: 422, fields: ['metadata'] });
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('has no field %s', async (field) => {
    const at = await start();
    const { status, body } = await at.post('/v1/projects', `{"name":"Acme","timezone":"UTC","${field}":{"a":1}}`);
    expect([status, body.error.code]).toEqual([422, 'VALIDATION']);
    expect(body.error.message).toContain(field);
    expect(at.effects()).toEqual([]);
  });
});

describe('a body', () => {
  const bytes = (...parts: (string | number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
  const raw = async (body: Buffer) => {
    const at = await start();
    const response = await fetch(`${at.sandbox.url}/v1/projects`, {
      method: 'POST',
      headers: { authorization: 'Bearer lp_test_acme_1', 'content-type': 'application/json' },
      body: new Uint8Array(body),
    });
    const { error } = (await response.json()) as { error?: { code: string; message: string } };
    return { status: response.status, error, effects: at.effects() };
  };

  test.each([
    ['Latin-1', bytes('{"name":"Caf', [0xe9], '","timezone":"UTC"}')],
    ['UTF-16', Buffer.from('{"name":"Acme","timezone":"UTC"}', 'utf16le').fill(0xff, 0, 1)],
    ['cut within a character', bytes('{"name":"Acme","timezone":"UTC","tagline":"', [0xf0, 0x9f], '"}')],
    ['overlong', bytes('{"name":"Acme', [0xc0, 0x80], '","timezone":"UTC"}')],
    ['a surrogate in UTF-8', bytes('{"name":"Acme', [0xed, 0xa0, 0x80], '","timezone":"UTC"}')],
  ])('that is not UTF-8 (%s) is refused with 400', async (_, body) => {
    const { status, error, effects } = await raw(body);
    expect([status, error?.code]).toEqual([400, 'VALIDATION']);
    expect(error?.message).toContain('UTF-8');
    expect(effects).toEqual([]);
  });

  test.each([
    ['a list', '[]'],
    ['a list of one object', '[{"name":"Acme","timezone":"UTC"}]'],
    ['null', 'null'],
    ['text', '"Acme"'],
    ['JSON in a string', '"{}"'],
    ['a trailing comma', '{"name":"Acme","timezone":"UTC",}'],
    ['single quotes', "{'name':'Acme'}"],
    ['a comment', '{"name":"Acme",/* */"timezone":"UTC"}'],
    ['NaN', '{"name":NaN}'],
    ['two documents', '{"name":"Acme","timezone":"UTC"}{}'],
    [
      '100,000 brackets',
      `{"name":"Acme","timezone":"UTC","metadata":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
    ],
  ])('that is %s is refused', async (_, body) => {
    const at = await start();
    const answer = await at.post('/v1/projects', body);
    expect([answer.status, answer.body.error.code]).toEqual([422, 'VALIDATION']);
    expect(at.effects()).toEqual([]);
  });

  test('of a route that takes none has to be empty', async () => {
    const at = await start();
    const id = await aProject(at);
    expect((await at.delete(`/v1/projects/${id}`, { really: true })).status).toBe(422);
    expect((await at.delete(`/v1/projects/${id}`)).status).toBe(200);
  });
});

describe('a query', () => {
  test.each(['1e2', '+5', '5.0', '0x10', ' 5', '', '-1', '٥', 'NaN', 'Infinity', '5&limit=6'])(
    'has no limit %p',
    async (limit) => {
      const { get } = await start();
      const { status, body } = await get(`/v1/projects?limit=${limit === '+5' ? '%2B5' : limit.replace(' ', '%20')}`);
      expect([status, body.error?.code]).toEqual([422, 'VALIDATION']);
    },
  );

  test('has cursors as they were given out, of this list alone', async () => {
    const at = await start();
    for (const customerExternalId of ['a', 'b', 'c']) await aProject(at, { customerExternalId });
    const { nextCursor } = (await at.get('/v1/projects?limit=1')).body;
    expect((await at.get(`/v1/projects?limit=1&cursor=${nextCursor}`)).status).toBe(200);
    for (const cursor of [`${nextCursor}!`, `${nextCursor}=`, nextCursor.slice(1), '', '__proto__'])
      expect((await at.get(`/v1/projects?limit=1&cursor=${encodeURIComponent(cursor)}`)).status).toBe(422);
    expect((await at.get(`/v1/webhook-endpoints?cursor=${nextCursor}`)).status).toBe(422);
  });

  test('says true or false of leased', async () => {
    const at = await start();
    const id = await aProject(at);
    const leased = async (value: string) => (await at.get(`/v1/projects/${id}/social-accounts?leased=${value}`)).status;
    expect([await leased('true'), await leased('false')]).toEqual([200, 200]);
    for (const value of ['yes', '1', 'TRUE', 'on', '']) expect(await leased(value)).toBe(422);
  });

  test('of app media comes in pages of 25, as of most lists', async () => {
    const at = await start({ tier: 'partner' });
    const id = await aProject(at);
    for (let index = 0; index < 27; index++)
      await at.post(`/v1/projects/${id}/app-media`, { kind: 'screenshot', url: `https://cdn.acme.com/${index}.png` });
    const first = (await at.get(`/v1/projects/${id}/app-media`)).body;
    expect(first.items).toHaveLength(25);
    const second = (await at.get(`/v1/projects/${id}/app-media?cursor=${first.nextCursor}`)).body;
    expect([second.items.length, second.nextCursor]).toEqual([2, null]);
  });
});

describe('a medium', () => {
  const png = 'cdn.acme.com/a.png';
  test.each([
    `\nhttps://${png}`,
    `https:${png}`,
    `https:///${png}`,
    `https:\\\\cdn.acme.com\\a.png`,
    `https://cdn.acme.com\\a.png`,
    `https://cdn.acme.com/a b.png`,
    `https://user:secret@${png}`,
    `//${png}`,
    'https://192.0.2.1/a.png',
    'https://198.51.100.7/a.png',
    'https://203.0.113.9/a.png',
    'https://224.0.0.1/a.png',
    'https://[2001:db8::1]/a.png',
    'https://[::ffff:10.0.0.1]/a.png',
    'https://[64:ff9b::a00:1]/a.png',
    'https://[2002:a00:1::]/a.png',
  ])('is not fetched from %p', async (url) => {
    const at = await start();
    const { status, body } = await at.post(`/v1/projects/${await aProject(at)}/app-media`, { kind: 'logo', url });
    expect([status, body.error?.details.issues[0].path]).toEqual([422, 'url']);
  });

  test.each([
    `HTTPS://CDN.acme.com/a.png`,
    `https://${png}?v=2#top`,
    'https://[2606:4700::1111]/a.png',
    `https://cdn.acme.com:443/a.png`,
  ])('may lie at %s, and keeps its address', async (url) => {
    const at = await start();
    const { status, body } = await at.post(`/v1/projects/${await aProject(at)}/app-media`, { kind: 'logo', url });
    expect([status, body.url]).toEqual([201, url]);
  });
});

test.each(['bearer', 'BEARER', 'Token', 'Basic', 'Bearer:'])('the scheme %s is no Bearer', async (scheme) => {
  const { get } = await start();
  const headers = { authorization: `${scheme} lp_test_acme_1` };
  const { status, body } = await get('/v1/whoami', undefined, { key: '', headers });
  expect([status, body.error.code]).toEqual([401, 'UNAUTHENTICATED']);
});

test('captions, notes and prompts are counted in UTF-16 units as well, and may not be halves of characters', async () => {
  const at = await start();
  const { projectId, containerId } = await aSlideshow(at);
  const socialAccountId = await anAccount(at, projectId);
  const schedule = async (captionOverride: string) => {
    const targets = [{ socialAccountId, mode: 'publish', captionOverride }];
    return (await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor: inSixMonths, targets })).status;
  };
  expect(await schedule('😀'.repeat(2000))).toBe(200);
  expect(await schedule('😀'.repeat(2000) + '!')).toBe(422);
  expect(await schedule('half \ude00')).toBe(422);
  expect(await schedule('two\nlines\u0000')).toBe(422);
  expect(await schedule('two\nlines')).toBe(200);
  expect(await schedule('')).toBe(200);
  const influencer = async (prompt: string) =>
    (await at.post(`/v1/projects/${projectId}/influencers`, { prompt })).status;
  expect([await influencer('☕'.repeat(60)), await influencer('😀'.repeat(31)), await influencer('  ')]).toEqual([
    202, 422, 422,
  ]);
});
