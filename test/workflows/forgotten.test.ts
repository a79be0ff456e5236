import type { WorkflowHandle } from '@temporalio/client';
import type { OnboardingInput } from '../../src/contract/input';
import { effects, until, withStack } from '../support/environment';
import { FAST_WAITS, nextWeek } from '../support/inputs';
import { jobsOf, left } from '../support/left';
import { approve, askForChanges, decide, reject, retry } from '../support/people';
import { statusOf, untilBlocked, untilReview, untilStep } from '../support/status';
import {
  accountToCome,
  bend,
  customerOf,
  OTHER_SOURCE,
  partner,
  quick,
  quickest,
  resetToBeginning,
  withAccounts,
} from '../support/steering';

const REMIX = { method: 'POST', path: '/slideshow-remix$' };

/** A reset forgets what the run before it did. What came of that is found again, and ended where nobody wants it. */
describe('after a reset', () => {
  const stack = withStack();

  const remixJobs = (input: OnboardingInput): string[] => jobsOf(stack.sandbox, customerOf(input), 'content_generate');

  it.concurrent.each([
    ['a cancel', (handle: WorkflowHandle) => handle.cancel(), []],
    ['a rejection', (handle: WorkflowHandle) => reject(handle), []],
    [
      'an approval for another time',
      (handle: WorkflowHandle) => decide(handle, { scheduleAt: nextWeek().replace('T09', 'T12') }),
      [expect.stringContaining('T20:00')],
    ],
  ])('after a reset %s takes back the post that was scheduled before', async (_, act, times) => {
    const { input } = await withAccounts(stack.sandbox);
    const handle = await stack.start(input);
    await approve(handle);
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled' });

    const again = await resetToBeginning(stack, handle);
    await untilReview(again);
    await act(again);
    await again.result().catch(() => undefined);
    expect(left(stack.sandbox, customerOf(input)).posts.map(({ at }) => at)).toEqual(times);
  });

  it.concurrent.each([
    ['an approval', (handle: WorkflowHandle) => approve(handle), 1],
    ['a rejection', (handle: WorkflowHandle) => reject(handle), 0],
    ['a cancel', (handle: WorkflowHandle) => handle.cancel(), 0],
  ])('after a reset %s of the first round takes back the post of a second one', async (_, act, count) => {
    const input = quickest({ schedule: { at: nextWeek() } });
    const customer = customerOf(input);
    const accountId = await accountToCome(stack.sandbox, customer);
    const handle = await stack.start({ ...input, social: { socialAccountIds: [accountId] } });
    const source = { tiktokVideoId: OTHER_SOURCE };
    await askForChanges(handle, 0, { source });
    await approve(handle, 1);
    const { containerId } = await handle.result();

    const again = await resetToBeginning(stack, handle);
    await untilReview(again);
    await act(again);
    await again.result().catch(() => undefined);
    const { posts } = left(stack.sandbox, customer);
    expect(posts).toHaveLength(count);
    expect(posts.map(({ content }) => content)).not.toContain(containerId);
  });

  it.concurrent('after a reset an approval leaves alone what the partner has posted of other content', async () => {
    const input = quickest({ schedule: { at: nextWeek() } });
    const customer = customerOf(input);
    const accountId = await accountToCome(stack.sandbox, customer);
    const handle = await stack.start({ ...input, social: { socialAccountIds: [accountId] } });
    const { ids } = await untilReview(handle);
    await approve(handle);
    await handle.result();
    const remix = { tiktokVideoId: OTHER_SOURCE, influencerId: ids.influencerId };
    const path = `/v1/projects/${ids.projectId}/content/slideshow-remix`;
    const { containerIds } = await partner(stack.sandbox, 'POST', path, remix);
    const [theirs] = containerIds as string[];
    await until(async () => stack.sandbox.state.containers[theirs!]!.status === 'completed');
    await partner(stack.sandbox, 'POST', `/v1/content/${theirs}/schedule`, {
      scheduledFor: new Date(Date.now() + 20 * 86_400_000).toISOString(),
      targets: [{ socialAccountId: accountId, mode: 'publish' }],
    });
    const again = await resetToBeginning(stack, handle);
    await approve(again);
    await again.result();
    const queued = Object.values(stack.sandbox.state.posts).filter(({ status }) => status === 'queued');
    expect(queued.map(({ containerId }) => containerId)).toEqual(expect.arrayContaining([theirs, ids.containerId]));
  });

  it.concurrent('after a reset a cancel stops the job of a second candidate', async () => {
    const input = quick();
    const error = { code: 'NOT_A_SLIDESHOW', message: 'NOT_A_SLIDESHOW' };
    await bend(
      stack.sandbox,
      customerOf(input),
      { match: REMIX, times: 1, action: { kind: 'job', outcome: 'failed', error } },
      { match: REMIX, after: 1, action: { kind: 'job', durationMs: 600_000 } },
      { match: { method: 'GET', path: '^/v1/projects$' }, after: 1, times: 1, action: { kind: 'delay', ms: 2_000 } },
    );
    const handle = await stack.start(input);
    await until(async () => remixJobs(input).length === 2);
    await untilStep(handle, 'content', 'waiting');
    const again = await resetToBeginning(stack, handle);
    await untilStep(again, 'project', 'running');
    await again.cancel();
    await again.result().catch(() => undefined);
    expect(remixJobs(input)).toEqual(['failed', 'canceled']);
  });

  it.concurrent('after a reset a cancel stops the job of the second try, not that of the first', async () => {
    const input = quickest();
    await bend(
      stack.sandbox,
      customerOf(input),
      { match: REMIX, times: 1, action: { kind: 'job', outcome: 'failed' } },
      { match: REMIX, after: 1, action: { kind: 'job', durationMs: 600_000 } },
    );
    const handle = await stack.start(input);
    await until(async () => remixJobs(input).length === 2);
    await untilStep(handle, 'content', 'waiting');
    const again = await resetToBeginning(stack, handle);
    await untilStep(again, 'content', 'waiting');
    await again.cancel();
    await again.result().catch(() => undefined);
    expect(remixJobs(input)).toEqual(['failed', 'canceled']);
    expect((await statusOf(again)).cleanup.every(({ done }) => done)).toBe(true);
  });

  it.concurrent(
    'after a reset a cancel leaves no job, also where the first try was refused and its key has been forgotten',
    async () => {
      const input = quickest();
      const refusal = { kind: 'answer', status: 402, code: 'BILLING_EXHAUSTED', store: 'none' } as const;
      await bend(
        stack.sandbox,
        customerOf(input),
        { match: REMIX, times: 1, action: refusal },
        { match: REMIX, after: 1, action: { kind: 'job', durationMs: 600_000 } },
      );
      const handle = await stack.start(input);
      await untilBlocked(handle, 'content', 'BILLING_EXHAUSTED');
      await retry(handle, 'content');
      await untilStep(handle, 'content', 'waiting');
      const again = await resetToBeginning(stack, handle);
      await untilStep(again, 'content', 'waiting');
      await again.cancel();
      await again.result().catch(() => undefined);
      expect(left(stack.sandbox, customerOf(input)).jobs).toEqual([]);
    },
  );

  it.concurrent(
    'after a reset a cancel before the project is found again finds it, stops its job and archives it by policy',
    async () => {
      const input = quickest({ policy: { waits: FAST_WAITS, onCancel: 'archive' } });
      const customer = customerOf(input);
      await bend(
        stack.sandbox,
        customer,
        { match: REMIX, action: { kind: 'job', durationMs: 600_000 } },
        { match: { method: 'GET', path: '^/v1/projects$' }, after: 1, times: 1, action: { kind: 'delay', ms: 2_000 } },
      );
      const handle = await stack.start(input);
      await untilStep(handle, 'content', 'waiting');
      const again = await resetToBeginning(stack, handle);
      await untilStep(again, 'project', 'running');
      await again.cancel();
      await again.result().catch(() => undefined);
      expect(remixJobs(input)).toEqual(['canceled']);
      expect(effects(stack.sandbox, 'project.archived', customer)).toHaveLength(1);
      expect((await statusOf(again)).cleanup.every(({ done }) => done)).toBe(true);
    },
  );
});
