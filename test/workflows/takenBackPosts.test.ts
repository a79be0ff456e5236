import type { WorkflowHandle } from '@temporalio/client';
import type { OnboardingInput } from '../../src/contract/input';
import { effects, underReview, until, untilStatus, withStack } from '../support/environment';
import { ANSWER_LOST } from '../support/keptBack';
import { left, NOTHING } from '../support/left';
import { approve, connect, retry, skip } from '../support/people';
import { stepOf, untilBlocked, untilStep } from '../support/status';
import { bend, customerOf, loseAccount, stopFault, toConnect, withAccounts } from '../support/steering';

const SCHEDULE = { method: 'POST', path: '/schedule$' };

/** Posts that an onboarding has scheduled, and that are not wanted any more. */
describe('posts that are taken back', () => {
  const stack = withStack();

  /** Blocked in `schedule`, with a post that Layers has made and whose answer was lost. */
  async function withUnknownPost(
    count = 1,
  ): Promise<{ input: OnboardingInput; accounts: string[]; handle: WorkflowHandle }> {
    const { input, accounts } = await withAccounts(stack.sandbox, {}, { count });
    const id = `refused-${customerOf(input)}`;
    await bend(stack.sandbox, customerOf(input), ...ANSWER_LOST.rules(id));
    const handle = await stack.start(input);
    await approve(handle);
    await untilBlocked(handle, 'schedule', 'UNAUTHENTICATED');
    expect(left(stack.sandbox, customerOf(input)).posts).toHaveLength(1);
    await stopFault(stack.sandbox, id);
    return { input, accounts, handle };
  }

  it.concurrent('a post whose answer was lost is taken back when scheduling is skipped', async () => {
    const { input, handle } = await withUnknownPost();
    await skip(handle, 'schedule', 'not this one');
    expect(await handle.result()).toMatchObject({ outcome: 'ready', scheduledPosts: [] });
    expect(left(stack.sandbox, customerOf(input))).toEqual(NOTHING);
  });

  it.concurrent(
    'a post is taken back from an account that an operator has replaced, also where the time stays the same',
    async () => {
      const { input, accounts, handle } = await withUnknownPost(2);
      const targets = [{ socialAccountId: accounts[1]!, mode: 'publish' }];
      await retry(handle, 'schedule', { targets });
      expect(await handle.result()).toMatchObject({ scheduledPosts: [{ socialAccountId: accounts[1] }] });
      expect(left(stack.sandbox, customerOf(input)).posts).toMatchObject([{ account: accounts[1] }]);
    },
  );

  it.concurrent('a post that publishes is taken back when an operator asks for a draft', async () => {
    const { input, accounts, handle } = await withUnknownPost();
    const targets = [{ socialAccountId: accounts[0]!, mode: 'draft' }];
    await retry(handle, 'schedule', { targets });
    await handle.result();
    const posts = effects(stack.sandbox, 'post.created', customerOf(input));
    const made = posts.map(({ id }) => stack.sandbox.state.posts[id]!);
    expect(made.map(({ status, target }) => [status, target.mode])).toEqual([
      ['canceled', 'publish'],
      ['queued', 'draft'],
    ]);
  });

  it.concurrent('a post on an account that was lost is taken back when the customer connects another', async () => {
    const input = toConnect();
    await bend(
      stack.sandbox,
      customerOf(input),
      {
        match: SCHEDULE,
        times: 1,
        action: { kind: 'answer', when: 'after', status: 500, code: 'INTERNAL', store: 'none' },
      },
      {
        match: SCHEDULE,
        after: 1,
        times: 1,
        action: { kind: 'answer', status: 422, code: 'VALIDATION', store: 'none' },
      },
    );
    const handle = await stack.start(input);
    await connect(handle);
    const { ids } = await untilStatus(handle, (now) => underReview(now) && stepOf(now, 'social').state === 'done');
    await approve(handle);
    await until(async () => left(stack.sandbox, customerOf(input)).posts.length === 1);
    await loseAccount(stack.sandbox, ids.socialAccountIds![0]!, 'disconnected');
    await untilStep(handle, 'social', 'waiting');
    await connect(handle);
    const { scheduledPosts } = await handle.result();
    expect(left(stack.sandbox, customerOf(input)).posts).toMatchObject([
      { account: scheduledPosts[0]!.socialAccountId },
    ]);
  });
});
