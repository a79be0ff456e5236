import * as fc from 'fast-check';
import { argumentsOf, type Argument } from './payloads';
import { garbage, hostileText, mostly, nearly } from './values';

const url = fc.oneof(
  fc.constantFrom(
    'https://cdn.acme.com/a.png',
    'https://cdn.acme.com/b.mp4',
    'https://192.0.2.1/a.png',
    '\nhttps://cdn.acme.com/a.png',
  ),
  hostileText,
);
const duration = fc.constantFrom('100ms', '1s', '7 days', '365 days', '400 days', '1ms', '-1s', '0', '', 'soon');
const wait = nearly({ earliest: duration, typical: duration, deadline: duration });
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'utc', 'BST', 'Asia/kolkata', 'US/Pacific-New', 'Mars/Olympus');
const description = fc.constantFrom('x'.repeat(100), '😀'.repeat(600), 'too short', ' '.repeat(200));
const time = fc.constantFrom(
  '2030-12-01T09:00',
  '2030-12-01T09:00:00Z',
  '2030-02-30T09:00',
  '2020-01-01T00:00Z',
  '24:00',
  'never',
);

const parts = {
  appMedia: fc.array(nearly({ kind: fc.constantFrom('logo', 'screenshot', 'demo-video'), url }), { maxLength: 4 }),
  influencer: nearly({
    influencerId: hostileText,
    create: nearly({ prompt: hostileText, gender: fc.constant('male') }),
  }),
  social: nearly({
    socialAccountIds: fc.array(hostileText, { maxLength: 3 }),
    connect: fc.array(nearly({ platform: fc.constantFrom('tiktok', 'instagram'), returnUrl: url }), { maxLength: 2 }),
  }),
  content: nearly({
    format: fc.constantFrom('slideshow-remix', 'slideshow-builder', 'video-remix'),
    source: nearly({
      tiktokVideoId: fc.constant('7301234567890123456'),
      keyword: hostileText,
      pick: fc.constantFrom('first', 'person'),
    }),
  }),
  review: nearly({
    required: fc.boolean(),
    deadline: duration,
    remindEvery: duration,
    maxRounds: fc.integer({ min: -1, max: 30 }),
  }),
  schedule: nearly({ at: time, timezone: zone, mode: fc.constantFrom('publish', 'draft'), targets: fc.constant([]) }),
  organizationId: fc.oneof(fc.constantFrom('org_1', `org_${'é'.repeat(60)}`), hostileText),
  policy: nearly({
    onCancel: fc.constantFrom('keep', 'archive'),
    waits: nearly({ content: wait, influencer: wait, keywords: wait }),
  }),
};

const project = (customerExternalId: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.record(
    {
      name: mostly(fc.constant('Acme Coffee')),
      customerExternalId,
      timezone: mostly(fc.constant('UTC')),
      ownerEmail: mostly(fc.constantFrom('a@acme.com', 'a&b@acme.com')),
      appName: mostly(fc.constant('Acme')),
      appDescription: mostly(description),
      tagline: hostileText,
      brandVoice: mostly(fc.constant('warm')),
      metadata: garbage,
    },
    { requiredKeys: ['name', 'customerExternalId', 'timezone'] },
  );

/** Stands for a handle that no other onboarding has; `startWith` puts it in. */
export const OWN = '$own';

/** An input that is right but for a few parts, or wrong altogether. */
export const input: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        project(fc.oneof({ weight: 5, arbitrary: fc.constant<unknown>(OWN) }, { weight: 1, arbitrary: garbage })),
        fc.record(parts, { requiredKeys: [] }),
        fc.oneof(
          { weight: 5, arbitrary: fc.constant({}) },
          { weight: 1, arbitrary: fc.dictionary(hostileText, garbage, { maxKeys: 2, noNullPrototype: true }) },
        ),
      )
      .map(([own, known, more]) => ({ project: own, ...known, ...more })),
  },
  { weight: 1, arbitrary: nearly({ project: nearly({ name: hostileText }) }) },
  { weight: 1, arbitrary: garbage },
);

export const startArguments: fc.Arbitrary<Argument[]> = argumentsOf(input);

/** How long the workflow's id is; SQL stores take 255 characters, Temporal 1,000 bytes. */
export const idLength: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(40) },
  { weight: 1, arbitrary: fc.constantFrom(200, 255, 800, 960, 1_000) },
);
