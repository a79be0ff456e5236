import fc from 'fast-check';
import { harmlessLines } from '../../src/contract/text';
import * as content from '../../src/layers/contentSchemas';
import { time } from '../../src/layers/schemaParts';
import * as schema from '../../src/layers/schemas';

/** Answers in every documented spelling, with fields missing and added. */

const createdAt = '2026-04-18T19:02:11.959888+00:00';
const normal = '2026-04-18T19:02:11.959Z';

describe('times', () => {
  test.each([
    [createdAt, normal],
    ['2026-04-18T19:02:11Z', '2026-04-18T19:02:11.000Z'],
    ['2026-04-18T12:02:11-07:00', '2026-04-18T19:02:11.000Z'],
    ['2026-04-18T19:02:11', '2026-04-18T19:02:11.000Z'],
    ['2026-04-18 19:02:11+0000', '2026-04-18T19:02:11.000Z'],
  ])('%s', (sent, read) => expect(time.parse(sent)).toBe(read));

  test.each(['', 'yesterday', '2026-13-01T00:00:00Z'])('%j is no time', (sent) => {
    expect(time.safeParse(sent).success).toBe(false);
  });

  test('read times sort like the instants they are', () => {
    const date = fc.date({ min: new Date(0), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(date, date, (a, b) => {
        const [first, second] = [a, b].map((one) => time.parse(one.toISOString().replace('Z', '000+00:00')));
        expect(first! < second!).toBe(a < b);
      }),
    );
  });
});

const project = {
  id: 'prj_1',
  organizationId: 'org_1',
  name: 'Acme Coffee',
  status: 'active',
  customerExternalId: 'acme-coffee',
  timezone: 'America/Los_Angeles',
  primaryLanguage: 'en',
  tagline: null,
  metadata: { plan: 'gold' },
  ingestState: { github: null },
  createdAt,
  brandNew: true,
};

test('a project record has every field of the create body, null where unset', () => {
  expect(schema.projectRecord.parse(project)).toEqual({
    projectId: 'prj_1',
    customerExternalId: 'acme-coffee',
    status: 'active',
    createdAt: normal,
    fields: {
      name: 'Acme Coffee',
      customerExternalId: 'acme-coffee',
      timezone: 'America/Los_Angeles',
      ownerEmail: null,
      primaryLanguage: 'en',
      appName: null,
      appDescription: null,
      tagline: null,
      brandVoice: null,
      targetGender: null,
      metadata: { plan: 'gold' },
    },
  });
});

test('a list of projects; one without a time counts as old', () => {
  const items = [project, { id: 'prj_2', status: 'archived' }];
  expect(schema.projectRefs.parse({ items, nextCursor: null }).items).toEqual([
    { projectId: 'prj_1', customerExternalId: 'acme-coffee', status: 'active', createdAt: normal },
    { projectId: 'prj_2', customerExternalId: null, status: 'archived', createdAt: '1970-01-01T00:00:00.000Z' },
  ]);
});

test('app media in a page or as a bare list', () => {
  const item = { id: 'med_1', kind: 'logo', url: 'https://cdn.example/l.png', mimeType: 'image/png', createdAt };
  const read = [{ mediaId: 'med_1', kind: 'logo', url: 'https://cdn.example/l.png', createdAt: normal }];
  expect(schema.appMedia.parse({ items: [item] }).items).toEqual(read);
  expect(schema.appMedia.parse([item]).items).toEqual(read);
});

test('influencers come oldest first, with whatever status they have', () => {
  const slim = (influencerId: string, status: string, at?: string) => ({ influencerId, status, createdAt: at });
  const items = [
    slim('inf_3', 'draft', '2026-04-18T19:03:00Z'),
    slim('inf_2', 'ready', '2026-04-18T19:02:00Z'),
    slim('inf_1', 'failed', '2026-04-18T19:01:00Z'),
  ];
  const { items: read } = schema.influencers.parse({ items });
  expect(read.map(({ influencerId, status }) => [influencerId, status])).toEqual([
    ['inf_1', 'failed'],
    ['inf_2', 'ready'],
    ['inf_3', 'draft'],
  ]);
  expect(read[0]).toEqual({
    influencerId: 'inf_1',
    projectId: null,
    name: null,
    status: 'failed',
    errorMessage: null,
    createdAt: '2026-04-18T19:01:00.000Z',
  });
  const undated = [slim('inf_2', 'ready'), slim('inf_1', 'ready')];
  expect(schema.influencers.parse({ items: undated }).items.map((one) => one.influencerId)).toEqual(['inf_1', 'inf_2']);
});

test('the keyword bank: the five best phrases, and null until it was researched', () => {
  const hashtags = [70, 95, 80, 75, 85, 90].map((score) => ({ hashtag: `#h${score}`, phrase: `p${score}`, score }));
  expect(schema.keywordBank.parse({ projectId: 'prj_1', hashtags, refreshedAt: createdAt })).toEqual({
    refreshedAt: normal,
    size: 6,
    phrases: ['p95', 'p90', 'p85', 'p80', 'p75'],
  });
  const empty = { refreshedAt: null, size: 0, phrases: [] };
  expect(schema.keywordBank.parse({ hashtags: [], refreshedAt: null })).toEqual(empty);
  expect(schema.keywordBank.parse({})).toEqual(empty);
  expect(schema.keywordBank.parse({ hashtags: [{ hashtag: '#only' }] }).phrases).toEqual(['#only']);
});

describe('sources', () => {
  const item = (tiktokId: string, more: object = {}) => ({
    tiktokId,
    kind: 'slideshow',
    thumbnailUrl: 'https://cdn.example/t.png',
    caption: 'Morning ritual',
    author: 'brewlab',
    stats: { views: 1_200 },
    imageCount: 6,
    ...more,
  });

  test('a slideshow', () => {
    expect(content.sources.parse({ items: [item('7301')], source: 'portfolio' })).toEqual([
      {
        tiktokVideoId: '7301',
        author: 'brewlab',
        caption: 'Morning ritual',
        thumbnailUrl: 'https://cdn.example/t.png',
        imageCount: 6,
        views: 1_200,
      },
    ]);
  });

  test('videos, broken items and doubles are left out, and ten are kept', () => {
    const many = Array.from({ length: 15 }, (_, index) => item(`id${index}`));
    const items = [item('v', { kind: 'video' }), { kind: 'slideshow' }, null, item('id0'), ...many];
    const ids = content.sources.parse({ items }).map(({ tiktokVideoId }) => tiktokVideoId);
    expect(ids).toEqual(many.slice(0, 10).map(({ tiktokId }) => tiktokId));
  });

  test('author and stats may be objects of several shapes, or nothing', () => {
    const items = [
      item('1', { author: { uniqueId: 'brewlab' }, stats: { playCount: 5 } }),
      item('2', { author: { nickname: 'Brew Lab' }, stats: null }),
      item('3', { author: 7, stats: 'many', caption: null, imageCount: '6' }),
    ];
    const read = content.sources.parse({ items });
    expect(read.map(({ author, views, imageCount }) => [author, views, imageCount])).toEqual([
      ['brewlab', 5, 6],
      ['Brew Lab', null, 6],
      [null, null, 6],
    ]);
  });

  test('a caption is cut at 120 characters, never within one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (caption) => {
        const read = content.sources.parse({ items: [item('1', { caption })] })[0]!.caption!;
        // What is invisible or steers is taken out before anything is counted.
        const shown = harmlessLines(caption);
        const characters = Array.from(shown);
        expect(Array.from(read).length).toBe(Math.min(characters.length, 120));
        if (characters.length <= 120) expect(read).toBe(shown);
        else expect(read).toBe(`${characters.slice(0, 119).join('')}…`);
      }),
    );
  });
});

describe('jobs', () => {
  const job = (more: object) => content.job.parse({ jobId: 'job_1', status: 'running', ...more });

  test.each([
    ['running', 'running'],
    ['completed', 'completed'],
    ['failed', 'failed'],
    ['canceled', 'canceled'],
    ['cancelled', 'canceled'],
    ['queued', 'running'],
    ['paused_for_maintenance', 'running'],
    ['constructor', 'running'],
  ])('%s is %s', (sent, read) => expect(job({ status: sent }).status).toBe(read));

  test('stage and progress may be there', () => {
    expect(job({ stage: 'planning', progress: 0.4, kind: 'content_generate' })).toEqual({
      jobId: 'job_1',
      status: 'running',
      stage: 'planning',
      progress: 0.4,
      error: null,
    });
  });

  test.each([
    ['No luck.', { code: null, message: 'No luck.' }],
    [{ message: 'No luck.' }, { code: null, message: 'No luck.' }],
    [
      { code: 'SCRAPE_FAILED', message: 'No luck.' },
      { code: 'SCRAPE_FAILED', message: 'No luck.' },
    ],
    [
      { code: 'VALIDATION', message: 'No.', details: { code: 'NOT_A_SLIDESHOW' } },
      { code: 'NOT_A_SLIDESHOW', message: 'No.' },
    ],
    [
      { code: 'NEW', details: { code: 'ALSO_NEW' } },
      { code: 'NEW', message: 'NEW' },
    ],
    [{}, { code: null, message: 'no reason given' }],
    [17, null],
  ])('the error %j', (sent, read) => expect(job({ status: 'failed', error: sent }).error).toEqual(read));
});

describe('containers', () => {
  const container = { id: 'cnt_1', projectId: 'prj_1', status: 'completed', approvalStatus: 'not_required', createdAt };

  test('in flight nearly everything is missing', () => {
    expect(content.content.parse({ ...container, status: 'generating', approvalStatus: null, preview: null })).toEqual({
      containerId: 'cnt_1',
      projectId: 'prj_1',
      status: 'processing',
      approvalStatus: 'not_required',
      format: null,
      influencerId: null,
      sourceTiktokId: null,
      caption: null,
      preview: null,
      lastError: null,
      createdAt: normal,
    });
  });

  test('a finished slideshow', () => {
    const preview = { kind: 'slideshow', primaryUrl: 'p', thumbnailUrl: 't', imageUrls: ['1', '2'], added: 1 };
    const sent = { ...container, format: 'slideshow_remix', preview, assets: [], sourceTiktokId: '7301' };
    expect(content.content.parse(sent)).toMatchObject({
      format: 'slideshow-remix',
      sourceTiktokId: '7301',
      preview: { kind: 'slideshow', primaryUrl: 'p', thumbnailUrl: 't', imageUrls: ['1', '2'], videoUrl: null },
    });
  });

  test('a gate that nobody documented asks a person', () => {
    expect(content.content.parse({ ...container, approvalStatus: 'legal_review' }).approvalStatus).toBe('pending');
  });

  test('an unknown status is under way, a cancelled one is over', () => {
    expect(content.content.parse({ ...container, status: 'transcoding' }).status).toBe('processing');
    expect(content.content.parse({ ...container, status: 'cancelled' }).status).toBe('canceled');
  });

  test('without a time there is no telling whose it is', () => {
    expect(content.content.safeParse({ ...container, createdAt: undefined }).success).toBe(false);
  });
});

test('posts in both spellings', () => {
  const post = { id: 'sp_1', containerId: 'cnt_1', socialAccountId: 'sa_1', scheduledFor: createdAt, createdAt };
  expect(schema.post.parse({ ...post, mode: 'direct_publish', status: 'draft_in_inbox', lastError: null })).toEqual({
    scheduledPostId: 'sp_1',
    containerId: 'cnt_1',
    socialAccountId: 'sa_1',
    mode: 'publish',
    status: 'draft',
    scheduledFor: normal,
    createdAt: normal,
  });
  expect(schema.post.parse({ ...post, mode: 'managed', status: 'held' })).toMatchObject({
    mode: 'managed',
    status: 'held',
  });
});

test('social accounts', () => {
  const item = { socialAccountId: 'sa_1', platform: 'tiktok', status: 'connected', avatarUrl: null };
  expect(schema.socialAccounts.parse({ items: [{ ...item, handle: '@acme', leased: true }, item] }).items).toEqual([
    { socialAccountId: 'sa_1', platform: 'tiktok', status: 'connected', handle: '@acme', leased: true },
    { socialAccountId: 'sa_1', platform: 'tiktok', status: 'connected', handle: null, leased: false },
  ]);
});

describe('authorizations', () => {
  test.each(['javascript:alert(1)', '/relative', 'ftp://example.com'])('nobody is sent to %s', (authorizeUrl) => {
    expect(schema.authorization.safeParse({ authorizeUrl, state: 'st_1', expiresAt: createdAt }).success).toBe(false);
  });

  test.each([
    [
      { status: 'pending', expiresAt: createdAt },
      { status: 'pending', error: null, expiresAt: normal },
    ],
    [
      { status: 'failed', error: { message: 'Denied' } },
      { status: 'failed', error: 'Denied' },
    ],
    [
      { status: 'failed', error: 'Denied' },
      { status: 'failed', error: 'Denied' },
    ],
    [
      { status: 'completed', socialAccountId: 'sa_1' },
      { status: 'completed', socialAccountId: 'sa_1' },
    ],
    [{ status: 'awaiting_consent' }, { status: 'pending', socialAccountId: null }],
  ])('%j', (sent, read) => expect(schema.oauthStatus.parse(sent)).toMatchObject(read));
});

describe('what a write answers', () => {
  test.each([
    [{ jobId: 'job_1', containerIds: ['cnt_1'] }],
    [{ jobId: 'job_1', containerIds: ['cnt_1', 'cnt_2'], kind: 'content_generate' }],
    [{ jobId: 'job_1', containerId: 'cnt_1' }],
  ])('%j', (sent) => {
    expect(content.acceptedContent.parse(sent)).toEqual({ jobId: 'job_1', containerId: 'cnt_1' });
  });

  test('a job without its container is no answer', () => {
    expect(content.acceptedContent.safeParse({ jobId: 'job_1' }).success).toBe(false);
    expect(content.acceptedContent.safeParse({ jobId: 'job_1', containerIds: [] }).success).toBe(false);
  });

  test.each([
    [undefined, [], null],
    [{ status: 'ok', scheduledPostIds: ['sp_1'] }, ['sp_1'], null],
    [{ status: 'failed', error: { message: 'The account is gone' } }, [], 'The account is gone'],
    [{ status: 'failed', reason: 'account_gone' }, [], 'account_gone'],
    [{ status: 'failed' }, [], 'failed'],
  ])('an approval with the promotion %j', (pendingSchedulePromotion, promoted, promotionFailed) => {
    const sent = { id: 'cnt_1', approvalStatus: 'approved', pendingSchedulePromotion };
    expect(content.approval.parse(sent)).toEqual({ approvalStatus: 'approved', promoted, promotionFailed });
  });

  test('a schedule that is queued names its posts; one that is held back need not', () => {
    const queued = { scheduledPostIds: ['sp_1'], gateStatus: 'queued' };
    expect(content.scheduled.parse({ ...queued, scheduledFor: createdAt })).toEqual(queued);
    expect(content.scheduled.parse({ scheduledPostIds: ['sp_1'] })).toEqual(queued);
    expect(content.scheduled.parse({ gateStatus: 'blocked_on_approval' })).toEqual({
      scheduledPostIds: [],
      gateStatus: 'blocked_on_approval',
    });
    expect(content.scheduled.safeParse({ scheduledPostIds: [], gateStatus: 'queued' }).success).toBe(false);
  });
});
