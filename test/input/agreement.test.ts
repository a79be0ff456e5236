import fc from 'fast-check';
import { createSandbox } from '../../src/sandbox';
import { ZONE_NAMES } from '../../src/zones';
import { acmeCoffee } from './acme';
import { acme, acmeProject, linesOf, NOW, scheduled } from './support';

/**
 * The sandbox shares no code with the check of the input, so that each judges the other by the API: what is taken here must not be
 * refused there half-way, and what is refused here must not be something that the API takes.
 */
const sandbox = createSandbox({
  now: () => NOW,
  durations: { mediaMs: 0, influencerMs: 0, contentMs: 0 },
  tier: { reads: 1e6, writes: 1e6, starts: 1e6, writesPerDay: 1e9 },
});
afterAll(() => sandbox.close());

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are read as a partner's script reads them */
async function post(path: string, body: unknown): Promise<{ status: number; json: any }> {
  const response = await sandbox.fetch(
    new Request(`http://sandbox.invalid${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer lp_test_acme_1', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  return { status: response.status, json: await response.json() };
}

const FRESH = { name: 'Acme Coffee', timezone: 'UTC' };

/** Both verdicts on the same thing, as `taken` or what refused it. */
async function verdicts(input: unknown, path: string, body: unknown): Promise<{ here: string; there: string }> {
  const lines = linesOf(input);
  const { status, json } = await post(path, body);
  if (status !== 422 && status >= 400) throw new Error(`${status} ${JSON.stringify(json)}`);
  return {
    here: lines.length === 0 ? 'taken' : lines.join('; '),
    there: status === 422 ? (json as { error: { message: string } }).error.message : 'taken',
  };
}

const agree = ({ here, there }: { here: string; there: string }): boolean => (here === 'taken') === (there === 'taken');
const notRefusedLater = ({ here, there }: { here: string; there: string }): boolean =>
  here !== 'taken' || there === 'taken';

/** Text of visible characters of one to many units, near the bounds of a field. */
const near = (...bounds: number[]) =>
  fc
    .tuple(
      fc.constantFrom(...bounds),
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom('x', '好', '😀', 'é', '👨‍👩‍👧', 'e\u0301', 'ש', 'क्'),
      fc.constantFrom('', 'a', 'ab'),
    )
    .map(([bound, off, unit, head]) => {
      const text = head + unit.repeat(Math.max(0, Math.round((bound + off - head.length) / unit.length)));
      return text === '' ? 'x' : text;
    });

/** Text of anything at all, also of what no text means. */
const wild = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc
    .array(fc.constantFrom(' ', '\u200b', '\u0000', '\n', '\t', '\u2028', '\ud800', '\u202e', '\u3164', 'a', '😀'), {
      maxLength: 40,
    })
    .map((units) => units.join('')),
);

const runs = { numRuns: 150 };

describe('the check of the input and the API agree', () => {
  it('on how long a text of a project may be', async () => {
    const fields = fc.oneof(
      near(3, 30).map((name) => ({ name })),
      near(3, 30).map((appName) => ({ appName })),
      near(100, 1000).map((appDescription) => ({ appDescription })),
      near(2, 80).map((tagline) => ({ tagline })),
    );
    await fc.assert(
      fc.asyncProperty(fields, async (part) => {
        const verdict = await verdicts(acmeProject(part), '/v1/projects', { ...FRESH, ...part });
        expect([part, verdict, agree(verdict)]).toEqual([part, verdict, true]);
      }),
      runs,
    );
  });

  it('on what a text, an id, a language and a zone may hold', async () => {
    const fields = fc.oneof(
      wild.map((name) => ({ name })),
      wild.map((appName) => ({ appName })),
      wild.map((text) => ({ appDescription: text + 'x'.repeat(100) })),
      wild.map((tagline) => ({ tagline })),
      wild.map((customerExternalId) => ({ customerExternalId })),
      wild.map((primaryLanguage) => ({ primaryLanguage })),
      fc
        .constantFrom('en', 'es-MX', 'zh-Hant-TW', 'x-foo', 'de_DE', 'e')
        .map((primaryLanguage) => ({ primaryLanguage })),
      wild.map((note) => ({ metadata: { note } })),
      fc.jsonValue().map((deep) => ({ metadata: { deep } })),
    );
    await fc.assert(
      fc.asyncProperty(fields, async (part) => {
        sandbox.reset();
        const verdict = await verdicts(acmeProject(part), '/v1/projects', { ...FRESH, ...part });
        expect([part, verdict, notRefusedLater(verdict)]).toEqual([part, verdict, true]);
      }),
      { numRuns: 300 },
    );
  });

  it('on every name of a time zone, in its own spelling and in another', async () => {
    for (const name of ZONE_NAMES) {
      const verdict = await verdicts(acmeProject({ timezone: name }), '/v1/projects', { ...FRESH, timezone: name });
      expect([name, verdict]).toEqual([name, { here: 'taken', there: 'taken' }]);
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ZONE_NAMES),
        fc.mixedCase(fc.constantFrom(...ZONE_NAMES)),
        async (_, timezone) => {
          const verdict = await verdicts(acmeProject({ timezone }), '/v1/projects', { ...FRESH, timezone });
          expect([timezone, verdict, notRefusedLater(verdict)]).toEqual([timezone, verdict, true]);
        },
      ),
      runs,
    );
  });

  it('on addresses of mail', async () => {
    const words = fc.string({ unit: fc.constantFrom(...'abz09.-_+&/\'@ !ü例[]"<>,'), maxLength: 12 });
    const addresses = fc.oneof(
      fc.emailAddress(),
      fc.tuple(words, words).map(([mailbox, domain]) => `${mailbox}@${domain}.com`),
      fc
        .tuple(words, fc.constantFrom('example.xn--p1ai', 'münchen.de', 'пример.рф'))
        .map(([box, at]) => `${box}@${at}`),
    );
    await fc.assert(
      fc.asyncProperty(addresses, async (ownerEmail) => {
        const verdict = await verdicts(acmeProject({ ownerEmail }), '/v1/projects', { ...FRESH, ownerEmail });
        expect([ownerEmail, verdict, notRefusedLater(verdict)]).toEqual([ownerEmail, verdict, true]);
      }),
      runs,
    );
    for (const ownerEmail of ['a&b@example.com', 'a/b@example.com', 'jörg@example.de', 'info@example.xn--p1ai'])
      expect(await verdicts(acmeProject({ ownerEmail }), '/v1/projects', { ...FRESH, ownerEmail })).toEqual({
        here: 'taken',
        there: 'taken',
      });
  });

  it('on addresses of media', async () => {
    const { json } = await post('/v1/projects', FRESH);
    const path = `/v1/projects/${(json as { id: string }).id}/app-media`;
    const hosts = fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV4Extended(),
      fc.ipV6().map((address) => `[${address}]`),
      fc.constantFrom(
        'localhost',
        '192.0.2.1',
        '198.18.0.1',
        '[2001:db8::1]',
        '[2002:a00:1::]',
        'CDN.Example.com',
        'münchen.de',
      ),
    );
    const urls = fc
      .tuple(
        fc.constantFrom(
          'https://',
          'https:',
          'https:///',
          'https:\\\\',
          'HTTPS://',
          'http://',
          '\nhttps://',
          ' https://',
          '',
        ),
        hosts,
        fc.constantFrom('', '/', '/a b', '/ü', '\\a', '/../a', '/a%20b', "/a'b", '/"', '/\u0000', '/\ud800'),
      )
      .map(([scheme, host, rest]) => `${scheme}${host}${rest}/a.png`);
    await fc.assert(
      fc.asyncProperty(urls, async (url) => {
        const medium = { kind: 'screenshot', url };
        const verdict = await verdicts(acme({ appMedia: [medium] }), path, medium);
        expect([url, verdict, notRefusedLater(verdict)]).toEqual([url, verdict, true]);
      }),
      { numRuns: 300 },
    );
  });

  it('on how an influencer may be asked for', async () => {
    const { json } = await post('/v1/projects', FRESH);
    const path = `/v1/projects/${(json as { id: string }).id}/influencers`;
    const hints = fc.record(
      {
        gender: fc.constantFrom('male', 'female', 'non_binary', 'other'),
        ageRange: fc.constantFrom('teen', 'senior', 'old'),
        prompt: fc.oneof(near(1, 60), near(1, 60)),
        name: fc.constant('Maya'),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(hints, async (create) => {
        const verdict = await verdicts(acme({ influencer: { create } }), path, create);
        expect([create, verdict, agree(verdict)]).toEqual([create, verdict, true]);
      }),
      runs,
    );
    await fc.assert(
      fc.asyncProperty(wild, async (prompt) => {
        const verdict = await verdicts(acme({ influencer: { create: { prompt } } }), path, { prompt });
        expect([prompt, verdict, notRefusedLater(verdict)]).toEqual([prompt, verdict, true]);
      }),
      runs,
    );
  });

  it('on the targets of a post', async () => {
    sandbox.reset();
    const { project } = acmeCoffee();
    const { json: created } = await post('/v1/projects', { ...FRESH, appDescription: project.appDescription });
    const { id } = created as { id: string };
    const { json: influencer } = await post(`/v1/projects/${id}/influencers`, {});
    const { json: remixed } = await post(`/v1/projects/${id}/content/slideshow-remix`, {
      tiktokVideoId: '7301234567890123456',
      influencerId: (influencer as { influencerId: string }).influencerId,
    });
    const [containerId] = (remixed as { containerIds: string[] }).containerIds;
    const { json: account } = await post('/_sandbox/accounts', { projectId: id, platform: 'tiktok' });
    const socialAccountId = (account as { id: string }).id;
    const path = `/v1/content/${containerId}/schedule`;

    const texts = fc.oneof(near(4000), near(100), wild);
    const settings = fc.oneof(
      texts.map((captionOverride) => ({ captionOverride })),
      texts.map((firstCommentOverride) => ({ firstCommentOverride })),
      fc
        .record(
          { privacyLevel: fc.constantFrom('SELF_ONLY', 'PUBLIC_TO_EVERYONE', 'PRIVATE'), disableDuet: fc.boolean() },
          { requiredKeys: [] },
        )
        .map((tiktokPostSettings) => ({ tiktokPostSettings })),
      fc
        .record(
          { mode: fc.constantFrom('none', 'auto', 'manual'), trackId: fc.constantFrom('trk_1', '') },
          { requiredKeys: ['mode'] },
        )
        .map((tiktokMusic) => ({ tiktokMusic })),
      fc.boolean().map((shareReelToFeed) => ({ shareReelToFeed })),
    );
    const targets = fc
      .tuple(fc.constantFrom('publish', 'draft', 'managed'), settings, settings)
      .map(([mode, one, another]) => ({ socialAccountId, mode, ...one, ...another }));
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(targets, async (target) => {
        const body = { scheduledFor: '2026-12-01T17:00:00Z', targets: [target] };
        const verdict = await verdicts(scheduled({ targets: [target] }), path, body);
        if (verdict.here === 'taken') taken += 1;
        expect([target, verdict, notRefusedLater(verdict)]).toEqual([target, verdict, true]);
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(30);
  });
});
