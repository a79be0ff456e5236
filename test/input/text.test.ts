import { acmeProject, acme, linesOf, scheduled, target } from './support';

/** The one problem of a field, or `null`. */
function problemOf(input: unknown): string | null {
  const lines = linesOf(input);
  if (lines.length > 1) throw new Error(lines.join('\n'));
  return lines[0] ?? null;
}

describe('text is counted in UTF-16 units, as Layers counts', () => {
  it.each<[string, unknown]>([
    ['a name of two emoji, which are four', acmeProject({ name: '😀😀' })],
    ['a name of 15 emoji', acmeProject({ name: '😀'.repeat(15) })],
    ['a family, which is many', acmeProject({ appName: '👨‍👩‍👧‍👦' })],
    ['a description of 50 emoji', acmeProject({ appDescription: '😀'.repeat(50) })],
    ['a tagline of 40 emoji', acmeProject({ tagline: '😀'.repeat(40) })],
    ['a prompt of 30 emoji', acme({ influencer: { create: { prompt: '😀'.repeat(30) } } })],
    ['a keyword of 100 emoji', acme({ content: { source: { keyword: '😀'.repeat(100) } } })],
    ['a caption of 2000 emoji', scheduled({ targets: [target({ captionOverride: '😀'.repeat(2000) })] })],
    [
      'a customer of 100 emoji, shorter than the bytes of a workflow id',
      acmeProject({ customerExternalId: '😀'.repeat(60) }),
    ],
  ])('takes %s', (_, input) => {
    expect(linesOf(input)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['project.name', acmeProject({ name: '😀' }), '3 to 30 characters long, is 2 as Layers counts'],
    ['project.name', acmeProject({ name: '😀'.repeat(30) }), '3 to 30 characters long, is 60 as Layers counts'],
    ['project.appName', acmeProject({ appName: '😀'.repeat(16) }), '3 to 30 characters long, is 32'],
    [
      'project.appDescription',
      acmeProject({ appDescription: '😀'.repeat(1000) }),
      '100 to 1000 characters long, is 2000',
    ],
    ['project.tagline', acmeProject({ tagline: '😀'.repeat(41) }), 'at most 80 characters long, is 82'],
    [
      'influencer.create.prompt',
      acme({ influencer: { create: { prompt: '😀'.repeat(31) } } }),
      '1 to 60 characters long, is 62',
    ],
    [
      'content.source.keyword',
      acme({ content: { source: { keyword: '😀'.repeat(101) } } }),
      '1 to 200 characters long, is 202',
    ],
    [
      'schedule.targets[0].firstCommentOverride',
      scheduled({ targets: [target({ firstCommentOverride: '😀'.repeat(2001) })] }),
      'at most 4000 characters long, is 4002',
    ],
    [
      'project.customerExternalId',
      acmeProject({ customerExternalId: '😀'.repeat(101) }),
      '1 to 200 characters long, is 202',
    ],
  ])('refuses too much or too little as %s', (path, input, message) => {
    expect(linesOf(input)[0]).toMatch(new RegExp(`^${path.replace(/[[\]]/g, '\\$&')}: must be ${message}`));
  });
});

describe('what no text means', () => {
  const long = (text: string) => `${text}${'x'.repeat(120)}`;
  it.each([
    ['NUL', 'a\u0000b', 'U+0000 at character 2'],
    ['ESC', 'ab\u001b[31m', 'U+001B at character 3'],
    ['C1', 'abc\u009b31m', 'U+009B at character 4'],
    ['DEL', '\u007fabc', 'U+007F at character 1'],
    ['half a character', 'ab\ud800c', 'U+D800 at character 3'],
    ['the other half', '\udc00abc', 'U+DC00 at character 1'],
  ])('%s is refused in every text', (_, given, where) => {
    for (const [path, input] of [
      ['project.name', acmeProject({ name: given })],
      ['project.appName', acmeProject({ appName: given })],
      ['project.tagline', acmeProject({ tagline: given })],
      ['project.appDescription', acmeProject({ appDescription: long(given) })],
      ['influencer.create.prompt', acme({ influencer: { create: { prompt: given } } })],
      ['content.source.keyword', acme({ content: { source: { keyword: given } } })],
      ['schedule.targets[0].captionOverride', scheduled({ targets: [target({ captionOverride: given })] })],
      ['schedule.targets[0].firstCommentOverride', scheduled({ targets: [target({ firstCommentOverride: given })] })],
    ] as const)
      expect(problemOf(input)).toBe(
        `${path}: must not contain control characters or halves of characters, has ${where}`,
      );
  });

  it.each([
    '\u200b\u200b\u200b',
    '\u2060\u2060\u2060',
    '   ',
    '\u3164\u3164\u3164',
    '\u2800\u2800\u2800',
    '\u200d\u200d\u200d',
  ])('blank is what nobody sees: %j', (blank) => {
    expect(problemOf(acmeProject({ name: blank }))).toBe('project.name: must not be blank');
    expect(problemOf(acmeProject({ tagline: blank }))).toBe('project.tagline: must not be blank');
    expect(problemOf(scheduled({ targets: [target({ captionOverride: blank })] }))).toMatch(/must not be blank$/);
  });

  it('several lines are for texts that have them', () => {
    expect(problemOf(acmeProject({ appDescription: `one\r\n\ttwo\n${'x'.repeat(100)}` }))).toBeNull();
    expect(problemOf(scheduled({ targets: [target({ captionOverride: 'one\ntwo\n\n#three' })] }))).toBeNull();
    for (const lineBreak of ['\n', '\r', '\u2028', '\u2029'])
      expect(problemOf(acmeProject({ name: `Acme${lineBreak}Coffee` }))).toBe('project.name: must be one line');
  });

  it.each(['صباح الخير', 'می\u200cخواهم', '\u202bשלום\u202c abc', 'Zoë’s “Café”', 'クリプト', '👩🏽‍🎤 band', '$(x) `y`'])(
    'texts of every script are taken: %j',
    (name) => {
      expect(linesOf(acmeProject({ name }))).toEqual([]);
    },
  );

  it('metadata comes back as it went', () => {
    expect(problemOf(acmeProject({ metadata: { note: 'a\u0000b' } }))).toContain('must not contain U+0000');
    expect(problemOf(acmeProject({ metadata: { '\ud800': 1 } }))).toContain('halves of characters');
    expect(problemOf(acmeProject({ metadata: { pattern: '\\u0000', emoji: '😀', lines: 'a\nb\t' } }))).toBeNull();
  });
});

describe('the customer’s id', () => {
  it.each([
    ['a\u0000b', 'has U+0000 at character 2'],
    ['a\u001b[31mred', 'has U+001B at character 2'],
    ['a\u0007', 'has U+0007 at character 2'],
    ['\u2060', 'has U+2060 at character 1'],
    ['\u200b\u200b', 'has U+200B at character 1'],
    ['a\u200db', 'has U+200D at character 2'],
    ['a\u202eb', 'has U+202E at character 2'],
    ['soft\u00adhyphen', 'has U+00AD at character 5'],
    ['\ud800', 'has U+D800 at character 1'],
    ['a\ue000', 'has U+E000 at character 2'],
    ['a\u0378', 'has U+0378 at character 2'],
    ['tag\u{e0061}', 'has U+E0061 at character 4'],
    ['\ufeffacme', 'must not contain white space'],
    ['acme\u3164', 'must not contain invisible characters'],
    ['\u2800', 'must not contain invisible characters'],
    ['cafe\u0301', 'must be in the Unicode form NFC, which is "café" in other code points'],
    ['\u212b', 'must be in the Unicode form NFC'],
  ])('refuses %j', (customerExternalId, message) => {
    expect(problemOf(acmeProject({ customerExternalId }))).toContain(message);
  });

  it.each(['acme', 'acme&co', "o'neil", '-acme', '#1', 'ünï-cödé', '顧客-7', 'shop:42/eu', '😀', 'a'.repeat(200)])(
    'takes %j',
    (customerExternalId) => {
      expect(linesOf(acmeProject({ customerExternalId }))).toEqual([]);
    },
  );

  it('makes no longer workflow id than Temporal keeps, counted in bytes', () => {
    const cjk = acmeProject({ customerExternalId: '顧'.repeat(200) });
    expect(problemOf(cjk)).toBe(
      'project.customerExternalId: makes a workflow id of 608 bytes in UTF-8, of which Temporal keeps 255; use a shorter one, or name a workflow id',
    );
    expect(linesOf(cjk, 'onboard-customer-7')).toEqual([]);
    expect(linesOf(cjk, 'é'.repeat(128))).toEqual(['workflowId: must be at most 255 bytes in UTF-8, is 256']);
    const organizationId = `org_${'x'.repeat(60)}`;
    const within = (length: number) => ({
      ...(acmeProject({ customerExternalId: 'c'.repeat(length) }) as object),
      organizationId,
    });
    expect(linesOf(within(180))).toEqual([]);
    expect(problemOf(within(200))).toContain('makes a workflow id of 273 bytes');
  });
});

describe('the owner’s e-mail address', () => {
  it.each([
    'growth@example.com',
    'a&b@example.com',
    'a/b@example.com',
    "o'neil@example.com",
    'first.last+tag@sub.example.co.uk',
    'info@example.xn--p1ai',
    'info@xn--mnchen-3ya.de',
    'jörg@example.de',
    'info@münchen.de',
    'почта@пример.рф',
    '用户@例子.中国',
    'x@1and1.com',
    '_@a-b.museum',
    '!#$%&*=?^`{|}~@example.org',
  ])('takes %s', (ownerEmail) => {
    expect(linesOf(acmeProject({ ownerEmail }))).toEqual([]);
  });

  it.each([
    'nobody',
    '@example.com',
    'a@',
    'a@b@example.com',
    'a b@example.com',
    'a@exa mple.com',
    'a..b@example.com',
    '.a@example.com',
    'a.@example.com',
    'a@example',
    'a@example.1',
    'a@-example.com',
    'a@example..com',
    'a@example.com.',
    'a@[192.0.2.1]',
    'a\u0000@example.com',
    'a\u200b@example.com',
    `${'x'.repeat(65)}@example.com`,
    `a@${'x'.repeat(64)}.com`,
    `a@${'x.'.repeat(130)}com`,
    '',
  ])('refuses %j', (ownerEmail) => {
    expect(problemOf(acmeProject({ ownerEmail }))).toBe('project.ownerEmail: must be an e-mail address');
  });
});

it.each(['a\u0000b', 'a\u200bb', 'a b', 'a/b', '\ud800', '', 'x'.repeat(201)])('an id of Layers is not %j', (id) => {
  expect(problemOf(acme({ influencer: { influencerId: id } }))).toContain('must be an id of Layers like');
});
