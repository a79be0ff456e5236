import type { OnboardingInput } from '../../src/contract/input';
import type { OnboardingResult } from '../../src/contract/result';
import { startOnboarding } from '../../src/starter';
import { effects, requests, until, untilStatus, withStack, type Stack } from '../support/environment';
import { acmeCoffee, nextWeek } from '../support/inputs';
import { approve, connect, reject } from '../support/people';
import { untilReview } from '../support/status';
import { bend, partner, quickest, resetToBeginning } from '../support/steering';

/** The same workflow id a second time: keys are the same, so replays come from a world that has changed since. */
describe('what a replay cannot be trusted with', () => {
  const stack = withStack();

  it('a reset to the first task during review finds everything again and creates nothing twice', async () => {
    const input = acmeCoffee({ social: { connect: [{ platform: 'tiktok' }] }, schedule: { at: nextWeek() } });
    const handle = await stack.start(input);
    await connect(handle);
    const before = await untilReview(handle);
    const again = await resetToBeginning(stack, handle);
    const after = await untilReview(again);
    expect(after.ids).toMatchObject({ projectId: before.ids.projectId, containerId: before.ids.containerId });
    expect(after.review!.decision).toBeUndefined();
    await approve(again);
    expect(await again.result()).toMatchObject({ outcome: 'scheduled', scheduledPosts: [{}] });
    expectEachOnce(stack, input);
  });

  it('a cancel during the schedule call takes the post back, and a new start schedules a living one', async () => {
    const { sandbox } = stack;
    const input = acmeCoffee({ social: { connect: [{ platform: 'tiktok' }] }, schedule: { at: nextWeek() } });
    const customer = input.project.customerExternalId;
    const handle = await stack.start(input);
    await connect(handle);
    await untilReview(handle);
    await bend(sandbox, customer, {
      match: { method: 'POST', path: '/schedule$' },
      times: 1,
      action: { kind: 'delay', ms: 1_500, when: 'after' },
    });
    await approve(handle);
    await until(async () => effects(sandbox, 'post.created', customer).length === 1);
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(effects(sandbox, 'post.canceled', customer)).toHaveLength(1);

    const second = await stack.start(input);
    await approve(second);
    const { outcome, scheduledPosts } = (await second.result()) as OnboardingResult;
    expect(outcome).toBe('scheduled');
    expect(scheduledPosts.map(({ scheduledPostId }) => sandbox.state.posts[scheduledPostId]?.status)).toEqual([
      'queued',
    ]);
    expect(effects(sandbox, 'project.created', customer)).toHaveLength(1);
    expect(effects(sandbox, 'media.created', customer)).toHaveLength(3);
    expect(effects(sandbox, 'content.created', customer)).toHaveLength(1);
    expect(
      Object.values(sandbox.state.posts).filter(
        (post) =>
          post.status === 'queued' &&
          post.containerId === sandbox.state.posts[scheduledPosts[0]!.scheduledPostId]!.containerId,
      ),
    ).toHaveLength(1);
  });

  it('a start after a cancel while the content was made does not take the cancelled job for an answer', async () => {
    const { sandbox } = stack;
    const input = acmeCoffee();
    const customer = input.project.customerExternalId;
    const handle = await stack.start(input);
    await until(async () => effects(sandbox, 'content.created', customer).length === 1);
    await untilStatus(handle, ({ ids }) => ids.jobId !== undefined);
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect(requests(sandbox, 'POST', /\/jobs\/.*\/cancel$/).some(({ effects: caused }) => caused !== undefined)).toBe(
      true,
    );

    const second = await stack.start(input);
    await approve(second);
    const { outcome, containerId } = (await second.result()) as OnboardingResult;
    expect(outcome).toBe('ready');
    expect(effects(sandbox, 'content.completed', customer).map(({ id }) => id)).toContain(containerId);
  });

  it('a start after the persona was deleted at Layers makes another, though the key still names the deleted one', async () => {
    const { sandbox } = stack;
    const input = quickest({ influencer: { create: { gender: 'female' } } });
    const customer = input.project.customerExternalId;
    const handle = await stack.start(input);
    const { ids } = await untilReview(handle);
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    await partner(sandbox, 'DELETE', `/v1/influencers/${ids.influencerId}`);

    const second = await stack.start(input);
    const { ids: now, blocked } = await untilReview(second);
    expect(blocked).toEqual([]);
    expect(now.influencerId).not.toBe(ids.influencerId);
    expect(sandbox.state.influencers[now.influencerId!]).toMatchObject({ status: 'ready' });
    const made = effects(sandbox, 'job.started', customer).filter(({ data }) => !data!.hidden);
    expect(made.filter(({ data }) => data!.kind === 'influencer_create')).toHaveLength(2);
    await second.cancel();
  });

  it('a start after a rejection shows something new, not the rejected post again', async () => {
    const { client, sandbox, taskQueue } = stack;
    const input = acmeCoffee();
    const customer = input.project.customerExternalId;
    const { handle } = await startOnboarding(client, input, { taskQueue });
    const { ids } = await untilReview(handle);
    await reject(handle, 'Not our tone.');
    expect(await handle.result()).toMatchObject({ outcome: 'rejected' });
    expect(await startOnboarding(client, input, { taskQueue })).toMatchObject({ state: 'alreadyFinished' });

    const again = await startOnboarding(client, input, { taskQueue, again: true });
    expect(again.state).toBe('started');
    const shown = await untilReview(again.handle);
    expect(shown.ids.projectId).toBe(ids.projectId);
    expect(shown.review!.containerId).not.toBe(ids.containerId);
    expect(effects(sandbox, 'content.created', customer)).toHaveLength(2);
    await again.handle.cancel();
  });

  it('a start by another SDK after a rejection shows something new, also where a run in between was cancelled', async () => {
    const { sandbox } = stack;
    const input = quickest();
    const shown: string[] = [];
    const start = async () => {
      // No memo tells how the run before has ended.
      const handle = await stack.start(input);
      shown.push((await untilReview(handle)).review!.containerId);
      return handle;
    };
    const first = await start();
    await reject(first, 'Not our tone.');
    expect(await first.result()).toMatchObject({ outcome: 'rejected' });

    const second = await start();
    await second.cancel();
    await expect(second.result()).rejects.toThrow();
    const third = await start();
    expect(shown[1]).not.toBe(shown[0]);
    // The one that nobody rejected is paid for already.
    expect(shown[2]).toBe(shown[1]);
    expect(effects(sandbox, 'content.created', input.project.customerExternalId)).toHaveLength(2);
    await third.cancel();
  });
});

function expectEachOnce({ sandbox }: Stack, input: OnboardingInput): void {
  const count = (effect: string): number => effects(sandbox, effect, input.project.customerExternalId).length;
  expect([count('project.created'), count('media.created'), count('content.created'), count('post.created')]).toEqual([
    1, 3, 1, 1,
  ]);
}
