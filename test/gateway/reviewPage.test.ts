import type { ReviewStatus } from '../../src/contract/status';
import { open, tokenOf } from './support/browserless';
import { asking, REVIEW, statusOf } from './support/fakeTemporal';
import { approved, page, withReview } from './support/reviews';

/** What a reviewer sees before deciding. */

describe('the page of a round that waits', () => {
  it('shows everything that will be posted, and what happens if nobody answers', async () => {
    const { text, status, html } = await page(open());
    expect(status).toBe(200);
    for (const said of [
      'Acme Coffee',
      'Round 1',
      '2 days left',
      'Slide 1 of 2',
      'Slide 2 of 2',
      'Your 5am shift called. It wants better coffee.',
      'Fri 15 May 2026, 09:00 (Los Angeles) , 16:00 UTC (Los Angeles is UTC-7 then)',
      'persona “Maya”',
      'inspired by a TikTok by @morningroutine',
      'it is posted at Fri 15 May 09:00 (Los Angeles), not before',
      'If nobody answers by Thu 14 May 2026, 07:02 (Los Angeles) , 14:02 UTC : nothing is posted',
    ])
      expect(text).toContain(said);
    for (const button of ['approve', 'changes', 'reject']) expect(html).toContain(`name="do" value="${button}"`);
    expect(html).not.toContain('method="post"');
  });

  it('names account and platform, round limit and drafts where the status tells them', async () => {
    const opened = open();
    withReview(opened.temporal, {
      maxRounds: 3,
      targets: [{ socialAccountId: 'sa_1', mode: 'draft' }],
      accounts: [{ socialAccountId: 'sa_1', platform: 'tiktok', handle: '@acmecoffee' }],
    });
    const { text } = await page(opened);
    expect(text).toContain('TikTok · @acmecoffee (as a draft)');
    expect(text).toContain('Round 1 of at most 3');
    expect(text).toContain('it is delivered to the account as a draft at Fri 15 May');
  });

  it('shows what single accounts get of their own', async () => {
    const opened = open();
    const own = { captionOverride: 'Only here', firstCommentOverride: 'Ask us\nanything' };
    withReview(opened.temporal, { targets: [{ socialAccountId: 'sa_1', mode: 'publish', ...own }] });
    const { text } = await page(opened);
    expect(text).toContain('with its own caption: Only here');
    expect(text).toContain('with its own first comment: Ask us anything');
  });

  it.each<[string, Parameters<typeof asking>, ReviewStatus['targets'], ReviewStatus['accounts'], string, boolean]>([
    [
      'one is connected and another asked for',
      [['instagram']],
      [{ socialAccountId: 'sa_1', mode: 'publish' }],
      [{ socialAccountId: 'sa_1', platform: 'tiktok', handle: 'acme' }],
      'Post to TikTok · @acme Instagram, as soon as its account is connected When',
      false,
    ],
    ['none is connected yet', [['tiktok']], [], [], 'Post to TikTok, as soon as its account is connected When', false],
    [
      'one of the two that are asked for is connected',
      [['instagram'], ['tiktok']],
      [{ socialAccountId: 'sa_1', mode: 'publish' }],
      [{ socialAccountId: 'sa_1', platform: 'tiktok', handle: null }],
      'Post to TikTok, the account that the customer connected Instagram, as soon as its account is connected When',
      false,
    ],
    [
      'one of three of one platform is connected',
      [['tiktok', 'tiktok'], ['tiktok']],
      [{ socialAccountId: 'sa_1', mode: 'publish' }],
      [{ socialAccountId: 'sa_1', platform: 'tiktok', handle: null }],
      'Post to TikTok · account sa_1, whose name is not known 2 TikTok accounts, as soon as they are connected When',
      false,
    ],
    [
      'the input names the account, of which nothing is known',
      [['instagram']],
      [{ socialAccountId: 'sa_1', mode: 'publish' }],
      [],
      'Post to Account sa_1, whose platform and name are not known When',
      true,
    ],
    [
      'the input names the account and a caption of its own',
      [['instagram']],
      [{ socialAccountId: 'sa_1', mode: 'publish', captionOverride: 'Hi' }],
      [{ socialAccountId: 'sa_1', platform: 'tiktok', handle: 'acme' }],
      'Post to TikTok · @acme with its own caption: Hi When',
      true,
    ],
    [
      'the input names the account, which the customer happens to have connected too',
      [['instagram']],
      [{ socialAccountId: 'sa_1', mode: 'publish' }],
      [{ socialAccountId: 'sa_1', platform: 'tiktok', handle: 'acme' }],
      'Post to TikTok · @acme When',
      true,
    ],
  ])(
    'names every account that it goes to: %s',
    async (_, [open_, connected], targets, accounts, said, targetsNamed) => {
      const opened = open();
      const [connect, social] = asking(open_, connected);
      const review = { ...REVIEW, targets, accounts, targetsNamed };
      opened.temporal.change(statusOf({ review, ...connect }, social));
      expect((await page(opened)).text).toContain(said);
    },
  );

  it.each([
    [[], 'TikTok, the account that the customer connected'],
    [['tiktok'], 'TikTok · account sa_1, whose name is not known'],
    [['instagram'], 'TikTok, the account that the customer connected'],
  ] as const)('has no use for an id where one account of a platform has no name: beside %j', async (others, said) => {
    const opened = open();
    const platforms = ['tiktok', ...others];
    const accounts = platforms.map((platform, at) => ({ socialAccountId: `sa_${at + 1}`, platform, handle: null }));
    const targets = accounts.map(({ socialAccountId }) => ({ socialAccountId, mode: 'publish' as const }));
    withReview(opened.temporal, { targets, accounts });
    expect((await page(opened)).text).toContain(said);
  });

  it('says plainly what is not known of an account', async () => {
    const opened = open();
    withReview(opened.temporal, {
      targets: [
        { socialAccountId: 'sa_1', mode: 'publish' },
        { socialAccountId: 'sa_2', mode: 'draft' },
      ],
      accounts: [{ socialAccountId: 'sa_2', platform: 'instagram', handle: null }],
    });
    const { text } = await page(opened);
    expect(text).toContain('Account sa_1, whose platform and name are not known');
    expect(text).toContain('Instagram, the account that the customer connected (as a draft)');
  });

  it.each([
    ['7301234567890123456', 'href="https://www.tiktok.com/@_/photo/7301234567890123456"'],
    ['an id of another kind', null],
  ])('shows a source of which only the id is known: %s', async (tiktokVideoId, link) => {
    const opened = open();
    withReview(opened.temporal, { source: { ...REVIEW.source!, tiktokVideoId, author: null } });
    const { text, html } = await page(opened);
    expect(text).toContain(`persona “Maya” · inspired by the TikTok ${tiktokVideoId}`);
    if (link === null) expect(html).not.toContain('https://www.tiktok.com');
    else expect(html).toContain(link);
  });

  it('offers no changes in the last round', async () => {
    const opened = open();
    withReview(opened.temporal, { revision: 2, maxRounds: 3 });
    const token = tokenOf({ revision: 2 });
    const { text, html } = await page(opened, token);
    expect(html).not.toContain('value="changes"');
    expect(text).toContain('This is the last round: it can be approved or rejected.');
    expect((await page(opened, token, '?do=changes')).html).not.toContain('name="comment"');
  });

  it('shows earlier rounds and their comments', async () => {
    const opened = open();
    const earlier = [
      approved({ decision: 'requestChanges', comment: 'Too dark.', slides: [{ index: 1, note: 'Another picture' }] }),
    ];
    withReview(opened.temporal, { revision: 1, earlier });
    const { text } = await page(opened, tokenOf({ revision: 1 }));
    expect(text).toContain('Round 1: Changes asked for by Maria');
    expect(text).toContain('Too dark.');
    expect(text).toContain('Slide 2: Another picture');
  });

  it('lets a link to view look only', async () => {
    const { text, html } = await page(open(), tokenOf({ scope: 'view' }));
    expect(text).toContain('With this link you can look, not decide');
    expect(html).not.toContain('name="do"');
    expect((await page(open(), tokenOf({ scope: 'view' }), '?do=approve')).html).not.toContain('method="post"');
  });

  it('says where there is no picture, and shows a video as one', async () => {
    const opened = open();
    withReview(opened.temporal, { preview: null });
    expect((await page(opened)).text).toContain('There is no picture of this post');
    const videoUrl = 'https://v.layers.com/1.mp4';
    const preview = { kind: 'video', primaryUrl: videoUrl, thumbnailUrl: null, imageUrls: [], videoUrl };
    withReview(opened.temporal, { preview });
    const { html, headers } = await page(opened);
    expect(html).toContain(`<video`);
    expect(headers.get('content-security-policy')).toContain("media-src 'self' https://v.layers.com");
  });

  it('escapes what others wrote', async () => {
    const opened = open();
    withReview(opened.temporal, { caption: '<script>alert(1)</script> & "more"' });
    const { html } = await page(opened);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;');
    expect(html).not.toContain('<script>alert');
  });

  it('points at no address that is not https', async () => {
    const opened = open();
    const imageUrls = ['javascript:alert(1)', 'http://plain.example.com/1.png', 'https://ok.example.com/1.png'];
    withReview(opened.temporal, { preview: { ...REVIEW.preview!, primaryUrl: null, imageUrls } });
    const { html } = await page(opened);
    expect(html).not.toMatch(/javascript:|plain\.example/);
    expect(html).toContain('https://ok.example.com/1.png');
  });
});

describe('the second step', () => {
  it('says exactly what the button does', async () => {
    const opened = open();
    expect((await page(opened, tokenOf(), '?do=approve')).text).toContain('Approve and schedule for Fri 15 May 09:00');
    expect((await page(opened, tokenOf(), '?do=reject')).text).toContain('Reject: nothing is posted');
    const changes = await page(opened, tokenOf(), '?do=changes');
    expect(changes.text).toContain('takes another source or another persona, not text');
    expect(changes.text).toContain('Leave it open Then the next suggestion is taken, or somebody chooses again;');
    expect(changes.html).toMatch(/name="prompt"[^>]*maxlength="60"/);
    expect(opened.temporal.updates).toEqual([]);
  });

  it('takes another time in the zone of the customer, and says it back', async () => {
    const opened = open();
    const { text, html } = await page(opened, tokenOf(), '?do=approve&at=2026-05-16T10:30');
    expect(text).toContain('Approve and schedule for Sat 16 May 10:30');
    expect(html).toContain('name="at" value="2026-05-16T10:30"');
    const time = await page(opened, tokenOf(), '?do=time');
    expect(time.html).toMatch(/type="datetime-local"[\s\S]*value="2026-05-15T09:00"/);
  });

  it.each([
    ['2026-05-12T07:03', 'is less than five minutes ahead'],
    ['2020-01-01T09:00', 'has passed'],
    ['2027-03-14T02:30', 'does not exist in America/Los_Angeles'],
    ['yesterday', 'must be a time'],
  ])('refuses %s as a time', async (at, why) => {
    const { status, text, html } = await page(open(), tokenOf(), `?do=approve&at=${at}`);
    expect(status).toBe(422);
    expect(text).toContain(why);
    expect(html).toContain('type="datetime-local"');
  });

  it('asks for another time when the planned one has passed', async () => {
    const opened = open();
    withReview(opened.temporal, { scheduledFor: '2026-05-12T14:04:00Z' });
    expect((await page(opened)).text).toContain('The planned time has passed. If you approve, you choose another one.');
    const { html, text } = await page(opened, tokenOf(), '?do=approve');
    expect(text).toContain('Please choose another one');
    expect(html).toContain('type="datetime-local"');
    expect(html).not.toContain('method="post"');
  });
});
