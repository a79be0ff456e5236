import type { WorkflowHandle } from '@temporalio/client';
import type { OnboardingInput } from '../../src/contract/input';
import { decideReview, resolveStep, type ResolveStepArgs } from '../../src/contract/messages';
import type { Rule } from '../../src/sandbox';
import { effects, openStack, requests, underReview, until, untilStatus, withStack } from '../support/environment';
import { FAST_WAITS, nextWeek } from '../support/inputs';
import {
  bend,
  connect,
  customerOf,
  existingAccount,
  existingProject,
  loseAccount,
  partner,
  quick,
  quickest,
  skipTime,
  statusOf,
  stepOf,
  untilBlocked,
  untilStep,
} from '../support/steering';

const SCHEDULE = { method: 'POST', path: '/schedule$' };
const REMIX = { method: 'POST', path: '/slideshow-remix$' };
const INFLUENCERS = { method: 'POST', path: '/influencers$' };
const CANCEL_JOB = { method: 'POST', path: '^/v1/jobs/.*/cancel$' };
const REFUSED = { kind: 'answer', status: 401, code: 'UNAUTHENTICATED', store: 'none' } as const;
const OTHER_SOURCE = '7301234567890123458';

/** What an onboarding has begun and nobody wants any more is ended with it, or before. */
describe('what is given up', () => {
  const stack = withStack();

  const resolve = (handle: WorkflowHandle, args: Omit<ResolveStepArgs, 'operator'>): Promise<void> =>
    handle.executeUpdate(resolveStep, { args: [{ ...args, operator: 'omar' }] });

  const approve = (handle: WorkflowHandle): Promise<unknown> =>
    handle.executeUpdate(decideReview, { args: [{ decision: 'approve', reviewer: 'maria', revision: 0 }] });

  const endFault = (id: string): Promise<unknown> =>
    fetch(`${stack.sandbox.url}/_sandbox/faults/${id}`, { method: 'DELETE' });

  /** The living posts of a customer: where they go, and when. */
  const queued = (input: OnboardingInput): { account: string; at: string }[] =>
    effects(stack.sandbox, 'post.created', customerOf(input))
      .map(({ id }) => stack.sandbox.state.posts[id]!)
      .filter(({ status }) => status === 'queued')
      .map(({ target, scheduledFor }) => ({
        account: target.socialAccountId,
        at: new Date(scheduledFor).toISOString(),
      }));

  const jobsOf = (input: OnboardingInput, kind: string): string[] =>
    effects(stack.sandbox, 'job.started', customerOf(input))
      .map(({ id }) => stack.sandbox.state.jobs[id]!)
      .filter((job) => job.kind === kind && !job.hidden)
      .map(({ status }) => status);

  async function withAccounts(count: number): Promise<{ input: OnboardingInput; accounts: string[] }> {
    const input = quickest({ schedule: { at: nextWeek() } });
    const projectId = await existingProject(stack.sandbox, input.project);
    const accounts: string[] = [];
    while (accounts.length < count) accounts.push(await existingAccount(stack.sandbox, projectId));
    return { input: { ...input, social: { socialAccountIds: accounts.slice(0, 1) } }, accounts };
  }

  /** Blocked in `schedule`, with a post that Layers has made and nobody knows of. */
  async function withUnknownPost(count = 1) {
    const { input, accounts } = await withAccounts(count);
    const id = `refused-${customerOf(input)}`;
    await bend(
      stack.sandbox,
      customerOf(input),
      { match: SCHEDULE, times: 1, action: { kind: 'close', when: 'after' } },
      {
        id,
        match: SCHEDULE,
        after: 1,
        action: { kind: 'answer', status: 401, code: 'UNAUTHENTICATED', store: 'none' },
      },
    );
    const handle = await stack.start(input);
    await untilStatus(handle, underReview);
    await approve(handle);
    await untilBlocked(handle, 'schedule', 'UNAUTHENTICATED');
    expect(queued(input)).toHaveLength(1);
    await endFault(id);
    return { input, accounts, handle };
  }

  /** Under review, and Layers will keep the post back until the content is approved there. */
  async function keptBack(count = 1, rules: (id: string) => Rule[]) {
    const { input, accounts } = await withAccounts(count);
    const id = `refused-${customerOf(input)}`;
    await bend(stack.sandbox, customerOf(input), ...rules(id));
    const handle = await stack.start(input);
    const { ids } = await untilStatus(handle, underReview);
    const container = stack.sandbox.state.containers[ids.containerId!]!;
    container.approvalStatus = 'pending';
    await approve(handle);
    await untilBlocked(handle, 'schedule');
    return { input, accounts, handle, container, mend: () => endFault(id) };
  }
  const approvalRefused = (id: string): Rule[] => [
    { id, match: { method: 'POST', path: '/approve$' }, action: { ...REFUSED, status: 403, code: 'FORBIDDEN_SCOPE' } },
  ];
  const answerLost = (id: string): Rule[] => [
    { match: SCHEDULE, times: 1, action: { kind: 'close', when: 'after' } },
    { id, match: SCHEDULE, after: 1, action: REFUSED },
  ];

  describe('posts', () => {
    it.concurrent('are taken back when scheduling is skipped, also those nobody knows of', async () => {
      const { input, handle } = await withUnknownPost();
      await resolve(handle, { step: 'schedule', action: 'skip', reason: 'not this one' });
      expect(await handle.result()).toMatchObject({ outcome: 'ready', scheduledPosts: [] });
      expect(queued(input)).toEqual([]);
    });

    it.concurrent('are taken back from an account that an operator has replaced, at the same time', async () => {
      const { input, accounts, handle } = await withUnknownPost(2);
      const targets = [{ socialAccountId: accounts[1]!, mode: 'publish' }];
      await resolve(handle, { step: 'schedule', action: 'retry', input: { targets } });
      expect(await handle.result()).toMatchObject({ scheduledPosts: [{ socialAccountId: accounts[1] }] });
      expect(queued(input)).toMatchObject([{ account: accounts[1] }]);
    });

    it.concurrent.each([
      ['that Layers kept back', approvalRefused],
      ['that Layers may have kept back, unheard,', answerLost],
    ])('%s are not released for a time that has been replaced', async (_, rules) => {
      const { input, accounts, handle, mend } = await keptBack(1, rules);
      await mend();
      const at = nextWeek().replace('T09', 'T11');
      await resolve(handle, { step: 'schedule', action: 'retry', input: { at } });
      const { scheduledPosts } = await handle.result();
      expect(scheduledPosts).toMatchObject([{ socialAccountId: accounts[0] }]);
      expect(queued(input)).toEqual([
        { account: accounts[0], at: new Date(scheduledPosts[0]!.scheduledFor).toISOString() },
      ]);
    });

    it.concurrent('that Layers kept back are not released for an account that has been replaced', async () => {
      const { input, accounts, handle, mend } = await keptBack(2, approvalRefused);
      await mend();
      const targets = [{ socialAccountId: accounts[1]!, mode: 'publish' }];
      await resolve(handle, { step: 'schedule', action: 'retry', input: { targets } });
      expect(await handle.result()).toMatchObject({ scheduledPosts: [{ socialAccountId: accounts[1] }] });
      expect(queued(input)).toMatchObject([{ account: accounts[1] }]);
    });

    it.concurrent('that Layers may have kept back, unheard, are not released after a cancel either', async () => {
      const { handle, container } = await keptBack(1, answerLost);
      await handle.cancel();
      await handle.result().catch(() => undefined);
      expect(container).toMatchObject({ approvalStatus: 'rejected', stash: [] });
    });

    it.concurrent(
      'that Layers kept back are taken back by a skip, and the approved content stays approved',
      async () => {
        const { input, handle, container, mend } = await keptBack(1, approvalRefused);
        await mend();
        await resolve(handle, { step: 'schedule', action: 'skip', reason: 'posts it by hand' });
        expect(await handle.result()).toMatchObject({ outcome: 'ready', scheduledPosts: [] });
        expect(container.approvalStatus).toBe('approved');
        expect(queued(input)).toEqual([]);
      },
    );

    it.concurrent(
      'that are there by the time of a retry, though Layers had released none, are not made twice',
      async () => {
        const { input, accounts } = await withAccounts(1);
        const handle = await stack.start({ ...input, social: { socialAccountIds: accounts } });
        const { ids } = await untilStatus(handle, underReview);
        const container = stack.sandbox.state.containers[ids.containerId!]!;
        container.approvalStatus = 'pending';
        const id = `held-${customerOf(input)}`;
        const match = { method: 'POST', path: '/approve$' };
        await bend(stack.sandbox, customerOf(input), { id, match, times: 1, action: { kind: 'hold' } });
        await approve(handle);
        const isHeld = async (): Promise<boolean> =>
          requests(stack.sandbox, 'POST', /approve$/).some(
            ({ path, wire }) => path.includes(ids.containerId!) && wire === 'open',
          );
        await until(isHeld);
        const { scheduledFor } = container.stash[0]!;
        // Somebody has approved it at Layers meanwhile, which has not released it yet.
        Object.assign(container, { approvalStatus: 'approved', stash: [] });
        await endFault(id);
        await untilBlocked(handle, 'schedule', 'BlockedOnApproval');
        await partner(stack.sandbox, 'POST', `/v1/content/${ids.containerId}/schedule`, {
          scheduledFor: new Date(scheduledFor).toISOString(),
          targets: [{ socialAccountId: accounts[0], mode: 'publish' }],
        });
        await resolve(handle, { step: 'schedule', action: 'retry' });
        await handle.result();
        expect(queued(input)).toHaveLength(1);
      },
    );

    it.concurrent('that Layers kept back are not released by a skip when they would go out at once', async () => {
      const input = quickest({ schedule: { at: new Date(Date.now() + 8 * 60_000).toISOString() } });
      const accountId = await existingAccount(stack.sandbox, await existingProject(stack.sandbox, input.project));
      const id = `refused-${customerOf(input)}`;
      await bend(stack.sandbox, customerOf(input), ...approvalRefused(id));
      const handle = await stack.start({ ...input, social: { socialAccountIds: [accountId] } });
      const { ids } = await untilStatus(handle, underReview);
      const container = stack.sandbox.state.containers[ids.containerId!]!;
      container.approvalStatus = 'pending';
      await approve(handle);
      await untilBlocked(handle, 'schedule', 'FORBIDDEN_SCOPE');
      await skipTime(stack, handle, '4 minutes');
      await endFault(id);
      await resolve(handle, { step: 'schedule', action: 'skip', reason: 'too late' });
      await handle.result();
      expect(container.approvalStatus).toBe('rejected');
      expect(effects(stack.sandbox, 'post.created', customerOf(input))).toHaveLength(0);
    });

    it.concurrent('of another mode are no answer to a new one', async () => {
      const { input, accounts, handle } = await withUnknownPost();
      const targets = [{ socialAccountId: accounts[0]!, mode: 'draft' }];
      await resolve(handle, { step: 'schedule', action: 'retry', input: { targets } });
      await handle.result();
      const posts = effects(stack.sandbox, 'post.created', customerOf(input));
      const made = posts.map(({ id }) => stack.sandbox.state.posts[id]!);
      expect(made.map(({ status, target }) => [status, target.mode])).toEqual([
        ['canceled', 'publish'],
        ['queued', 'draft'],
      ]);
    });

    it.concurrent('on an account that was lost meanwhile are taken back when another takes its place', async () => {
      const input = quickest({ schedule: { at: nextWeek() }, social: { connect: [{ platform: 'tiktok' }] } });
      await bend(
        stack.sandbox,
        customerOf(input),
        {
          match: SCHEDULE,
          times: 1,
          action: { kind: 'answer', when: 'after', status: 500, code: 'INTERNAL', store: 'none' },
        },
        { match: SCHEDULE, after: 1, times: 1, action: { ...REFUSED, status: 422, code: 'VALIDATION' } },
      );
      const handle = await stack.start(input);
      await connect(handle);
      const { ids } = await untilStatus(handle, (now) => underReview(now) && stepOf(now, 'social').state === 'done');
      await approve(handle);
      await until(async () => queued(input).length === 1);
      await loseAccount(stack.sandbox, ids.socialAccountIds![0]!, 'disconnected');
      await untilStep(handle, 'social', 'waiting');
      await connect(handle);
      const { scheduledPosts } = await handle.result();
      expect(queued(input)).toMatchObject([{ account: scheduledPosts[0]!.socialAccountId }]);
    });
  });

  describe('jobs', () => {
    /** Waits for its content so briefly that a job which hangs is soon noticed. */
    const impatient = (): OnboardingInput => {
      const content = { earliest: '100ms', typical: '200ms', deadline: '600ms' };
      return quickest({ policy: { waits: { ...FAST_WAITS, content } } });
    };

    it.concurrent('are cancelled when an operator names another source for a remix that hangs', async () => {
      const input = impatient();
      await bend(
        stack.sandbox,
        customerOf(input),
        { match: REMIX, times: 1, action: { kind: 'job', outcome: 'stuck' } },
        { match: REMIX, after: 1, action: { kind: 'job', durationMs: 200 } },
      );
      const handle = await stack.start(input);
      await untilBlocked(handle, 'content', 'DeadlinePassed');
      await resolve(handle, { step: 'content', action: 'retry', input: { tiktokVideoId: OTHER_SOURCE } });
      await untilStatus(handle, underReview);
      expect(jobsOf(input, 'content_generate').toSorted()).toEqual(['canceled', 'completed']);
      expect((await statusOf(handle)).cleanup).toMatchObject([{ done: true }]);
      await handle.cancel();
    });

    it.concurrent('are cancelled also where nobody has heard of them', async () => {
      const input = quickest();
      const id = `refused-${customerOf(input)}`;
      await bend(
        stack.sandbox,
        customerOf(input),
        { match: REMIX, times: 1, action: { kind: 'job', durationMs: 600_000 } },
        { match: REMIX, times: 1, action: { kind: 'close', when: 'after' } },
        { id, match: REMIX, after: 1, action: REFUSED },
      );
      const handle = await stack.start(input);
      await untilBlocked(handle, 'content', 'UNAUTHENTICATED');
      await endFault(id);
      await resolve(handle, { step: 'content', action: 'retry', input: { tiktokVideoId: OTHER_SOURCE } });
      await untilStatus(handle, underReview);
      expect(jobsOf(input, 'content_generate').toSorted()).toEqual(['canceled', 'completed']);
      await handle.cancel();
    });

    it.concurrent('of the keywords are cancelled when the onboarding goes on without them', async () => {
      const keywords = { earliest: '100ms', typical: '200ms', deadline: '700ms' };
      const input = quick({ policy: { waits: { ...FAST_WAITS, keywords } } });
      const stuck = { kind: 'job', job: 'keyword_refresh', outcome: 'stuck' } as const;
      await bend(
        stack.sandbox,
        customerOf(input),
        { match: { method: 'POST', path: '^/v1/projects$' }, action: stuck },
        { match: { method: 'POST', path: '/keywords/refresh$' }, action: stuck },
      );
      const handle = await stack.start(input);
      await untilStep(handle, 'keywords', 'skipped');
      expect(jobsOf(input, 'keyword_refresh')).toEqual(['canceled']);
      await handle.cancel();
    });

    it.concurrent('of a persona are cancelled when an operator asks for another one, which is then made', async () => {
      const input = quickest({ influencer: { create: { gender: 'female' } } });
      const id = `refused-${customerOf(input)}`;
      await bend(
        stack.sandbox,
        customerOf(input),
        { match: INFLUENCERS, times: 1, action: { kind: 'job', durationMs: 600_000 } },
        { match: INFLUENCERS, times: 1, action: { kind: 'close', when: 'after' } },
        { id, match: INFLUENCERS, after: 1, action: REFUSED },
      );
      const handle = await stack.start(input);
      await untilBlocked(handle, 'influencer', 'UNAUTHENTICATED');
      await endFault(id);
      await resolve(handle, { step: 'influencer', action: 'retry', input: { create: { gender: 'male' } } });
      const { ids } = await untilStatus(handle, underReview);
      expect(stack.sandbox.state.influencers[ids.influencerId!]!.gender).toBe('male');
      expect(jobsOf(input, 'influencer_create')).toEqual(['canceled', 'completed']);
      await handle.cancel();
    });

    it.concurrent('of a persona that are cancelled late make no third one', async () => {
      const influencer = { earliest: '100ms', typical: '200ms', deadline: '600ms' };
      const input = quickest({
        influencer: { create: { gender: 'female' } },
        policy: { waits: { ...FAST_WAITS, influencer } },
      });
      const details = { subcode: 'JOB_CANCEL_UNAVAILABLE' };
      await bend(
        stack.sandbox,
        customerOf(input),
        { match: INFLUENCERS, times: 1, action: { kind: 'job', outcome: 'stuck' } },
        { match: INFLUENCERS, after: 1, times: 1, action: { kind: 'job', durationMs: 1_000 } },
        { match: CANCEL_JOB, times: 1, action: { ...REFUSED, status: 409, code: 'CONFLICT', details } },
      );
      const handle = await stack.start(input);
      const first = await untilBlocked(handle, 'influencer', 'DeadlinePassed');
      await resolve(handle, { step: 'influencer', action: 'retry', input: { create: { gender: 'male' } } });
      await untilStatus(handle, ({ blocked }) => (blocked[0]?.since ?? first.since) !== first.since);
      await resolve(handle, { step: 'influencer', action: 'retry' });
      await untilStatus(handle, underReview);
      expect(jobsOf(input, 'influencer_create')).toEqual(['canceled', 'completed']);
      await handle.cancel();
    });

    it.concurrent(
      'that cannot be cancelled now hold up nothing, hide no review, and are tried again at the end',
      async () => {
        const input = impatient();
        const unavailable = {
          ...REFUSED,
          status: 409,
          code: 'CONFLICT',
          store: 'fault',
          details: { subcode: 'JOB_CANCEL_UNAVAILABLE' },
        } as const;
        await bend(
          stack.sandbox,
          customerOf(input),
          { match: REMIX, times: 1, action: { kind: 'job', outcome: 'stuck' } },
          { match: REMIX, after: 1, action: { kind: 'job', durationMs: 200 } },
          { match: CANCEL_JOB, times: 1, action: unavailable },
        );
        const handle = await stack.start(input);
        await untilBlocked(handle, 'content', 'DeadlinePassed');
        await resolve(handle, { step: 'content', action: 'retry', input: { tiktokVideoId: OTHER_SOURCE } });
        expect((await untilStatus(handle, underReview)).attention).toBe('reviewer');
        await approve(handle);
        await handle.result();
        expect(jobsOf(input, 'content_generate')).toEqual(['canceled', 'completed']);
        expect((await statusOf(handle)).cleanup).toMatchObject([{ done: true }]);
      },
    );

    it.concurrent('are cancelled also when a cancel comes while they are', async () => {
      const input = impatient();
      await bend(
        stack.sandbox,
        customerOf(input),
        { match: REMIX, times: 1, action: { kind: 'job', outcome: 'stuck' } },
        { match: CANCEL_JOB, times: 1, action: { kind: 'rate-limit', retryAfter: 3 } },
      );
      const handle = await stack.start(input);
      await untilBlocked(handle, 'content', 'DeadlinePassed');
      await resolve(handle, { step: 'content', action: 'retry', input: { tiktokVideoId: OTHER_SOURCE } });
      const isPaused = async (): Promise<boolean> =>
        ((await handle.describe()).raw.pendingActivities ?? []).some(
          ({ activityType, attempt }) => activityType?.name === 'cancelJob' && attempt === 2,
        );
      await until(isPaused);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      expect(jobsOf(input, 'content_generate')).toEqual(['canceled']);
    });
  });

  it('says which job it could not cancel, because only another API key can tell which it is', async () => {
    const organizationId = 'org_suite';
    const keys = ['one', 'two'].map((name) => ({ key: `lp_test_${name}`, apiKeyId: `key_${name}`, organizationId }));
    const rotated = await openStack({ worker: false, sandbox: { keys } });
    try {
      const worker = await rotated.startWorker({ apiKey: 'lp_test_one' });
      const input = quickest();
      await bend(
        rotated.sandbox,
        customerOf(input),
        { match: REMIX, action: { kind: 'job', durationMs: 600_000 } },
        { match: { ...REMIX, apiKeyId: 'key_one' }, action: { kind: 'close', when: 'after' } },
      );
      const handle = await rotated.start(input);
      await until(async () => effects(rotated.sandbox, 'content.created', customerOf(input)).length === 1);
      await worker.shutdown();
      await rotated.startWorker({ apiKey: 'lp_test_two' });
      const { ids } = await untilStep(handle, 'content', 'waiting');
      await handle.cancel();
      await handle.result().catch(() => undefined);
      const { cleanup, attention } = await statusOf(handle);
      expect(cleanup).toMatchObject([{ done: false, error: expect.stringContaining(ids.containerId!) }]);
      expect(attention).toBe('operator');
      expect(effects(rotated.sandbox, 'content.created', customerOf(input))).toHaveLength(1);
    } finally {
      await rotated.close();
    }
  });
});
