import { approve as approveSignal } from '../../src/contract/messages';
import { SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import type { OnboardingInput } from '../../src/contract/input';
import { effects, requests, withStack } from '../support/environment';
import { approve, askForChanges, decide, reject } from '../support/people';
import { failureOf, statusOf, stepOf, untilReview } from '../support/status';
import { bend, customerOf, existingProject, partner, quick, quickest, SOURCE } from '../support/steering';

/** A reviewer asks for changes: another round with another post, and nothing of the old one goes out. */
describe('rounds of review', () => {
  const stack = withStack();

  const contents = (input: OnboardingInput): Record<string, unknown>[] =>
    effects(stack.sandbox, 'content.created', customerOf(input)).map(({ id, data }) => ({ id, ...data }));

  it.concurrent(
    'another round shows the next unused candidate in a new container, and keeps what was said',
    async () => {
      const input = quick();
      const handle = await stack.start(input);
      const first = await untilReview(handle, 0);
      await askForChanges(handle, 0, { slides: [{ index: 1, note: 'too dark' }] });
      const second = await untilReview(handle, 1);
      expect(second.review!.containerId).not.toBe(first.review!.containerId);
      expect(second.review!.source!.tiktokVideoId).not.toBe(first.review!.source!.tiktokVideoId);
      expect(second.review!.earlier).toMatchObject([
        {
          revision: 0,
          decision: 'requestChanges',
          reviewer: 'maria',
          comment: 'change 0',
          slides: [{ index: 1, note: 'too dark' }],
        },
      ]);
      expect(stepOf(second, 'review').fact).toBe('round 2');
      expect((await handle.describe()).typedSearchAttributes.get(SEARCH_ATTRIBUTES.reviewRound)).toBe(1);
      // One search served both rounds.
      expect(
        requests(stack.sandbox, 'GET', /source-recommendations/).filter(({ path }) =>
          path.includes(second.ids.projectId!),
        ),
      ).toHaveLength(1);

      // A signal without a revision counts for the first round alone, and nothing counts for a round that is over.
      await handle.signal(approveSignal, { reviewer: 'eve' });
      expect((await statusOf(handle)).notes.at(-1)).toBe('Ignored the signal approve: it is for revision 0, not 1.');
      expect(await failureOf(decide(handle))).toMatchObject({ type: 'StaleRevision', details: [{ revision: 1 }] });

      await handle.signal(approveSignal, { reviewer: 'maria', revision: 1 });
      expect(await handle.result()).toMatchObject({
        outcome: 'ready',
        revision: 1,
        containerId: second.review!.containerId,
        review: { decision: 'approve', earlier: [{ revision: 0, decision: 'requestChanges' }] },
      });
      expect(contents(input)).toHaveLength(2);
    },
  );

  it.concurrent('another round goes on from a source that the input names to what the search offers', async () => {
    const input = quickest();
    const handle = await stack.start(input);
    expect((await untilReview(handle, 0)).review!.source!.tiktokVideoId).toBe(SOURCE);
    await askForChanges(handle, 0);
    const { review } = await untilReview(handle, 1);
    expect(review!.source!.tiktokVideoId).not.toBe(SOURCE);
    expect(review!.source!.author).toMatch(/^@/);
    await handle.cancel();
  });

  it.concurrent('another round takes the source or the persona that the reviewer names', async () => {
    const input = quick();
    const handle = await stack.start(input);
    const first = await untilReview(handle, 0);
    const named = '7309876543210987654';
    await askForChanges(handle, 0, { source: { tiktokVideoId: named } });
    const second = await untilReview(handle, 1);
    expect(second.review!.source!.tiktokVideoId).toBe(named);
    expect(second.review!.influencer).toEqual(first.review!.influencer);

    await askForChanges(handle, 1, { influencer: { create: { prompt: 'a barista in her forties' } } });
    const third = await untilReview(handle, 2);
    // Another persona in the same post.
    expect(third.review!.source!.tiktokVideoId).toBe(named);
    expect(third.review!.influencer.influencerId).not.toBe(first.review!.influencer.influencerId);
    expect(contents(input).map(({ sourceTiktokId, influencerId }) => [sourceTiktokId, influencerId])).toEqual([
      [first.review!.source!.tiktokVideoId, first.review!.influencer.influencerId],
      [named, first.review!.influencer.influencerId],
      [named, third.review!.influencer.influencerId],
    ]);

    await askForChanges(handle, 2, { source: { keyword: 'espresso at home' } });
    const fourth = await untilReview(handle, 3);
    expect(fourth.review!.source!.caption).toContain('espresso at home');
    await handle.cancel();
  });

  it.concurrent(
    'every wish for another persona makes a new one, also for a project that was there before',
    async () => {
      const input = quickest();
      await existingProject(stack.sandbox, input.project);
      const handle = await stack.start(input);
      const personas = new Set<string>();
      for (const revision of [0, 1, 2]) {
        personas.add((await untilReview(handle, revision)).review!.influencer.influencerId);
        if (revision < 2) await askForChanges(handle, revision, { influencer: { create: { gender: 'male' } } });
      }
      expect(personas.size).toBe(3);
      await handle.cancel();
    },
  );

  it.concurrent(
    'another round never shows the same post again when the reviewer wants another way of choosing',
    async () => {
      const handle = await stack.start(quick());
      const first = await untilReview(handle, 0);
      await askForChanges(handle, 0, { source: { pick: 'first' } });
      const second = await untilReview(handle, 1);
      expect(second.review!.source!.tiktokVideoId).not.toBe(first.review!.source!.tiktokVideoId);
      await handle.cancel();
    },
  );

  it.concurrent('a request for changes with an invalid wish changes nothing', async () => {
    const input = quickest();
    const handle = await stack.start(input);
    const before = await untilReview(handle, 0);
    const failure = await failureOf(
      askForChanges(handle, 0, {
        source: { tiktokVideoId: '7309876543210987654' },
        influencer: { create: { prompt: 'x'.repeat(61) } },
      }),
    );
    expect(failure).toMatchObject({
      type: 'InvalidMessage',
      details: [{ problems: [{ path: 'influencer.create.prompt', message: expect.stringContaining('60') }] }],
    });
    expect((await untilReview(handle, 0)).review).toEqual(before.review);
    // The wish that was valid has not been kept either.
    await askForChanges(handle, 0);
    expect((await untilReview(handle, 1)).review!.source!.author).toMatch(/^@/);
    await handle.cancel();
  });

  it.concurrent('a request for changes is refused in the last round', async () => {
    const handle = await stack.start(quickest({ review: { maxRounds: 2 } }));
    await untilReview(handle, 0);
    await askForChanges(handle, 0);
    await untilReview(handle, 1);
    const failure = await failureOf(askForChanges(handle, 1));
    expect(failure).toMatchObject({ type: 'ActionNotAllowed', details: [{ maxRounds: 2 }] });
    expect(failure.message).toContain('round 2 of 2');
    await reject(handle, 'no', 1);
    expect(await handle.result()).toMatchObject({ outcome: 'rejected', revision: 1 });
  });

  it.concurrent(
    'another round rejects the old post at Layers where that waits for an approval, and never posts it',
    async () => {
      const input = quickest();
      const projectId = await existingProject(stack.sandbox, input.project);
      await partner(stack.sandbox, 'PATCH', `/v1/projects/${projectId}/content-review-policy`, {
        policy: 'review_all',
      });
      const handle = await stack.start(input);
      const first = await untilReview(handle, 0);
      await askForChanges(handle, 0);
      const second = await untilReview(handle, 1);
      await approve(handle, 1);
      expect(await handle.result()).toMatchObject({ outcome: 'ready', revision: 1 });
      const [rejected] = effects(stack.sandbox, 'content.rejected', customerOf(input));
      expect(rejected).toMatchObject({ id: first.review!.containerId, data: { reason: 'change 0' } });
      expect(effects(stack.sandbox, 'content.approved', customerOf(input)).map(({ id }) => id)).toEqual([
        second.review!.containerId,
      ]);
    },
  );

  it.concurrent('another round is not made twice when its answers are lost', async () => {
    const input = quickest();
    const handle = await stack.start(input);
    await untilReview(handle, 0);
    await bend(stack.sandbox, customerOf(input), {
      match: { method: 'POST', path: '/slideshow-remix$' },
      times: 1,
      action: { kind: 'close', when: 'after' },
    });
    await askForChanges(handle, 0);
    await untilReview(handle, 1);
    expect(contents(input)).toHaveLength(2);
    await handle.cancel();
  });
});
