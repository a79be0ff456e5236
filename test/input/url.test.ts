import { acme, linesOf } from './support';

const media = (...urls: string[]) => acme({ appMedia: urls.map((url) => ({ kind: 'screenshot', url })) });
const connecting = (returnUrl: string) => acme({ social: { connect: [{ platform: 'tiktok', returnUrl }] } });

describe('a URL is written as every parser reads it', () => {
  it.each([
    '\nhttps://cdn.example.com/a.png',
    'https://cdn.example.com/a.png ',
    'https://cdn.example.com/a\t.png',
    'https:cdn.example.com/a.png',
    'https:/cdn.example.com/a.png',
    'https:///cdn.example.com/a.png',
    'https:\\\\cdn.example.com\\a.png',
    'https://cdn.example.com\\a.png',
    'https://cdn.example.com/a/../b.png',
    'https://cdn.example.com/./a.png',
    'https://cdn.example.com/a b.png',
    'https://cdn.example.com/café.png',
    'https://cdn.example.com/a.png?name="a"',
    'https://münchen.example/a.png',
    'https://cdn。example。com/a.png',
    'https://ex%61mple.com/a.png',
    'https://cdn..example.com/a.png',
    'https://cdn.example.com:/a.png',
    'https://cdn.example.com:0443/a.png',
    'https://134744072/a.png',
    'https://8.8.2056/a.png',
    'https://0x8.8.8.8/a.png',
    'https://[2606:4700:0:0::1111]/a.png',
  ])('refuses %j', (url) => {
    expect(linesOf(media(url))).toEqual([expect.stringMatching(/^appMedia\[0\]\.url: must be written as it is sent/)]);
    expect(linesOf(connecting(url))).toEqual([
      expect.stringMatching(/^social\.connect\[0\]\.returnUrl: must be written as it is sent/),
    ]);
  });

  it.each([
    'https://cdn.example.com/a.png',
    'https://cdn.example.com',
    'https://cdn.example.com?size=1',
    'https://cdn.example.com:8443/a.png',
    'https://cdn.example.com:443/a.png',
    'HTTPS://CDN.Example.COM/A.png',
    'https://xn--mnchen-3ya.example/a.png',
    'https://cdn.example.com/caf%C3%A9.png?sig=a%2Fb+c&x=[1]#page',
    "https://cdn.example.com/it's(1)~$.png",
    'https://under_score.example.com/a.png',
    'https://8.8.8.8/a.png',
    'https://[2606:4700::1111]/a.png',
  ])('takes %s', (url) => {
    expect(linesOf(media(url))).toEqual([]);
    expect(linesOf(connecting(url))).toEqual([]);
  });

  it('counts two spellings of one URL as one', () => {
    for (const same of [
      'https://CDN.example.com/a.png',
      'HTTPS://cdn.example.com/a.png',
      'https://cdn.example.com:443/a.png',
    ])
      expect(linesOf(media('https://cdn.example.com/a.png', same))).toEqual([
        'appMedia[1].url: is the same URL as in [0]; leave one of them out',
      ]);
    expect(linesOf(media('https://cdn.example.com/a.png', 'https://cdn.example.com/A.png'))).toEqual([]);
  });

  it('does not repeat a URL, which may be signed', () => {
    expect(linesOf(media('https://cdn.example.com/a b.png?sig=SECRET')).join()).not.toContain('SECRET');
  });
});

describe('a medium lies where Layers can fetch it', () => {
  const one = (net: string) => [`${net}.1`, `${net}.254`];
  it.each([
    ...[
      '0.1.2.3',
      '10.0.0.1',
      '100.64.0.1',
      '100.127.255.254',
      '127.0.0.1',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.9.9',
    ],
    ...[...one('192.0.0'), ...one('192.0.2'), ...one('192.88.99'), '192.168.1.1', '198.18.0.1', '198.19.255.254'],
    ...[...one('198.51.100'), ...one('203.0.113'), '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
    ...['[::]', '[::1]', '[::ffff:808:808]', '[64:ff9b::808:808]', '[100::1]', '[fc00::1]', '[fe80::1]', '[ff02::1]'],
    ...['[2001::1]', '[2001:db8::1]', '[2002:808:808::1]', '[3fff::1]'],
    ...[
      'localhost',
      'localhost.',
      'printer',
      'db.internal',
      'printer.local',
      'nas.lan',
      'x.home.arpa',
      'a.onion',
      'a.invalid',
    ],
  ])('refuses %s', (host) => {
    expect(linesOf(media(`https://${host}/a.png`))).toEqual([
      expect.stringMatching(/^appMedia\[0\]\.url: must be a public address; Layers cannot reach /),
    ]);
  });

  it.each([
    ...[
      '1.1.1.1',
      '100.63.255.255',
      '100.128.0.1',
      '172.32.0.1',
      '192.0.1.1',
      '192.0.3.1',
      '198.17.0.1',
      '198.20.0.1',
      '223.255.255.1',
    ],
    ...[
      '[2001:4860:4860::8888]',
      '[2003::1]',
      '[2606:4700::1111]',
      '[2a00:1450:4001::1]',
      'local.example.com',
      '10.example.com',
    ],
  ])('takes %s', (host) => {
    expect(linesOf(media(`https://${host}/a.png`))).toEqual([]);
  });
});
