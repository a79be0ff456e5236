import {
  FakeTemporal,
  NOW,
  refusedUpdate,
  endedUpdate,
  REVIEW,
  silentUpdate,
  statusOf,
  UNAVAILABLE,
  WORKFLOW,
} from './support/fakeTemporal';
import { get, hiddenFields, open, post, tokenOf, type Opened } from './support/browserless';
import type { ReviewDecision } from '../../src/contract/result';
import type { ShownReview } from '../../src/gateway/shown';

/** Pages of the review, and what becomes of what is posted there, with Temporal answering as each test says. */

const approved = (more: Partial<ReviewDecision> = {}): ReviewDecision => ({
  revision: 0,
  decision: 'approve',
  reviewer: 'Maria',
  at: '2026-05-12T14:20:00.000Z',
  comment: null,
  ...more,
});

const page = (opened: Opened, token = tokenOf(), query = '') => get(opened, `/r/${token}${query}`);
const withReview = (temporal: FakeTemporal, more: Partial<ShownReview>) =>
  temporal.change(statusOf({ review: { ...REVIEW, ...more } as ShownReview }));

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
      'Fri 15 May 2026, 09:00 (Los Angeles) 16:00 UTC',
      'persona “Maya”',
      'inspired by a TikTok by @morningroutine',
      'it is posted at Fri 15 May 09:00 (Los Angeles), not before',
      'If nobody answers by Thu 14 May 2026, 07:02 (Los Angeles) 14:02 UTC : nothing is posted',
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

/** Opens the form of a decision and posts it, filled in. */
async function answer(
  opened: Opened,
  decision: 'approve' | 'reject' | 'changes',
  fields: Record<string, string> = {},
  token = tokenOf(),
) {
  const form = await page(opened, token, `?do=${decision}`);
  return post(opened, `/r/${token}`, { ...hiddenFields(form), reviewer: 'Maria', ...fields });
}

describe('a posted decision', () => {
  it('is one update to the run that was shown, whose id is the round and the form', async () => {
    const opened = open();
    opened.temporal.onUpdate = ({ args }) => approved(args as Partial<ReviewDecision>);
    const { status, headers } = await answer(opened, 'approve', { comment: ' Lovely. ' });
    expect(status).toBe(303);
    expect(headers.get('location')).toBe(tokenOf());
    expect(opened.temporal.updates).toEqual([
      {
        name: 'decideReview',
        runId: 'run-1',
        updateId: expect.stringMatching(/^review-0-[\w-]{16}$/),
        args: { decision: 'approve', reviewer: 'Maria', revision: 0, comment: 'Lovely.' },
      },
    ]);
  });

  it('has the same id however often its form is posted, and another for another page', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => approved();
    const form = hiddenFields(await page(opened, tokenOf(), '?do=approve'));
    await post(opened, `/r/${tokenOf()}`, { ...form, reviewer: 'Maria' });
    await post(opened, `/r/${tokenOf()}`, { ...form, reviewer: 'Maria' });
    await answer(opened, 'approve');
    const [first, again, other] = opened.temporal.updates.map(({ updateId }) => updateId);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('carries the chosen time', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => approved();
    const form = hiddenFields(await page(opened, tokenOf(), '?do=approve&at=2026-05-16T10:30'));
    await post(opened, `/r/${tokenOf()}`, { ...form, reviewer: 'Maria' });
    expect(opened.temporal.updates[0]!.args).toMatchObject({ decision: 'approve', scheduleAt: '2026-05-16T10:30' });
  });

  it('carries notes on slides, source and persona with a request for changes', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => approved({ decision: 'requestChanges' });
    await answer(opened, 'changes', {
      comment: 'Brighter, please.',
      'slide-0': '',
      'slide-1': 'Too dark',
      source: 'named',
      tiktok: 'https://www.tiktok.com/@barista/photo/7312345678901234567?lang=en',
      persona: 'new',
      gender: 'female',
      ageRange: '',
      prompt: 'a baker',
    });
    expect(opened.temporal.updates[0]!.args).toEqual({
      decision: 'requestChanges',
      reviewer: 'Maria',
      revision: 0,
      comment: 'Brighter, please.',
      source: { tiktokVideoId: '7312345678901234567' },
      influencer: { create: { gender: 'female', prompt: 'a baker' } },
      slides: [{ index: 1, note: 'Too dark' }],
    });
  });

  it('that asks for changes leads its sender, and nobody else, to the next round', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => approved({ decision: 'requestChanges' });
    const { status, headers } = await answer(opened, 'changes', { comment: 'Brighter' });
    expect(status).toBe(303);
    expect(headers.get('location')).toBe(tokenOf({ revision: 1 }));
  });

  it.each([
    ['reject', {}, 'comment', 'Please tell why'],
    ['changes', {}, 'comment', 'Please tell what should change'],
    ['changes', { comment: 'x', source: 'keyword' }, 'keyword', 'Please give a word to search for'],
    [
      'changes',
      { comment: 'x', source: 'named', tiktok: 'https://youtu.be/1' },
      'tiktok',
      'address of a TikTok slideshow',
    ],
    ['approve', { reviewer: '   ' }, 'reviewer', 'Please tell your name'],
    ['reject', { comment: 'x'.repeat(1025) }, 'comment', 'At most 1024 characters'],
  ] as const)('%s %j is asked for what is missing, and keeps what was typed', async (decision, fields, field, said) => {
    const opened = open();
    const { status, text, html } = await answer(opened, decision, {
      ...fields,
      ...(decision === 'changes' ? { 'slide-0': 'kept note' } : {}),
    });
    expect(status).toBe(422);
    expect(text).toContain(said);
    expect(html).toContain(`id="${field}-problem"`);
    expect(html).toMatch(new RegExp(`name="${field}"[^>]*aria-invalid="true"`));
    if (decision === 'changes') expect(text).toContain('kept note');
    expect(opened.temporal.updates).toEqual([]);
  });
});

describe('an answer that is not taken', () => {
  it.each([
    ['approve', {}],
    ['reject', { comment: 'no' }],
    ['changes', { comment: 'no' }],
  ] as const)('tells the loser (%s) who decided what', async (decision, fields) => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      withReview(opened.temporal, {
        decision: approved({ decision: 'reject', reviewer: 'Bob', comment: 'Off brand.' }),
      });
      throw refusedUpdate('AlreadyDecided', 'Bob has decided already: reject.');
    };
    const { status, text } = await answer(opened, decision, fields);
    expect(status).toBe(409);
    expect(text).toContain('Your answer was not taken. This was decided before it arrived: Rejected by Bob.');
    expect(text).toContain('Off brand.');
  });

  it('also when the decision of the winner has ended the onboarding, and no worker is left', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      opened.temporal.execution = 'COMPLETED';
      opened.temporal.change(null);
      opened.temporal.result = {
        outcome: 'rejected',
        projectId: 'prj_1',
        influencerId: 'inf_1',
        containerId: 'cnt_1',
        revision: 0,
        review: { decision: 'reject', reviewer: 'Bob', at: '2026-05-12T14:00:01Z', comment: 'Off brand.', earlier: [] },
        scheduledPosts: [],
        steps: statusOf().steps,
      };
      throw endedUpdate();
    };
    const { status, text } = await answer(opened, 'approve');
    expect(status).toBe(409);
    expect(text).toContain('This was decided before it arrived: Rejected by Bob.');
  });

  it('waits a moment for the one who is deciding just now', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      setTimeout(() => withReview(opened.temporal, { decision: approved({ reviewer: 'Bob' }) }), 300);
      throw refusedUpdate('AlreadyDecided', 'Somebody is deciding at this moment. Look again.', { revision: 0 });
    };
    expect((await answer(opened, 'approve')).text).toContain('Approved by Bob');
  });

  it('is told of the newer round', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      withReview(opened.temporal, {
        revision: 1,
        earlier: [approved({ decision: 'requestChanges', reviewer: 'Bob', comment: 'Brighter.' })],
      });
      throw refusedUpdate('StaleRevision', 'Revision 0 is not under review; the current one is 1.', { revision: 1 });
    };
    const { status, text } = await answer(opened, 'approve');
    expect(status).toBe(409);
    expect(text).toContain('A newer round has replaced this one');
    expect(text).toContain('Changes asked for by Bob');
  });

  it('is asked for another time when the time has passed meanwhile', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      throw refusedUpdate('InvalidTime', 'it has passed');
    };
    const { status, html, text } = await answer(opened, 'approve');
    expect(status).toBe(422);
    expect(text).toContain('Please choose a later one');
    expect(html).toContain('type="datetime-local"');
  });

  it('is told that the last round is reached', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      throw refusedUpdate('ActionNotAllowed', 'This is round 5 of 5', { maxRounds: 5 });
    };
    const { status, text } = await answer(opened, 'changes', { comment: 'once more' });
    expect(status).toBe(409);
    expect(text).toContain('This is the last round');
  });

  it('gets a new form, so that the next try is a new one, when the workflow found something wrong', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      const problems = [{ path: 'content.source.tiktokVideoId', message: 'is not known' }];
      throw refusedUpdate('InvalidMessage', 'no', { problems });
    };
    const before = hiddenFields(await page(opened, tokenOf(), '?do=changes'));
    const again = await post(opened, `/r/${tokenOf()}`, {
      ...before,
      reviewer: 'Maria',
      comment: 'Brighter',
      source: 'named',
      tiktok: '73',
    });
    expect(again.status).toBe(422);
    expect(again.html).toContain('id="tiktok-problem"');
    expect(hiddenFields(again)['form']).not.toBe(before['form']);
  });

  it('may still take effect when no worker answers: the same form again', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      throw silentUpdate();
    };
    const unsure = await answer(opened, 'reject', { comment: 'Off brand.' });
    expect(unsure.status).toBe(503);
    expect(unsure.text).toContain('It may still take effect');
    opened.temporal.onUpdate = () => approved({ decision: 'reject' });
    const sure = await post(opened, `/r/${tokenOf()}`, hiddenFields(unsure));
    expect(sure.status).toBe(303);
    const [first, second] = opened.temporal.updates;
    expect(second).toEqual(first);
  });

  it('stands as it was given first, when somebody goes back and answers differently with the same form', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      withReview(opened.temporal, { decision: approved() });
      return approved();
    };
    const { form } = hiddenFields(await page(opened, tokenOf(), '?do=approve'));
    await post(opened, `/r/${tokenOf()}`, { form: form!, decision: 'approve', reviewer: 'Maria' });
    const changed = await post(opened, `/r/${tokenOf()}`, {
      form: form!,
      decision: 'reject',
      reviewer: 'Maria',
      comment: 'no',
    });
    expect(changed.status).toBe(409);
    expect(changed.text).toContain('Approved by Maria');
  });
});

describe('every other state has its page', () => {
  it('decided, and what happens next', async () => {
    const opened = open();
    opened.temporal.change(
      statusOf(
        { stage: 'schedule', review: { ...REVIEW, decision: approved({ comment: 'Lovely.' }) } },
        { review: { state: 'done' }, schedule: { state: 'running' } },
      ),
    );
    const { text, html } = await page(opened);
    expect(text).toContain('Approved by Maria');
    expect(text).toContain('Lovely.');
    expect(text).toContain('Scheduling the post');
    expect(text).not.toContain('Scheduled:');
    expect(html).toMatch(/<noscript><meta http-equiv="refresh" content="4"/);
    expect(html).not.toContain('name="do"');
  });

  it('approved, while the account is not connected', async () => {
    const opened = open();
    opened.temporal.change(
      statusOf(
        { stage: 'schedule', review: { ...REVIEW, decision: approved() } },
        { social: { state: 'waiting', fact: 'tiktok: the customer has to connect an account' } },
      ),
    );
    expect((await page(opened)).text).toContain("Waiting until TikTok is connected by the account's owner");
  });

  it('approved, while scheduling is blocked', async () => {
    const opened = open();
    opened.temporal.change(
      statusOf({ stage: 'schedule', review: { ...REVIEW, decision: approved() } }, { schedule: { state: 'blocked' } }),
    );
    const { text } = await page(opened);
    expect(text).toContain('held up by a problem. The team has been told');
    expect(text).not.toContain('Scheduled:');
  });

  it('scheduled', async () => {
    const opened = open();
    opened.temporal.execution = 'COMPLETED';
    opened.temporal.result = {
      outcome: 'scheduled',
      projectId: 'prj_1',
      influencerId: 'inf_1',
      containerId: 'cnt_1',
      revision: 0,
      review: { decision: 'approve', reviewer: 'Maria', at: '2026-05-12T14:20:00Z', comment: null, earlier: [] },
      scheduledPosts: [
        { scheduledPostId: 'sp_1', socialAccountId: 'sa_1', mode: 'publish', scheduledFor: '2026-05-15T16:00:00Z' },
      ],
      steps: statusOf({}, { schedule: { state: 'done' } }).steps,
    };
    opened.temporal.change(statusOf({ review: { ...REVIEW, decision: approved() } }));
    const full = await page(opened);
    expect(full.text).toContain('Scheduled: it will be posted Fri 15 May 2026, 09:00 (Los Angeles)');
    expect(full.html).toContain('https://cdn.layers.com/cnt_1/1.png');
    expect(full.html).not.toContain('http-equiv="refresh"');

    const other = open();
    Object.assign(other.temporal, { execution: 'COMPLETED', result: opened.temporal.result, status: null });
    expect((await page(other)).text).toContain('Scheduled: it will be posted Fri 15 May 2026, 09:00 (Los Angeles)');
  });

  it('nobody decided in time', async () => {
    const opened = open();
    withReview(opened.temporal, { decision: approved({ decision: 'expired', reviewer: 'nobody' }) });
    const { text } = await page(opened);
    expect(text).toContain('Nobody decided in time');
    expect(text).toContain('Nothing is posted');
  });

  it('replaced by a newer round, which may be looked at', async () => {
    const opened = open();
    withReview(opened.temporal, {
      revision: 1,
      caption: 'The new caption',
      earlier: [approved({ decision: 'requestChanges', comment: 'Brighter.' })],
    });
    const { text, html } = await page(opened);
    expect(text).toContain('A newer round has replaced this one');
    expect(text).toContain('Your link is for round 1. Round 2 is under review now');
    expect(text).toContain('Brighter.');
    expect(text).toContain('The new caption');
    expect(html).not.toContain('name="do"');
    expect((await page(opened, tokenOf(), '?do=approve')).html).not.toContain('method="post"');
  });

  it('not ready yet', async () => {
    const opened = open();
    opened.temporal.change(statusOf({ stage: 'content', review: null }, { content: { state: 'running' }, review: {} }));
    const { text, html } = await page(opened);
    expect(text).toContain('The post is not ready yet');
    expect(text).toContain('Making the post');
    expect(html).toContain('data-follow="4"');
  });

  it('not ready and held up', async () => {
    const opened = open();
    opened.temporal.change(statusOf({ stage: 'content', review: null }, { content: { state: 'blocked' }, review: {} }));
    expect((await page(opened)).text).toContain('held up by a problem');
  });

  it('the next round is being made', async () => {
    const opened = open();
    withReview(opened.temporal, { decision: approved({ decision: 'requestChanges', comment: 'Brighter.' }) });
    const { text } = await page(opened, tokenOf({ revision: 1 }));
    expect(text).toContain('Round 2 is being made');
    expect(text).toContain('Brighter.');
  });

  it.each([
    ['CANCELLED', 'This onboarding was cancelled'],
    ['FAILED', 'This onboarding was stopped'],
    ['TERMINATED', 'This onboarding was stopped'],
  ] as const)('%s', async (execution, said) => {
    const opened = open();
    opened.temporal.execution = execution;
    opened.temporal.result = null;
    const { text, html } = await page(opened);
    expect(text).toContain(said);
    expect(text).toContain('nothing left to decide');
    expect(html).not.toContain('name="do"');
  });

  it('no worker answers', async () => {
    const opened = open();
    opened.temporal.change(null);
    const { status, text } = await page(opened);
    expect(status).toBe(503);
    expect(text).toContain('Nobody can answer at this moment');
    expect(text).toContain('Acme Coffee');
  });

  it('Temporal cannot be reached', async () => {
    const opened = open();
    opened.temporal.down = UNAVAILABLE;
    const { status, text } = await page(opened);
    expect(status).toBe(503);
    expect(text).toContain('cannot be reached for now');
    opened.temporal.down = null;
    expect((await page(opened)).status).toBe(200);
  });

  it('no longer kept', async () => {
    const opened = open();
    opened.temporal.exists = false;
    expect(await page(opened)).toMatchObject({ status: 404, text: expect.stringContaining('no longer kept') });
  });

  it('link expired', async () => {
    const { status, text } = await page(open(), tokenOf({ expiresAt: NOW }));
    expect(status).toBe(410);
    expect(text).toContain('This link has expired');
  });

  it('a fault of our own is told by its reference', async () => {
    const opened = open();
    opened.temporal.down = new TypeError(`broken at ${WORKFLOW}`);
    const { status, text } = await page(opened);
    expect(status).toBe(500);
    const reference = /Reference: (\w+)/.exec(text)![1];
    expect(opened.logged()).toContain(reference);
    expect(text).not.toContain('broken at');
  });
});

describe('choosing a source', () => {
  const choices = [
    {
      tiktokVideoId: '731',
      author: 'one',
      caption: 'First',
      thumbnailUrl: 'https://p16.example.com/1.jpg',
      imageCount: 6,
      views: 1200,
    },
    { tiktokVideoId: '732', author: null, caption: null, thumbnailUrl: null, imageCount: null, views: null },
  ];
  const token = tokenOf({ scope: 'choose', revision: undefined });
  const choosing = () => {
    const opened = open();
    opened.temporal.change(statusOf({ stage: 'source', review: null, choices }, { source: { state: 'waiting' } }));
    return opened;
  };

  it('shows the candidates', async () => {
    const { text, html, headers } = await page(choosing(), token);
    expect(text).toContain('@one');
    expect(text).toContain('6 slides · 1,200 views');
    expect(text).toContain('Slideshow 2');
    expect(html).toContain('src="https://p16.example.com/1.jpg"');
    expect(headers.get('content-security-policy')).toContain("img-src 'self' https://p16.example.com;");
  });

  it('is one update', async () => {
    const opened = choosing();
    const form = hiddenFields(await page(opened, token));
    const { status } = await post(opened, `/r/${token}`, { ...form, tiktokVideoId: '732', by: 'Maria' });
    expect(status).toBe(303);
    expect(opened.temporal.updates).toMatchObject([
      {
        name: 'chooseSource',
        args: { tiktokVideoId: '732', by: 'Maria' },
        updateId: expect.stringMatching(/^choose-/),
      },
    ]);
  });

  it('needs a choice and a name', async () => {
    const opened = choosing();
    const form = hiddenFields(await page(opened, token));
    const { status, text } = await post(opened, `/r/${token}`, form);
    expect(status).toBe(422);
    expect(text).toContain('Please choose one.');
    expect(text).toContain('Please tell your name');
    expect(opened.temporal.updates).toEqual([]);
  });

  it('tells whoever comes second', async () => {
    const opened = choosing();
    const form = hiddenFields(await page(opened, token));
    opened.temporal.onUpdate = () => {
      opened.temporal.change(
        statusOf({ stage: 'content', review: null }, { source: { state: 'done', fact: '@one · 6 images' } }),
      );
      throw refusedUpdate('AlreadyDecided', 'The source has been chosen already.');
    };
    const { status, text } = await post(opened, `/r/${token}`, { ...form, tiktokVideoId: '731', by: 'Maria' });
    expect(status).toBe(409);
    expect(text).toContain('Your choice was not taken.');
    expect(text).toContain('It is @one · 6 images.');
  });

  it('is no way to decide a review, nor the other way round', async () => {
    const opened = open();
    const { html } = await page(opened, token);
    expect(html).not.toContain('name="do"');
    const form = hiddenFields(await page(opened, tokenOf(), '?do=approve'));
    expect((await post(opened, `/r/${token}`, { ...form, reviewer: 'Maria' })).status).toBe(403);
    expect(opened.temporal.updates).toEqual([]);
  });
});
