import type { WorkflowHandle } from '@temporalio/client';
import type { OnboardingInput } from '../../src/contract/input';
import type { OnboardingStatus } from '../../src/contract/status';
import type { Rule } from '../../src/sandbox';
import type { OnboardingWorker } from '../../src/worker';
import { effects, openStack, requests, until, type Stack } from '../support/environment';
import { FAST_WAITS, nextWeek } from '../support/inputs';
import { jobsOf, left, NOTHING } from '../support/left';
import { approve, decide } from '../support/people';
import { statusOf, untilReview, untilStep } from '../support/status';
import {
  accountToCome,
  bend,
  customerOf,
  existingAccount,
  partner,
  quickest,
  resetToBeginning,
  stopFault,
  withAccounts,
} from '../support/steering';

const LASTING = { kind: 'job', durationMs: 600_000 } as const;
const REMIX: Rule = { match: { method: 'POST', path: '/slideshow-remix$' }, action: LASTING };
const PERSONA: Rule = { match: { method: 'POST', path: '/influencers$' }, action: LASTING };

/**
 * An operator stops the workers, resets an onboarding, thinks again and cancels it: both come before the new run's first task,
 * so that it has not even checked its input. What the run before has made is taken back all the same.
 */
describe('a cancel right behind a reset', () => {
  let stack: Stack;
  let worker: OnboardingWorker;
  beforeEach(async () => {
    stack = await openStack({ worker: false });
    worker = await stack.startWorker();
  });
  afterEach(() => stack.close());

  /** Reset to the first task and cancelled, while no worker runs; then one runs again, until the end. */
  async function resetAndCancelled(handle: WorkflowHandle): Promise<OnboardingStatus> {
    await worker.shutdown();
    const again = await resetToBeginning(stack, handle);
    await again.cancel();
    await stack.startWorker();
    return cancelled(again);
  }

  /** The status at the end, of which nothing has failed. */
  async function cancelled(handle: WorkflowHandle): Promise<OnboardingStatus> {
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    const status = await statusOf(handle);
    expect(status).toMatchObject({ stage: 'finished', attention: 'none' });
    expect(status.cleanup.filter(({ done }) => !done)).toEqual([]);
    return status;
  }

  const archived = (input: OnboardingInput): number =>
    effects(stack.sandbox, 'project.archived', customerOf(input)).length;

  /** One whose project is its own, with a post that stands in Layers' queue. */
  async function scheduled(onCancel: 'keep' | 'archive'): Promise<{ input: OnboardingInput; handle: WorkflowHandle }> {
    const base = quickest({ schedule: { at: nextWeek() }, policy: { waits: FAST_WAITS, onCancel } });
    const accountId = await accountToCome(stack.sandbox, customerOf(base));
    const input = { ...base, social: { socialAccountIds: [accountId] } };
    const handle = await stack.start(input);
    await approve(handle);
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled' });
    expect(left(stack.sandbox, customerOf(input)).posts).toHaveLength(1);
    return { input, handle };
  }

  it.each(['keep', 'archive'] as const)('takes back the post of a finished one; project: %s', async (onCancel) => {
    const { input, handle } = await scheduled(onCancel);
    const { ids } = await statusOf(handle);
    const { cleanup } = await resetAndCancelled(handle);
    expect(left(stack.sandbox, customerOf(input))).toEqual(NOTHING);
    expect(archived(input)).toBe(onCancel === 'archive' ? 1 : 0);
    for (const id of ids.scheduledPostIds!)
      expect(cleanup).toContainEqual({ what: `cancel the scheduled post ${id}`, done: true });
  });

  it.each(['keep', 'archive'] as const)('stops the job of the content; project: %s', async (onCancel) => {
    const input = quickest({ policy: { waits: FAST_WAITS, onCancel } });
    await bend(stack.sandbox, customerOf(input), REMIX);
    const handle = await stack.start(input);
    await untilStep(handle, 'content', 'waiting');
    await resetAndCancelled(handle);
    expect(jobsOf(stack.sandbox, customerOf(input), 'content_generate')).toEqual(['canceled']);
    expect(archived(input)).toBe(onCancel === 'archive' ? 1 : 0);
  });

  it('stops the job of the persona', async () => {
    const input = quickest({ influencer: { create: { gender: 'female' } } });
    await bend(stack.sandbox, customerOf(input), PERSONA);
    const handle = await stack.start(input);
    await untilStep(handle, 'influencer', 'waiting');
    await resetAndCancelled(handle);
    expect(jobsOf(stack.sandbox, customerOf(input), 'influencer_create')).toEqual(['canceled']);
  });

  it('asks Layers for nothing but its project where the run before had made none', async () => {
    const input = quickest({ policy: { waits: FAST_WAITS, onCancel: 'archive' } });
    await worker.shutdown();
    const handle = await stack.start(input);
    await handle.cancel();
    await stack.startWorker();
    const { cleanup } = await cancelled(handle);
    expect(cleanup.map(({ what }) => what)).toEqual(['look for the project that this onboarding may have created']);
    expect(requests(stack.sandbox, 'GET', /^\/v1\/projects/)).toHaveLength(1);
  });

  describe('in a project that was there before', () => {
    it('takes back the post that was planned, and no other', async () => {
      const { input } = await withAccounts(stack.sandbox);
      const handle = await stack.start(input);
      const { ids } = await untilReview(handle);
      await approve(handle);
      await handle.result();
      const theirs = await postOfPartner(ids.projectId!, ids.influencerId!);
      const { notes } = await resetAndCancelled(handle);
      const queued = Object.values(stack.sandbox.state.posts).filter(({ status }) => status === 'queued');
      expect(queued.map(({ id }) => id)).toEqual([theirs]);
      expect(notes).toEqual([`These posts may be from before the reset, at another time than planned: ${theirs}.`]);
    });

    it('names one that the reviewer had moved', async () => {
      const { input } = await withAccounts(stack.sandbox);
      const handle = await stack.start(input);
      await untilReview(handle);
      await decide(handle, { scheduleAt: nextWeek().replace('T09', 'T12') });
      await handle.result();
      const [id] = (await statusOf(handle)).ids.scheduledPostIds!;
      const { notes } = await resetAndCancelled(handle);
      expect(notes).toEqual([`These posts may be from before the reset, at another time than planned: ${id}.`]);
    });

    it('looks for no post where there was no reset: the partner may have made it by hand', async () => {
      const { input, accounts } = await withAccounts(stack.sandbox);
      await bend(stack.sandbox, customerOf(input), REMIX);
      const handle = await stack.start(input);
      await untilStep(handle, 'content', 'waiting');
      await handle.cancel();
      await cancelled(handle);
      expect(requests(stack.sandbox, 'GET', /\/scheduled-posts/)).toEqual([]);
      expect(accounts).toHaveLength(1);
    });
  });

  it('finishes what a run before the reset had begun to clean up', async () => {
    const { input, handle } = await scheduled('archive');
    const id = `away-${customerOf(input)}`;
    const again = await resetToBeginning(stack, handle);
    await untilReview(again);
    const action = { kind: 'answer', status: 503, code: 'INTERNAL' } as const;
    await bend(stack.sandbox, customerOf(input), { id, match: { method: 'DELETE' }, action });
    await again.cancel();
    await until(async () => requests(stack.sandbox, 'DELETE', /./).some(({ status }) => status === 503));
    expect(left(stack.sandbox, customerOf(input)).posts).toHaveLength(1);
    await stopFault(stack.sandbox, id);
    // The server does not apply the first run's cancel again.
    await resetAndCancelled(again);
    expect(left(stack.sandbox, customerOf(input))).toEqual(NOTHING);
    expect(archived(input)).toBe(1);
  });

  async function postOfPartner(projectId: string, influencerId: string): Promise<string> {
    const { sandbox } = stack;
    const remix = { tiktokVideoId: '7301234567890123499', influencerId };
    const { containerIds } = await partner(sandbox, 'POST', `/v1/projects/${projectId}/content/slideshow-remix`, remix);
    const [content] = containerIds as string[];
    await until(async () => sandbox.state.containers[content!]!.status === 'completed');
    const answer = await partner(sandbox, 'POST', `/v1/content/${content}/schedule`, {
      scheduledFor: new Date(Date.now() + 20 * 86_400_000).toISOString(),
      targets: [{ socialAccountId: await existingAccount(sandbox, projectId), mode: 'publish' }],
    });
    return (answer.scheduledPostIds as string[])[0]!;
  }
});
