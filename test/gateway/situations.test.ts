import { open, tokenOf, type Seen } from './support/browserless';
import { asking, NOW, REVIEW, statusOf, UNAVAILABLE, WORKFLOW } from './support/fakeTemporal';
import { approved, page, withReview } from './support/reviews';

/** What the page compares, to know that it has to move on. */
const stateOf = ({ html }: Seen): string => /data-state="([^"]*)"/.exec(html)![1]!;

/** Every state that a link to a review can lead to has its own page. */

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
    expect(text).toContain('Scheduling the post for Fri 15 May 09:00 (Los Angeles)');
    expect(text).not.toContain('Scheduled:');
    expect(html).toMatch(/<noscript><meta http-equiv="refresh" content="4"/);
    expect(html).not.toContain('name="do"');
  });

  it('approved, while accounts are not connected: the page moves on with each of them', async () => {
    const opened = open();
    const receipt = async (...asked: Parameters<typeof asking>): Promise<Seen> => {
      const [connect, social] = asking(...asked);
      opened.temporal.change(
        statusOf({ stage: 'schedule', review: { ...REVIEW, decision: approved() }, ...connect }, social),
      );
      return page(opened);
    };
    const both = await receipt(['tiktok', 'instagram']);
    expect(both.text).toContain('Waiting for the owner to connect TikTok and Instagram');
    expect(both.html).toContain('data-follow="60"');
    const one = await receipt(['instagram'], ['tiktok']);
    expect(one.text).toContain('Waiting for the owner to connect Instagram');
    expect(stateOf(one)).not.toBe(stateOf(both));
  });

  it('approved, while connecting the account is blocked', async () => {
    const opened = open();
    opened.temporal.change(
      statusOf(
        { stage: 'schedule', review: { ...REVIEW, decision: approved() } },
        { review: { state: 'done' }, social: { state: 'blocked' } },
      ),
    );
    const { text, html } = await page(opened);
    expect(text).toContain('Connecting the account: this is held up');
    expect(html).toContain('data-follow="60"');
  });

  it('approved with nothing to schedule', async () => {
    const opened = open();
    const review = { ...REVIEW, scheduledFor: null, decision: approved() };
    opened.temporal.change(statusOf({ stage: 'review', review }));
    expect((await page(opened)).text).not.toContain('Scheduling');
  });

  it('approved, while scheduling is blocked', async () => {
    const opened = open();
    opened.temporal.change(
      statusOf({ stage: 'schedule', review: { ...REVIEW, decision: approved() } }, { schedule: { state: 'blocked' } }),
    );
    const { text } = await page(opened);
    expect(text).toContain('held up by a problem. The team can see it');
    expect(text).not.toContain('Scheduled:');
  });

  it.each([
    ['approve', 'review', 'Recording the decision: this is held up'],
    ['reject', 'review', 'Recording the decision: this is held up'],
    ['requestChanges', 'review', 'Recording the decision: this is held up'],
    ['requestChanges', 'influencer', 'Preparing the persona: this is held up'],
  ] as const)('decided (%s), while the step %s is blocked', async (decision, step, said) => {
    const opened = open();
    const review = { ...REVIEW, decision: approved({ decision, comment: 'So.' }) };
    opened.temporal.change(statusOf({ review }, { review: { state: 'done' }, [step]: { state: 'blocked' } }));
    const { text, html } = await page(opened);
    expect(text).toContain(said);
    expect(html).toContain('data-follow="60"');
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

  it('finished, with its earlier rounds though no worker answers', async () => {
    const opened = open();
    const earlier = [approved({ decision: 'requestChanges', comment: 'Brighter.' })];
    const last = { decision: 'reject' as const, reviewer: 'Bob', at: '2026-05-12T15:00:00Z', comment: 'Off brand.' };
    opened.temporal.execution = 'COMPLETED';
    opened.temporal.status = null;
    opened.temporal.result = {
      outcome: 'rejected',
      projectId: 'prj_1',
      influencerId: null,
      containerId: null,
      revision: 1,
      review: { ...last, earlier },
      scheduledPosts: [],
      steps: statusOf().steps,
    };
    const { text } = await page(opened, tokenOf({ revision: 1 }));
    expect(text).toContain('Rejected by Bob');
    expect(text).toMatch(/Earlier rounds .*Brighter\./);
    const first = await page(opened);
    expect(first.text).toContain('Changes asked for by Maria');
    expect(first.text).not.toContain('Earlier rounds');
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
    expect((await page(opened)).text).toContain('Making the post: this is held up by a problem');
  });

  it('in a later round nothing is made before its source is chosen', async () => {
    const opened = open();
    const review = { ...REVIEW, decision: approved({ decision: 'requestChanges', comment: 'Brighter.' }) };
    const token = tokenOf({ revision: 1 });
    opened.temporal.change(statusOf({ stage: 'source', review }, { source: { state: 'running' } }));
    const { text } = await page(opened, token);
    expect(text).toContain('· Making the post');
    expect(text).not.toContain('Post made');
    opened.temporal.change(statusOf({ stage: 'content', review }, { content: { state: 'running' } }));
    expect((await page(opened, token)).text).toContain('Making the post, usually a few minutes');
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

  it.each([
    ['CANCELLED', undefined, true],
    ['CANCELLED', ['CLEANUP_FAILED'], false],
    ['FAILED', undefined, true],
    ['FAILED', ['CLEANUP_FAILED'], false],
    ['TERMINATED', undefined, false],
    ['TIMED_OUT', undefined, false],
  ] as const)('%s with %j promises that nothing is posted: %s', async (execution, errorCodes, promised) => {
    const opened = open();
    Object.assign(opened.temporal, { execution, errorCodes, status: null });
    const { text } = await page(opened);
    expect(text.includes('Nothing will be posted')).toBe(promised);
    expect(text.includes('Not everything could be taken back: ask whoever sent you the link')).toBe(!promised);
  });

  it.each(['review', 'content', 'schedule'] as const)('being stopped while %s was under way', async (step) => {
    const opened = open();
    const decision = step === 'schedule' ? { decision: approved() } : {};
    opened.temporal.change(statusOf({ review: { ...REVIEW, ...decision } }, { [step]: { state: 'failed' } }));
    for (const query of ['', '?do=approve']) {
      const { text, html } = await page(opened, tokenOf(), query);
      expect(text).toContain('This onboarding is being stopped');
      expect(html).not.toMatch(/<form|name="do"/);
      expect(html).toContain('data-follow="60"');
    }
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
