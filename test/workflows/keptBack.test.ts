import type { OnboardingInput } from '../../src/contract/input';
import type { EffectEntry } from '../../src/sandbox';
import type { Container } from '../../src/sandbox/world/state';
import { effects, untilStatus, withStack } from '../support/environment';
import { nextWeek } from '../support/inputs';
import { ANSWER_LOST, APPROVAL_REFUSED, APPROVAL_UNDER_WAY, keptBack } from '../support/keptBack';
import { left, NOTHING } from '../support/left';
import { connect, retry, skip } from '../support/people';
import { untilBlocked } from '../support/status';
import { customerOf, loseAccount, partner, skipTime, steer } from '../support/steering';

/** Layers may keep an approved post back until the content is approved there as well. */
describe('a post that Layers keeps back', () => {
  const stack = withStack();

  const posts = (input: OnboardingInput): EffectEntry[] => effects(stack.sandbox, 'post.created', customerOf(input));
  const approveAtLayers = ({ id }: Container): Promise<unknown> =>
    partner(stack.sandbox, 'POST', `/v1/content/${id}/approve`, {});

  it.concurrent('a post that Layers kept back is found where the partner has approved it there meanwhile', async () => {
    const { input, handle, container, mend } = await keptBack(stack, APPROVAL_UNDER_WAY);
    await approveAtLayers(container);
    await mend();
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled' });
    expect(posts(input)).toHaveLength(1);
  });

  it.concurrent('a post that no approval at Layers released blocks, until an operator retries', async () => {
    const { input, handle, accounts, container, mend } = await keptBack(stack, APPROVAL_UNDER_WAY);
    await loseAccount(stack.sandbox, accounts[0]!, 'disconnected');
    await approveAtLayers(container);
    await mend();
    expect(await untilBlocked(handle, 'schedule')).toMatchObject({ code: 'BlockedOnApproval', who: 'reviewer' });
    await steer(stack.sandbox, 'PATCH', `/accounts/${accounts[0]}`, { status: 'connected' });
    await retry(handle, 'schedule');
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled' });
    expect(posts(input)).toHaveLength(1);
  });

  it.concurrent(
    'a post that an approval at Layers could not release is scheduled by a request of its own',
    async () => {
      const { input, handle, accounts, mend } = await keptBack(stack, APPROVAL_UNDER_WAY);
      await loseAccount(stack.sandbox, accounts[0]!, 'disconnected');
      await mend();
      await untilStatus(handle, ({ attention }) => attention === 'customer');
      expect(posts(input)).toHaveLength(0);
      await connect(handle);
      expect(await handle.result()).toMatchObject({ outcome: 'scheduled' });
      expect(posts(input)).toHaveLength(1);
    },
  );

  it.concurrent.each([
    ['a post that Layers keeps back is', APPROVAL_REFUSED],
    ['a post that Layers keeps back unheard is', ANSWER_LOST],
  ])('%s not released for a time that has been replaced', async (_, obstacle) => {
    const { input, accounts, handle, container, mend } = await keptBack(stack, obstacle);
    await mend();
    const at = nextWeek().replace('T09', 'T11');
    await retry(handle, 'schedule', { at });
    const { scheduledPosts } = await handle.result();
    expect(scheduledPosts).toMatchObject([{ socialAccountId: accounts[0] }]);
    expect(left(stack.sandbox, customerOf(input)).posts).toEqual([
      { account: accounts[0], at: new Date(scheduledPosts[0]!.scheduledFor).toISOString(), content: container.id },
    ]);
  });

  it.concurrent('a post that Layers keeps back is not released for an account that has been replaced', async () => {
    const { input, accounts, handle, mend } = await keptBack(stack, APPROVAL_REFUSED, { accounts: 2 });
    await mend();
    const targets = [{ socialAccountId: accounts[1]!, mode: 'publish' }];
    await retry(handle, 'schedule', { targets });
    expect(await handle.result()).toMatchObject({ scheduledPosts: [{ socialAccountId: accounts[1] }] });
    expect(left(stack.sandbox, customerOf(input)).posts).toMatchObject([{ account: accounts[1] }]);
  });

  it.concurrent('a post that Layers keeps back unheard is not released after a cancel', async () => {
    const { handle, container } = await keptBack(stack, ANSWER_LOST);
    await handle.cancel();
    await handle.result().catch(() => undefined);
    expect(container).toMatchObject({ approvalStatus: 'rejected', stash: [] });
  });

  it.concurrent(
    'a post that Layers keeps back is taken back by a skip, and the approved content stays approved',
    async () => {
      const { input, handle, container, mend } = await keptBack(stack, APPROVAL_REFUSED);
      await mend();
      await skip(handle, 'schedule', 'posts it by hand');
      expect(await handle.result()).toMatchObject({ outcome: 'ready', scheduledPosts: [] });
      expect(container.approvalStatus).toBe('approved');
      expect(left(stack.sandbox, customerOf(input))).toEqual(NOTHING);
    },
  );

  it.concurrent('a post that an approval at Layers releases late is found by a retry, and not made twice', async () => {
    const { input, accounts, handle, container, mend } = await keptBack(stack, APPROVAL_UNDER_WAY);
    const { scheduledFor } = container.stash[0]!;
    // The partner has approved it at Layers meanwhile, which has not released it yet.
    Object.assign(container, { approvalStatus: 'approved', stash: [] });
    await mend();
    await untilBlocked(handle, 'schedule', 'BlockedOnApproval');
    await partner(stack.sandbox, 'POST', `/v1/content/${container.id}/schedule`, {
      scheduledFor: new Date(scheduledFor).toISOString(),
      targets: [{ socialAccountId: accounts[0], mode: 'publish' }],
    });
    await retry(handle, 'schedule');
    await handle.result();
    expect(left(stack.sandbox, customerOf(input)).posts).toHaveLength(1);
  });

  it.concurrent('a post that Layers keeps back is not released by a skip when it would go out at once', async () => {
    const schedule = { at: new Date(Date.now() + 8 * 60_000).toISOString() };
    const { input, handle, container, mend } = await keptBack(stack, APPROVAL_REFUSED, { input: { schedule } });
    expect(await untilBlocked(handle, 'schedule')).toMatchObject({ code: 'FORBIDDEN_SCOPE' });
    await skipTime(stack, handle, '4 minutes');
    await mend();
    await skip(handle, 'schedule', 'too late');
    await handle.result();
    expect(container.approvalStatus).toBe('rejected');
    expect(effects(stack.sandbox, 'post.created', customerOf(input))).toHaveLength(0);
  });
});
