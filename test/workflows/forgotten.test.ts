import type { WorkflowHandle } from '@temporalio/client';
import type { OnboardingInput } from '../../src/contract/input';
import { decideReview, resolveStep, type DecideReviewArgs } from '../../src/contract/messages';
import { effects, underReview, until, untilStatus, withStack } from '../support/environment';
import { FAST_WAITS, nextWeek } from '../support/inputs';
import {
  bend,
  customerOf,
  existingAccount,
  existingProject,
  partner,
  quick,
  quickest,
  resetToBeginning,
  statusOf,
  steer,
  untilBlocked,
  untilStep,
} from '../support/steering';

const REMIX = { method: 'POST', path: '/slideshow-remix$' };

/** A reset forgets what the run before it did. What came of that is found again, and ended where nobody wants it. */
describe('after a reset', () => {
  const stack = withStack();

  const decide = (handle: WorkflowHandle, args: Partial<DecideReviewArgs>): Promise<unknown> =>
    handle.executeUpdate(decideReview, {
      args: [{ decision: 'approve', reviewer: 'maria', revision: 0, ...args } as DecideReviewArgs],
    });

  const jobsOf = (input: OnboardingInput): string[] =>
    effects(stack.sandbox, 'job.started', customerOf(input))
      .map(({ id }) => stack.sandbox.state.jobs[id]!)
      .filter(({ kind }) => kind === 'content_generate')
      .map(({ status }) => status);

  it.concurrent.each([
    ['a cancel', (handle: WorkflowHandle) => handle.cancel(), []],
    ['a rejection', (handle: WorkflowHandle) => decide(handle, { decision: 'reject', comment: 'off brand' }), []],
    [
      'an approval for another time',
      (handle: WorkflowHandle) => decide(handle, { scheduleAt: nextWeek().replace('T09', 'T12') }),
      [expect.stringContaining('T20:00')],
    ],
  ])('%s takes back the post that was scheduled before', async (_, act, left) => {
    const input = quickest({ schedule: { at: nextWeek() } });
    const projectId = await existingProject(stack.sandbox, input.project);
    const socialAccountIds = [await existingAccount(stack.sandbox, projectId)];
    const handle = await stack.start({ ...input, social: { socialAccountIds } });
    await untilStatus(handle, underReview);
    await decide(handle, {});
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled' });

    const again = await resetToBeginning(stack, handle);
    await untilStatus(again, underReview);
    await act(again);
    await again.result().catch(() => undefined);
    const queued = effects(stack.sandbox, 'post.created', customerOf(input))
      .map(({ id }) => stack.sandbox.state.posts[id]!)
      .filter(({ status }) => status === 'queued');
    expect(queued.map(({ scheduledFor }) => new Date(scheduledFor).toISOString())).toEqual(left);
  });

  it.concurrent.each([
    ['an approval', (handle: WorkflowHandle) => decide(handle, {}), 1],
    ['a rejection', (handle: WorkflowHandle) => decide(handle, { decision: 'reject', comment: 'off brand' }), 0],
    ['a cancel', (handle: WorkflowHandle) => handle.cancel(), 0],
  ])('%s of the first round takes back the post of a second one', async (_, act, left) => {
    const input = quickest({ schedule: { at: nextWeek() } });
    const customer = customerOf(input);
    const { id } = await steer(stack.sandbox, 'POST', '/accounts', { customerExternalId: customer });
    const handle = await stack.start({ ...input, social: { socialAccountIds: [id as string] } });
    await untilStatus(handle, underReview);
    const source = { tiktokVideoId: '7301234567890123458' };
    await decide(handle, { decision: 'requestChanges', comment: 'another one', source });
    await untilStatus(handle, (status) => underReview(status) && status.review!.revision === 1);
    await decide(handle, { revision: 1 });
    const { containerId } = await handle.result();

    const again = await resetToBeginning(stack, handle);
    await untilStatus(again, underReview);
    await act(again);
    await again.result().catch(() => undefined);
    const queued = effects(stack.sandbox, 'post.created', customer)
      .map((post) => stack.sandbox.state.posts[post.id]!)
      .filter(({ status }) => status === 'queued');
    expect(queued).toHaveLength(left);
    expect(queued.map((post) => post.containerId)).not.toContain(containerId);
  });

  it.concurrent('an approval leaves alone what the partner has posted of other content', async () => {
    const input = quickest({ schedule: { at: nextWeek() } });
    const customer = customerOf(input);
    const { id } = await steer(stack.sandbox, 'POST', '/accounts', { customerExternalId: customer });
    const handle = await stack.start({ ...input, social: { socialAccountIds: [id as string] } });
    const { ids } = await untilStatus(handle, underReview);
    await decide(handle, {});
    await handle.result();
    const remix = { tiktokVideoId: '7301234567890123458', influencerId: ids.influencerId };
    const path = `/v1/projects/${ids.projectId}/content/slideshow-remix`;
    const { containerIds } = await partner(stack.sandbox, 'POST', path, remix);
    const [theirs] = containerIds as string[];
    await until(async () => stack.sandbox.state.containers[theirs!]!.status === 'completed');
    await partner(stack.sandbox, 'POST', `/v1/content/${theirs}/schedule`, {
      scheduledFor: new Date(Date.now() + 20 * 86_400_000).toISOString(),
      targets: [{ socialAccountId: id, mode: 'publish' }],
    });
    const again = await resetToBeginning(stack, handle);
    await untilStatus(again, underReview);
    await decide(again, {});
    await again.result();
    const queued = Object.values(stack.sandbox.state.posts).filter(({ status }) => status === 'queued');
    expect(queued.map(({ containerId }) => containerId)).toEqual(expect.arrayContaining([theirs, ids.containerId]));
  });

  it.concurrent('a cancel stops the job of a second candidate', async () => {
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
    await until(async () => jobsOf(input).length === 2);
    await untilStep(handle, 'content', 'waiting');
    const again = await resetToBeginning(stack, handle);
    await untilStep(again, 'project', 'running');
    await again.cancel();
    await again.result().catch(() => undefined);
    expect(jobsOf(input)).toEqual(['failed', 'canceled']);
  });

  it.concurrent('a cancel stops the job of the second try, not that of the first', async () => {
    const input = quickest();
    await bend(
      stack.sandbox,
      customerOf(input),
      { match: REMIX, times: 1, action: { kind: 'job', outcome: 'failed' } },
      { match: REMIX, after: 1, action: { kind: 'job', durationMs: 600_000 } },
    );
    const handle = await stack.start(input);
    await until(async () => jobsOf(input).length === 2);
    await untilStep(handle, 'content', 'waiting');
    const again = await resetToBeginning(stack, handle);
    await untilStep(again, 'content', 'waiting');
    await again.cancel();
    await again.result().catch(() => undefined);
    expect(jobsOf(input)).toEqual(['failed', 'canceled']);
    expect((await statusOf(again)).cleanup.every(({ done }) => done)).toBe(true);
  });

  it.concurrent(
    'a cancel leaves no job, also where the first try was refused and its key has been forgotten',
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
      await handle.executeUpdate(resolveStep, { args: [{ step: 'content', action: 'retry', operator: 'omar' }] });
      await untilStep(handle, 'content', 'waiting');
      const again = await resetToBeginning(stack, handle);
      await untilStep(again, 'content', 'waiting');
      await again.cancel();
      await again.result().catch(() => undefined);
      expect(jobsOf(input)).not.toContain('running');
    },
  );

  it.concurrent(
    'a cancel before the project is found again finds it, stops its job and archives it by policy',
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
      expect(jobsOf(input)).toEqual(['canceled']);
      expect(effects(stack.sandbox, 'project.archived', customer)).toHaveLength(1);
      expect((await statusOf(again)).cleanup.every(({ done }) => done)).toBe(true);
    },
  );
});
