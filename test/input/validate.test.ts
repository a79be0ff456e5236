import type { z } from 'zod';
import type { OnboardingInput } from '../../src/contract/input';
import { inputDigest, inputJsonSchema, InvalidInputError } from '../../src/input';
import type { onboardingInput } from '../../src/input/schema';
import { acmeCoffee } from './acme';
import { acme, acmeProject, check, linesOf, planOf, scheduled, target } from './support';

describe('the sample customer', () => {
  it('is valid as it stands, with every default spelled out', () => {
    const input = acmeCoffee();
    expect(check(input)).toEqual({
      digest: inputDigest(input),
      plan: {
        project: input.project,
        appMedia: input.appMedia,
        influencer: { use: 'automatic' },
        social: { socialAccountIds: [], connect: [] },
        source: { use: 'discover', keyword: null, pick: 'first' },
        review: { required: true, deadlineMs: 7 * 86_400_000, remindEveryMs: 86_400_000, maxRounds: 5 },
        schedule: null,
        organizationId: null,
        waits: {
          influencer: { earliestMs: 45_000, typicalMs: 60_000, deadlineMs: 900_000 },
          keywords: { earliestMs: 240_000, typicalMs: 270_000, deadlineMs: 900_000 },
          content: { earliestMs: 30_000, typicalMs: 90_000, deadlineMs: 1_800_000 },
          social: { deadlineMs: 14 * 86_400_000 },
        },
        onCancel: 'keep',
      },
    });
  });

  it('is valid with everything that can be said', () => {
    const everything: OnboardingInput = {
      ...acmeCoffee(),
      influencer: { create: { gender: 'non_binary', ageRange: 'adult', prompt: 'barista energy' } },
      social: {
        socialAccountIds: ['sa_1'],
        connect: [{ platform: 'instagram', returnUrl: 'https://app.example.com/back' }],
      },
      content: { format: 'slideshow-remix', source: { keyword: 'morning routine', pick: 'person' } },
      review: { required: false, deadline: '2 days', remindEvery: '12h', maxRounds: 20 },
      schedule: {
        at: '2026-12-01T09:00',
        timezone: 'Europe/Berlin',
        targets: [
          {
            socialAccountId: 'sa_2',
            mode: 'publish',
            captionOverride: 'Hello',
            firstCommentOverride: '',
            tiktokPostSettings: { privacyLevel: 'SELF_ONLY', disableComment: true },
            tiktokMusic: { mode: 'manual', trackId: 'trk_1' },
          },
        ],
      },
      organizationId: 'org_2481fa5c',
      policy: {
        waits: { influencer: { earliest: '0s', typical: '500ms', deadline: '5s' }, social: { deadline: '1 h' } },
        onCancel: 'archive',
      },
    };
    expect(linesOf(everything)).toEqual([]);
    expect(planOf(everything)).toMatchObject({
      influencer: { use: 'create', hints: { prompt: 'barista energy' } },
      social: { connect: [{ platform: 'instagram', returnUrl: 'https://app.example.com/back' }] },
      source: { use: 'discover', keyword: 'morning routine', pick: 'person' },
      schedule: {
        at: '2026-12-01T08:00:00Z',
        timezone: 'Europe/Berlin',
        mode: 'publish',
        targets: everything.schedule!.targets,
      },
      waits: { influencer: { earliestMs: 0, typicalMs: 500, deadlineMs: 5000 } },
      onCancel: 'archive',
    });
  });
});

describe('every problem is told at once', () => {
  it('with its path, what is wrong and what is allowed', () => {
    const input = acme({
      project: {
        ...acmeCoffee().project,
        timezone: 'Mars/Olympus',
        appDescription: 'twenty characters ok',
        color: 'red',
      },
      schedule: {
        at: '2027-03-14T02:30',
        timezone: 'America/Los_Angeles',
        targets: Array.from({ length: 51 }, (_, i) => target({ socialAccountId: `sa_${i}` })),
      },
    });
    expect(linesOf(input)).toEqual([
      'project.timezone: must be the name of an IANA time zone like "America/Los_Angeles" or "UTC", not "Mars/Olympus"',
      'project.appDescription: must be 100 to 1000 characters long, is 20',
      expect.stringMatching(/^project\.color: unknown field; known here: name, customerExternalId, /),
      'schedule.targets: must have at most 50 entries, has 51',
      expect.stringMatching(/^schedule\.at: "2027-03-14T02:30" does not exist in America\/Los_Angeles/),
    ]);
  });

  it('also as an error with the problems on it', () => {
    const error = new InvalidInputError([
      { path: 'project.name', message: 'is required (text)' },
      { path: 'extra', message: 'unknown field' },
    ]);
    expect(error.message).toBe('project.name: is required (text)\nextra: unknown field');
    expect(error.problems).toHaveLength(2);
  });

  it.each([
    [undefined, 'input: is required (an object)'],
    ['text', 'input: must be an object, not text'],
    [null, 'input: must be an object, not null; leave the field out instead'],
    [{}, 'project: is required (an object)'],
  ])('for %j', (input, line) => {
    expect(linesOf(input)).toEqual([line]);
  });
});

describe('project', () => {
  it.each<[Record<string, unknown>, string | null]>([
    [{ name: 'ab' }, 'project.name: must be 3 to 30 characters long, is 2'],
    [{ name: 'x'.repeat(31) }, 'project.name: must be 3 to 30 characters long, is 31'],
    [{ name: '   ' }, 'project.name: must not be blank'],
    [{ name: undefined }, 'project.name: is required (text)'],
    [{ appName: 'ab' }, 'project.appName: must be 3 to 30 characters long, is 2'],
    [{ appDescription: 'x'.repeat(99) }, 'project.appDescription: must be 100 to 1000 characters long, is 99'],
    [{ appDescription: 'x'.repeat(100) }, null],
    [{ appDescription: 'x'.repeat(1001) }, 'project.appDescription: must be 100 to 1000 characters long, is 1001'],
    [{ appDescription: undefined }, null],
    [{ tagline: 'x'.repeat(81) }, 'project.tagline: must be at most 80 characters long, is 81'],
    [{ tagline: null }, 'project.tagline: must be text, not null; leave the field out instead'],
    [{ ownerEmail: 'nobody' }, 'project.ownerEmail: must be an e-mail address'],
    [{ ownerEmail: 'growth@example.com' }, null],
    [{ primaryLanguage: 'es-MX' }, null],
    [
      { primaryLanguage: 'en_US' },
      'project.primaryLanguage: must be a BCP-47 language tag like "en" or "es-MX" (with a hyphen), not "en_US"',
    ],
    [
      { brandVoice: 'loud' },
      'project.brandVoice: must be one of "authentic", "witty", "professional", "warm", "casual", "educational", not "loud"',
    ],
    [{ targetGender: 'other' }, 'project.targetGender: must be one of "all", "female", "male", not "other"'],
    [{ metadata: { plan: 'gold', nested: [1, { a: null }] } }, null],
    [{ metadata: { text: 'ü'.repeat(4096) } }, 'project.metadata: must be at most 8 KB as JSON (8192 bytes), is 8203'],
    [{ metadata: 'x' }, 'project.metadata: must be an object, not text'],
    [{ metadata: { big: 1n } }, 'project.metadata: must be plain JSON'],
    [{ id: 'prj_1' }, 'project.id: is given by Layers, which refuses an id from outside; leave it out'],
    [{ app_name: 'Acme' }, 'project.app_name: unknown field; did you mean "appName"?'],
  ])('%j', (part, line) => {
    expect(linesOf(acmeProject(part))).toEqual(line === null ? [] : [line]);
  });

  it.each([
    ['Us/pacific', '; did you mean "US/Pacific"?'],
    ['Asia/kolkata', '; did you mean "Asia/Kolkata"?'],
    ['Etc/Utc', '; did you mean "Etc/UTC"?'],
    ['etc/gmt+2', '; did you mean "Etc/GMT+2"?'],
    ['utc', '; did you mean "UTC"?'],
    ['US/Pacific-New', 'must be the name of an IANA time zone'],
    ['UTC+2', 'must be the name of an IANA time zone'],
    ['constructor', 'must be the name of an IANA time zone'],
    ['Los_Angeles', '; did you mean "America/Los_Angeles"?'],
    ['america/los_angeles', '; did you mean "America/Los_Angeles"?'],
    ['+02:00', 'must be the name of an IANA time zone'],
    ['PST', 'must be the name of an IANA time zone'],
    ['BST', 'must be the name of an IANA time zone'],
    ['', 'must be the name of an IANA time zone'],
  ])('refuses the time zone %j', (timezone, message) => {
    const lines = linesOf(acmeProject({ timezone }));
    expect(lines).toEqual([expect.stringContaining(message)]);
  });

  it.each(['UTC', 'Asia/Kolkata', 'Asia/Calcutta', 'US/Pacific', 'Etc/GMT+2'])('takes the time zone %s', (timezone) => {
    expect(linesOf(acmeProject({ timezone }))).toEqual([]);
  });
});

describe('the customer’s id', () => {
  it.each([
    ['', 'must be 1 to 200 characters long, is 0'],
    ['x'.repeat(201), 'must be 1 to 200 characters long, is 201'],
    ['acme coffee', 'must not contain white space'],
    ['acme\u00a0coffee', 'must not contain white space'],
  ])('refuses %j', (customerExternalId, message) => {
    expect(linesOf(acmeProject({ customerExternalId }))).toEqual([`project.customerExternalId: ${message}`]);
  });

  it('refuses an e-mail address unless the workflow id does not contain it', () => {
    const input = acmeProject({ customerExternalId: 'jane@example.com' });
    expect(linesOf(input)).toEqual([
      expect.stringMatching(/^project\.customerExternalId: looks like an e-mail address/),
    ]);
    expect(linesOf(input, 'onboard-jane@example.com')).toHaveLength(1);
    expect(linesOf(input, 'onboard-4711')).toEqual([]);
    expect(linesOf(acmeProject({ customerExternalId: 'a@b' }))).toEqual([]);
  });
});

describe('app media', () => {
  const asset = (kind: string, url: string) => ({ kind, url });

  it.each<[string, unknown, string[]]>([
    ['http', [asset('logo', 'http://cdn.example.com/a.png')], ['appMedia[0].url: must be an https URL, not http']],
    [
      'no URL',
      [asset('logo', 'logo.png')],
      ['appMedia[0].url: must be an https URL like "https://cdn.example.com/logo.png"'],
    ],
    [
      'credentials',
      [asset('logo', 'https://a:b@cdn.example.com/a.png')],
      ['appMedia[0].url: must not carry a user name or password'],
    ],
    [
      'other kind',
      [asset('icon', 'https://cdn.example.com/a.png')],
      ['appMedia[0].kind: must be one of "logo", "screenshot", "demo-video", "end-card", not "icon"'],
    ],
    ['not a list', {}, ['appMedia: must be a list, not an object']],
    [
      'two logos',
      [asset('logo', 'https://cdn.example.com/a.png'), asset('logo', 'https://cdn.example.com/b.png')],
      ['appMedia[1].kind: is a second logo beside [0]; a project has one'],
    ],
    [
      'two end-cards',
      [asset('end-card', 'https://cdn.example.com/a.png'), asset('end-card', 'https://cdn.example.com/b.png')],
      ['appMedia[1].kind: is a second end-card beside [0]; a project has one'],
    ],
    [
      'one URL twice, and another problem',
      [
        asset('screenshot', 'https://cdn.example.com/a.png'),
        asset('screenshot', 'https://cdn.example.com/a.png'),
        asset('icon', 'https://cdn.example.com/c.png'),
      ],
      [
        'appMedia[2].kind: must be one of "logo", "screenshot", "demo-video", "end-card", not "icon"',
        'appMedia[1].url: is the same URL as in [0]; leave one of them out',
      ],
    ],
  ])('%s', (_, appMedia, lines) => {
    expect(linesOf(acme({ appMedia }))).toEqual(lines);
  });

  it.each([
    'localhost',
    '127.0.0.1',
    '2130706433',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '[::1]',
    '[fd00::1]',
    '[::ffff:10.0.0.1]',
    'intranet',
    'printer.local',
    'metadata.google.internal',
  ])('refuses the private address %s', (host) => {
    expect(linesOf(acme({ appMedia: [asset('logo', `https://${host}/a.png`)] }))).toEqual([
      expect.stringMatching(/^appMedia\[0\]\.url: must be a public address; Layers cannot reach /),
    ]);
  });

  it.each(['cdn.example.com', '10.example.com', '172.32.0.1', '8.8.8.8', '[2606:4700::1111]'])(
    'takes the public address %s',
    (host) => {
      expect(linesOf(acme({ appMedia: [asset('logo', `https://${host}/a.png`)] }))).toEqual([]);
    },
  );
});

describe('influencer, social, content, organization', () => {
  it.each<[Record<string, unknown>, string[]]>([
    [{ influencer: { influencerId: 'inf_1' } }, []],
    [{ influencer: { create: {} } }, []],
    [{ influencer: {} }, ['influencer: must have exactly one of "influencerId" and "create"']],
    [
      { influencer: { influencerId: 'inf_1', create: {} } },
      ['influencer: must have exactly one of "influencerId" and "create"'],
    ],
    [
      { influencer: { influencerId: 'a/b' } },
      ['influencer.influencerId: must be an id of Layers like "inf_…", not "a/b"'],
    ],
    [{ influencer: { create: { prompt: '' } } }, ['influencer.create.prompt: must be 1 to 60 characters long, is 0']],
    [
      { influencer: { create: { prompt: 'x'.repeat(61) } } },
      ['influencer.create.prompt: must be 1 to 60 characters long, is 61'],
    ],
    [
      { influencer: { create: { name: 'Maya' } } },
      ['influencer.create.name: unknown field; known here: gender, ageRange, prompt'],
    ],
    [
      { social: { socialAccountIds: ['sa_1', 'sa_2', 'sa_1'] } },
      ['social.socialAccountIds[2]: is the same account as in [0]; leave one of them out'],
    ],
    [{ social: { connect: [{ platform: 'tiktok' }, { platform: 'instagram' }] } }, []],
    [
      { social: { connect: [{ platform: 'tiktok' }, { platform: 'tiktok' }] } },
      ['social.connect[1].platform: is the same platform as in [0]; leave one of them out'],
    ],
    [
      { social: { connect: [{ platform: 'youtube' }] } },
      ['social.connect[0].platform: must be one of "tiktok", "instagram", not "youtube"'],
    ],
    [
      { social: { connect: [{ platform: 'tiktok', returnUrl: 'http://x.example' }] } },
      ['social.connect[0].returnUrl: must be an https URL, not http'],
    ],
    [
      {
        social: {
          socialAccountIds: Array.from({ length: 50 }, (_, i) => `sa_${i}`),
          connect: [{ platform: 'tiktok' }],
        },
      },
      ['social: a post has at most 50 accounts, here are 51'],
    ],
    [{ content: { format: 'video-remix' } }, ['content.format: must be one of "slideshow-remix", not "video-remix"']],
    [{ content: { source: {} } }, []],
    [{ content: { source: { tiktokVideoId: '7301234567890123456' } } }, []],
    [
      { content: { source: { tiktokVideoId: 'abc' } } },
      ['content.source.tiktokVideoId: must be the digits of a TikTok video id, not "abc"'],
    ],
    [
      { content: { source: { tiktokVideoId: '1', keyword: 'coffee' } } },
      ['content.source.keyword: has no meaning beside "tiktokVideoId"; leave one of them out'],
    ],
    [
      { content: { source: { keyword: 'x'.repeat(201) } } },
      ['content.source.keyword: must be 1 to 200 characters long, is 201'],
    ],
    [
      { content: { source: { pick: 'best' } } },
      ['content.source.pick: must be one of "first", "most-viewed", "person", not "best"'],
    ],
    [{ organizationId: '2481fa5c' }, ['organizationId: must be an organization id like "org_…", not "2481fa5c"']],
    [{ organizationId: `org_${'x'.repeat(60)}` }, []],
    [{ organizationId: `org_${'x'.repeat(61)}` }, ['organizationId: must be at most 64 characters long, is 65']],
    [{ organizationId: 'org_é' }, ['organizationId: must be an organization id like "org_…", not "org_é"']],
    [{ organizationId: 'org_a\r\nb' }, [expect.stringContaining('must be an organization id like') as string]],
    [
      { organization: 'org_1' },
      [expect.stringMatching(/^organization: unknown field; known here: project, /) as string],
    ],
  ])('%j', (part, lines) => {
    expect(linesOf(acme(part))).toEqual(lines);
  });
});

describe('review and waits', () => {
  it.each<[Record<string, unknown>, string[]]>([
    [{ review: { deadline: '1 hour' } }, []],
    [
      { review: { deadline: '1 hour', remindEvery: '2 hours' } },
      ['review.remindEvery: must not be longer than "deadline" ("1 hour"), is "2 hours"'],
    ],
    [
      { review: { remindEvery: '8 days' } },
      ['review.remindEvery: must not be longer than "deadline" ("7 days", the default), is "8 days"'],
    ],
    [{ review: { deadline: '500 hours', remindEvery: '1 hour' } }, []],
    [
      { review: { deadline: '30 days', remindEvery: '1s' } },
      [
        'review.remindEvery: must be at least "87 minutes", so that at most 500 reminders fit into the deadline ("30 days"), is "1s"',
      ],
    ],
    [{ review: { remindEvery: '1ms' } }, [expect.stringContaining('must be at least "21 minutes"') as string]],
    [
      { review: { deadline: '365 days', remindEvery: '1 hour' } },
      [expect.stringContaining('must be at least "1052 minutes"') as string],
    ],
    [
      { review: { deadline: '5s', remindEvery: '1ms' } },
      [expect.stringContaining('must be at least "10ms"') as string],
    ],
    [{ review: { deadline: '0.2ms' } }, ['review.deadline: must be at least "1ms", not "0.2ms"']],
    [{ review: { maxRounds: 0 } }, ['review.maxRounds: must be at least 1, is 0']],
    [{ review: { maxRounds: 21 } }, ['review.maxRounds: must be at most 20, is 21']],
    [{ review: { maxRounds: 1.5 } }, ['review.maxRounds: must be a whole number, not 1.5']],
    [
      { review: { deadline: 'soon' } },
      ['review.deadline: must be a duration like "90s", "45 minutes" or "7 days", not "soon"'],
    ],
    [
      { review: { deadline: '' } },
      ['review.deadline: must be a duration like "90s", "45 minutes" or "7 days", not ""'],
    ],
    [{ review: { deadline: 60 } }, ['review.deadline: must be text like "90s", not 60']],
    [
      { review: { deadline: '-1 day', remindEvery: '-2 days' } },
      [
        'review.deadline: must be longer than nothing, not "-1 day"',
        'review.remindEvery: must be longer than nothing, not "-2 days"',
      ],
    ],
    [
      { review: { deadline: '0ms', remindEvery: '0ms' } },
      [
        'review.deadline: must be longer than nothing, not "0ms"',
        'review.remindEvery: must be longer than nothing, not "0ms"',
      ],
    ],
    [{ review: { deadline: '2 years' } }, ['review.deadline: must be at most "365 days", not "2 years"']],
    [
      { policy: { waits: { content: { earliest: '2m', typical: '1m' } } } },
      ['policy.waits.content.earliest: must not be longer than "typical" ("1m"), is "2m"'],
    ],
    [
      { policy: { waits: { content: { earliest: '2m', deadline: '1m' } } } },
      ['policy.waits.content.earliest: must not be longer than "deadline" ("1m"), is "2m"'],
    ],
    [
      { policy: { waits: { content: { typical: '1h' } } } },
      ['policy.waits.content.typical: must not be longer than "deadline" ("30 minutes", the default), is "1h"'],
    ],
    [
      { policy: { waits: { social: { typical: '1h' } } } },
      ['policy.waits.social.typical: unknown field; known here: deadline'],
    ],
    [{ policy: { onCancel: 'delete' } }, ['policy.onCancel: must be one of "keep", "archive", not "delete"']],
  ])('%j', (part, lines) => {
    expect(linesOf(acme(part)).sort()).toEqual([...lines].sort());
  });

  it('fits what is absent between what is given', () => {
    const waits = planOf(
      acme({
        policy: {
          waits: { influencer: { deadline: '10s' }, keywords: { earliest: '6m' }, content: { typical: '5s' } },
        },
        review: { deadline: '1 hour' },
      }),
    );
    expect(waits.waits.influencer).toEqual({ earliestMs: 10_000, typicalMs: 10_000, deadlineMs: 10_000 });
    expect(waits.waits.keywords).toEqual({ earliestMs: 360_000, typicalMs: 360_000, deadlineMs: 900_000 });
    expect(waits.waits.content).toEqual({ earliestMs: 5000, typicalMs: 5000, deadlineMs: 1_800_000 });
    expect(waits.review).toMatchObject({ deadlineMs: 3_600_000, remindEveryMs: 3_600_000 });
  });
});

describe('schedule', () => {
  it('is read in its own zone, else in the project’s', () => {
    expect(planOf(scheduled({})).schedule).toEqual({
      at: '2026-12-01T17:00:00Z',
      timezone: 'America/Los_Angeles',
      mode: 'publish',
      targets: null,
    });
    expect(planOf(scheduled({ timezone: 'Europe/Berlin', mode: 'draft' })).schedule).toEqual({
      at: '2026-12-01T08:00:00Z',
      timezone: 'Europe/Berlin',
      mode: 'draft',
      targets: null,
    });
  });

  it('needs an account from somewhere', () => {
    const at = { at: '2026-12-01T09:00' };
    const nowhere = [
      expect.stringMatching(/^schedule: has nothing to post to; name an account in "social\.socialAccountIds"/),
    ];
    expect(linesOf(acme({ schedule: at }))).toEqual(nowhere);
    expect(linesOf(acme({ schedule: at, social: { socialAccountIds: [], connect: [] } }))).toEqual(nowhere);
    expect(linesOf(acme({ schedule: at, social: { connect: [{ platform: 'tiktok' }] } }))).toEqual([]);
    expect(linesOf(acme({ schedule: { ...at, targets: [target()] } }))).toEqual([]);
  });

  it('takes targets beyond the accounts of the step social', () => {
    expect(linesOf(scheduled({ targets: [target({ socialAccountId: 'sa_other' })] }))).toEqual([]);
  });

  it.each<[Record<string, unknown>, string[]]>([
    [{ at: undefined }, ['schedule.at: is required (a time like "2026-12-01T09:00")']],
    [
      { at: '2026-11-22T04:04' },
      [
        expect.stringContaining(
          'schedule.at: "2026-11-22T04:04" (2026-11-22T12:04:00Z) is less than 5 minutes ahead',
        ) as string,
      ],
    ],
    [{ at: '2025-01-01T00:00Z' }, [expect.stringContaining('has passed') as string]],
    [
      { timezone: 'Nowhere' },
      [expect.stringContaining('schedule.timezone: must be the name of an IANA time zone') as string],
    ],
    [{ targets: [] }, ['schedule.targets: must name at least one account; leave it out for every account of "social"']],
    [{ targets: Array.from({ length: 50 }, (_, i) => target({ socialAccountId: `sa_${i}` })) }, []],
    [
      { targets: [target(), target()] },
      ['schedule.targets[1].socialAccountId: is the same account as in [0]; leave one of them out'],
    ],
    [
      { targets: [target({ mode: 'direct_publish' })] },
      ['schedule.targets[0].mode: must be one of "publish", "draft", "managed", not "direct_publish"'],
    ],
    [
      { targets: [target({ captionOverride: 'x'.repeat(4001) })] },
      ['schedule.targets[0].captionOverride: must be at most 4000 characters long, is 4001'],
    ],
    [
      { targets: [target({ tiktokMusic: { mode: 'manual' } })] },
      ['schedule.targets[0].tiktokMusic.trackId: is required when the mode is "manual"'],
    ],
    [
      { targets: [target({ mode: 'draft', tiktokMusic: { mode: 'auto' } })] },
      ['schedule.targets[0].tiktokMusic: a draft takes no music; leave it out'],
    ],
    [
      { targets: [target({ mode: 'managed', shareReelToFeed: true })] },
      ['schedule.targets[0].shareReelToFeed: only mode "publish" takes it; leave it out'],
    ],
    [
      { targets: [target({ shareReelToFeed: true })] },
      ['schedule.targets[0].shareReelToFeed: only a video takes it, and slideshow-remix makes none; leave it out'],
    ],
    [
      { targets: [target({ tiktokPostSettings: { privacyLevel: 'PRIVATE' } })] },
      [expect.stringContaining('schedule.targets[0].tiktokPostSettings.privacyLevel: must be one of') as string],
    ],
    [
      { mode: 'draft', targets: [target()] },
      ['schedule.mode: has no effect on "targets", which say otherwise; leave it out'],
    ],
    [{ mode: 'publish', targets: [target()] }, []],
  ])('%j', (part, lines) => {
    expect(linesOf(scheduled(part))).toEqual(lines);
  });
});

it('has a JSON schema with the bounds of the fields', () => {
  expect(inputJsonSchema()).toMatchObject({
    type: 'object',
    additionalProperties: false,
    required: ['project'],
    properties: {
      project: {
        required: ['name', 'customerExternalId', 'timezone'],
        properties: { name: { minLength: 3, maxLength: 30 } },
      },
    },
  });
});

/** Compiles only as long as schema and contract say the same. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
type Shape = z.input<typeof onboardingInput>;
const sameFields: Same<keyof Shape, keyof OnboardingInput> = true;
const everyInputFits: OnboardingInput extends Shape ? true : never = true;
const samePlainParts: Same<
  Omit<Shape, 'influencer' | 'content'>,
  Omit<OnboardingInput, 'influencer' | 'content'>
> = true;
void [sameFields, everyInputFits, samePlainParts];
