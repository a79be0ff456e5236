import type { WorkflowHandle } from '@temporalio/client';
import { approve as approveSignal, reject as rejectSignal, type DecideReviewArgs } from '../../src/contract/messages';
import { SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import type { OnboardingInput } from '../../src/contract/input';
import type { ReviewDecision } from '../../src/contract/result';
import type { OnboardingStatus } from '../../src/contract/status';
import { effects, underReview, untilStatus, withStack } from '../support/environment';
import { nextWeek } from '../support/inputs';
import { connect, decide, reject } from '../support/people';
import { failureOf, statusOf, stepOf, untilBlocked, untilReview } from '../support/status';
import {
  bend,
  customerOf,
  existingProject,
  NEXT_YEAR,
  partner,
  quickest,
  skipTime,
  sunday,
  toConnect,
  withAccounts,
} from '../support/steering';

/** What a person decides, and that nothing counts as a decision but that. */
describe('the review', () => {
  const stack = withStack();

  async function reviewed(input: OnboardingInput): Promise<{ handle: WorkflowHandle; status: OnboardingStatus }> {
    const handle = await stack.start(input);
    return { handle, status: await untilReview(handle) };
  }

  const notes = async (handle: WorkflowHandle): Promise<string[]> => (await statusOf(handle)).notes;

  it.concurrent('the review shows what is decided about, and tells the Web UI who is waited for', async () => {
    const input = quickest();
    const { handle, status } = await reviewed(input);
    expect(status).toMatchObject({ stage: 'review', attention: 'reviewer' });
    expect(status.review).toMatchObject({
      revision: 0,
      containerId: status.ids.containerId,
      scheduledFor: null,
      timezone: 'America/Los_Angeles',
      targets: [],
      earlier: [],
    });
    const review = status.review!;
    expect(review.preview!.imageUrls.length).toBeGreaterThan(1);
    expect(review.caption).toContain('Acme Coffee');
    expect(review.influencer).toEqual({ influencerId: status.ids.influencerId, name: expect.any(String) });
    expect(Date.parse(review.deadline) - Date.parse(review.since)).toBe(7 * 86_400_000);
    const attributes = (await handle.describe()).typedSearchAttributes;
    expect(attributes.get(SEARCH_ATTRIBUTES.stage)).toBe('review');
    expect(attributes.get(SEARCH_ATTRIBUTES.attention)).toContain('reviewer');
    expect(attributes.get(SEARCH_ATTRIBUTES.reviewRound)).toBe(0);
    expect(attributes.get(SEARCH_ATTRIBUTES.waitingSince)!.toISOString()).toBe(review.since);
    await handle.cancel();
  });

  it.concurrent('an approval with nothing to schedule ends as ready', async () => {
    const { handle } = await reviewed(quickest());
    expect(await decide(handle, { comment: 'lovely' })).toMatchObject({ decision: 'approve', reviewer: 'maria' });
    const result = await handle.result();
    expect(result).toMatchObject({
      outcome: 'ready',
      revision: 0,
      review: { decision: 'approve', reviewer: 'maria', comment: 'lovely', earlier: [] },
      scheduledPosts: [],
    });
    expect(stepOf(result, 'schedule')).toMatchObject({ state: 'skipped', fact: 'not needed: ready' });
  });

  it.concurrent.each([
    ['the update', (handle: WorkflowHandle) => reject(handle)],
    ['the signal', (handle: WorkflowHandle) => handle.signal(rejectSignal, { reviewer: 'maria', reason: 'off brand' })],
  ])('a rejection by %s ends as rejected, and nothing is posted', async (_by, send) => {
    const input = toConnect();
    const { handle } = await reviewed(input);
    await send(handle);
    const result = await handle.result();
    expect(result).toMatchObject({
      outcome: 'rejected',
      review: { decision: 'reject', reviewer: 'maria', comment: 'off brand' },
      scheduledPosts: [],
    });
    expect(stepOf(result, 'social').state).toBe('skipped');
    expect(effects(stack.sandbox, 'post.created', customerOf(input))).toHaveLength(0);
    // It waited for an account, which nobody needs any more.
    expect((await handle.describe()).typedSearchAttributes.get(SEARCH_ATTRIBUTES.attention)).toEqual(['none']);
  });

  it.concurrent('the review expires at the deadline, not before; silence is no approval', async () => {
    const { handle } = await reviewed(toConnect());
    await skipTime(stack, handle, '6 days');
    expect(underReview(await statusOf(handle))).toBe(true);
    await skipTime(stack, handle, '2 days');
    expect(await handle.result()).toMatchObject({
      outcome: 'expired',
      review: { decision: 'expired', reviewer: 'nobody', comment: null },
      scheduledPosts: [],
    });
  });

  it.concurrent(
    'the review ignores signals that come early, late, for another revision or without a name, and notes them',
    async () => {
      const handle = await stack.start(quickest());
      await handle.signal(approveSignal, { reviewer: 'eve' });
      await untilReview(handle);
      expect(await notes(handle)).toEqual(['Ignored the signal approve: nothing is under review yet.']);
      await handle.signal(approveSignal, { reviewer: 'eve', revision: 1 });
      await handle.signal(approveSignal, { reviewer: '' });
      await handle.signal(approveSignal, null as never);
      await handle.signal(rejectSignal, { reviewer: 'eve' } as never);
      expect((await notes(handle)).slice(1)).toEqual([
        'Ignored the signal approve: it is for revision 1, not 0.',
        'Ignored the signal approve: it names no reviewer.',
        'Ignored the signal approve: it names no reviewer.',
        'Ignored the signal reject: it gives no reason.',
      ]);
      expect(underReview(await statusOf(handle))).toBe(true);
      await handle.signal(approveSignal, { reviewer: 'maria', comment: 'fine' });
      await handle.signal(rejectSignal, { reviewer: 'eve', reason: 'too late' }).catch(() => undefined);
      expect(await handle.result()).toMatchObject({ outcome: 'ready', review: { reviewer: 'maria', comment: 'fine' } });
    },
  );

  it.concurrent(
    'the review takes exactly one of ten simultaneous decisions, and tells the others who won',
    async () => {
      const { handle } = await reviewed(toConnect());
      const reviewers = Array.from({ length: 10 }, (_, index) => `reviewer-${index}`);
      const answers = await Promise.allSettled(
        reviewers.map((reviewer, index) =>
          // Those with another time are checked by an activity, so they overlap.
          decide(handle, { reviewer, ...(index % 2 === 0 ? { scheduleAt: nextWeek().replace('T09', 'T10') } : {}) }),
        ),
      );
      const winners = answers.filter((answer) => answer.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      const winner = (winners[0] as PromiseFulfilledResult<ReviewDecision>).value;
      const losers = answers.filter((answer) => answer.status === 'rejected');
      for (const { reason } of losers) {
        const failure = await failureOf(Promise.reject(reason as Error));
        expect(failure.type).toBe('AlreadyDecided');
        expect(failure.message).toContain(winner.reviewer);
        expect(failure.details![0]).toMatchObject({ reviewer: winner.reviewer, decision: 'approve', revision: 0 });
      }
      expect((await statusOf(handle)).review!.decision).toMatchObject({ reviewer: winner.reviewer });
      await handle.cancel();
    },
  );

  it.concurrent('the review refuses what decides nothing, saying what is wrong and what is current', async () => {
    const handle = await stack.start(quickest({ content: {} }));
    expect(await failureOf(decide(handle))).toMatchObject({
      type: expect.stringMatching(/^(TooEarly|NothingUnderReview)$/),
    });
    await untilStatus(handle, ({ stage }) => stage === 'preparing');
    expect((await failureOf(decide(handle))).type).toBe('NothingUnderReview');
    await untilReview(handle);

    const stale = await failureOf(decide(handle, { revision: 3 }));
    expect(stale).toMatchObject({ type: 'StaleRevision', details: [{ revision: 0 }] });

    for (const [args, path] of [
      [{ decision: 'reject' }, 'comment'],
      [{ decision: 'requestChanges' }, 'comment'],
      [{ comment: 'x'.repeat(1025) }, 'comment'],
      [{ reviewer: ' ' }, 'reviewer'],
      [{ decision: 'maybe', comment: 'x' }, 'decision'],
      [{ revision: undefined }, 'revision'],
      [{ slides: [{ index: -1, note: '' }] }, 'slides'],
      // Nothing will be posted, so a time for it is a mistake.
      [{ scheduleAt: nextWeek() }, 'scheduleAt'],
    ] as [Partial<DecideReviewArgs>, string][]) {
      const failure = await failureOf(decide(handle, args));
      expect(failure.type).toBe('InvalidMessage');
      expect(failure.details).toEqual([{ problems: [{ path, message: expect.any(String) }] }]);
      expect(failure.message).toContain(`${path}: `);
    }
    expect(underReview(await statusOf(handle))).toBe(true);
    await handle.cancel();
  });

  it.concurrent(
    'an approval posts at the time the reviewer gives, and is refused for times that have passed or do not exist',
    async () => {
      const input = toConnect();
      const { handle } = await reviewed(input);
      await connect(handle);
      for (const [scheduleAt, said] of [
        [`${sunday(NEXT_YEAR, 3, 2)}T02:30`, /does not exist in America\/Los_Angeles/],
        [`${sunday(NEXT_YEAR, 11, 1)}T01:30`, /exists twice in America\/Los_Angeles/],
        ['2024-01-01T09:00', /has passed/],
        ['tomorrow', /must be a time like/],
      ] as [string, RegExp][]) {
        const failure = await failureOf(decide(handle, { scheduleAt }));
        expect(failure).toMatchObject({ type: 'InvalidTime', details: [{ problems: [{ path: 'scheduleAt' }] }] });
        expect(failure.message).toMatch(said);
      }
      expect(underReview(await statusOf(handle))).toBe(true);
      await decide(handle, { scheduleAt: `${NEXT_YEAR}-01-15T08:00` });
      const result = await handle.result();
      expect(result.scheduledPosts).toMatchObject([{ scheduledFor: `${NEXT_YEAR}-01-15T16:00:00Z` }]);
      const [post] = effects(stack.sandbox, 'post.created', customerOf(input));
      expect(Date.parse(post!.data!.scheduledFor as string)).toBe(Date.UTC(NEXT_YEAR, 0, 15, 16));
      const { typedSearchAttributes } = await handle.describe();
      expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.scheduledFor)!.toISOString()).toBe(
        `${NEXT_YEAR}-01-15T16:00:00.000Z`,
      );
    },
  );

  it.concurrent(
    'an approval needs another time once that of the post has passed: the update at once, a signal by a block',
    async () => {
      const { input } = await withAccounts(stack.sandbox, { review: { deadline: '30 days' } });
      const customer = customerOf(input);
      const { handle } = await reviewed(input);
      await skipTime(stack, handle, '9 days');
      expect(await failureOf(decide(handle))).toMatchObject({
        type: 'InvalidTime',
        message: expect.stringContaining('Approve with another time in scheduleAt'),
      });
      await handle.signal(approveSignal, { reviewer: 'maria' });
      const blocked = await untilBlocked(handle, 'schedule');
      expect(blocked).toMatchObject({ code: 'TimePassed', actions: ['retry', 'skip', 'abort'] });
      expect(effects(stack.sandbox, 'post.created', customer)).toHaveLength(0);
      await handle.cancel();
    },
  );

  it.concurrent('approval given in the input takes the place of a review that is not required', async () => {
    const handle = await stack.start(quickest({ review: { required: false } }));
    const result = await handle.result();
    expect(result).toMatchObject({ outcome: 'ready', review: { decision: 'approve', reviewer: 'input' } });
    expect(stepOf(result, 'review')).toMatchObject({ state: 'skipped', fact: 'approved in the input' });
  });

  /** A project whose content waits for approval at Layers. */
  async function gated(
    more: Partial<OnboardingInput> = {},
  ): Promise<{ handle: WorkflowHandle; input: OnboardingInput }> {
    const input = quickest(more);
    const projectId = await existingProject(stack.sandbox, input.project);
    await partner(stack.sandbox, 'PATCH', `/v1/projects/${projectId}/content-review-policy`, {
      policy: 'review_all',
    });
    return { handle: (await reviewed(input)).handle, input };
  }

  it.concurrent(
    'the review asks a person where Layers waits for an approval, although the input requires none, and mirrors it',
    async () => {
      const { handle, input } = await gated({ review: { required: false } });
      expect(effects(stack.sandbox, 'content.approved', customerOf(input))).toHaveLength(0);
      await decide(handle);
      expect(await handle.result()).toMatchObject({ outcome: 'ready', review: { reviewer: 'maria' } });
      expect(effects(stack.sandbox, 'content.approved', customerOf(input))).toHaveLength(1);
    },
  );

  it.concurrent('a rejection with its reason, and an expiry, are mirrored at Layers', async () => {
    const [rejected, expired] = await Promise.all([gated(), gated({ review: { deadline: '1s', remindEvery: '1s' } })]);
    await reject(rejected.handle);
    expect(await rejected.handle.result()).toMatchObject({ outcome: 'rejected' });
    expect(await expired.handle.result()).toMatchObject({ outcome: 'expired' });
    for (const [{ input }, reason] of [
      [rejected, 'off brand'],
      [expired, 'Not approved: expired.'],
    ] as const) {
      const [mirrored] = effects(stack.sandbox, 'content.rejected', customerOf(input));
      expect(mirrored!.data).toMatchObject({ reason });
    }
  });

  it.concurrent(
    'the review takes the same decision made at Layers for its own, and blocks on the opposite',
    async () => {
      const [same, opposite] = await Promise.all([gated(), gated()]);
      const layers = async ({ handle }: { handle: WorkflowHandle }, verb: string, body: unknown): Promise<unknown> =>
        partner(stack.sandbox, 'POST', `/v1/content/${(await statusOf(handle)).ids.containerId}/${verb}`, body);
      await layers(same, 'approve', {});
      await layers(opposite, 'reject', { reason: 'not for us' });
      await Promise.all([decide(same.handle), decide(opposite.handle)]);
      expect(await same.handle.result()).toMatchObject({ outcome: 'ready' });
      expect(await untilBlocked(opposite.handle, 'review')).toMatchObject({ code: 'CONTENT_REJECTED' });
      await opposite.handle.cancel();
    },
  );

  it.concurrent(
    'an approval is mirrored at Layers also when a gate appears there only after it: a refusal, or a schedule kept back',
    async () => {
      const both = await Promise.all([withAccounts(stack.sandbox), withAccounts(stack.sandbox)]);
      const inputs = both.map(({ input }) => input);
      const [refused, stashed] = await Promise.all(inputs.map(reviewed));
      for (const { status } of [refused!, stashed!])
        stack.sandbox.state.containers[status.ids.containerId!]!.approvalStatus = 'pending';
      await bend(stack.sandbox, customerOf(inputs[0]!), {
        match: { method: 'POST', path: '/schedule$' },
        times: 1,
        action: { kind: 'answer', status: 403, code: 'APPROVAL_REQUIRED', store: 'fault' },
      });
      await Promise.all([decide(refused!.handle), decide(stashed!.handle)]);
      for (const [{ handle }, input] of [
        [refused!, inputs[0]!],
        [stashed!, inputs[1]!],
      ] as const) {
        const result = await handle.result();
        expect(result.outcome).toBe('scheduled');
        const posts = effects(stack.sandbox, 'post.created', customerOf(input));
        expect(posts.map(({ id }) => id)).toEqual([result.scheduledPosts[0]!.scheduledPostId]);
        expect(effects(stack.sandbox, 'content.approved', customerOf(input))).toHaveLength(1);
      }
      expect(effects(stack.sandbox, 'schedule.stashed', customerOf(inputs[1]!))).toHaveLength(1);
    },
  );
});
