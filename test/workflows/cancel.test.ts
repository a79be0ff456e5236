import { CancelledFailure, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { approve as approveSignal, reject } from '../../src/contract/messages';
import { SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import type { OnboardingInput } from '../../src/contract/input';
import type { OnboardingStatus } from '../../src/contract/status';
import type { Rule } from '../../src/sandbox';
import { effects, requests, underReview, until, untilStatus, withStack } from '../support/environment';
import { acmeCoffee, nextWeek } from '../support/inputs';
import { approve, authorize, connect, decide } from '../support/people';
import { failureOf, statusOf, stepOf, untilBlocked, untilReview, untilStep } from '../support/status';
import { bend, customerOf, existingProject, quickest, stopFault, toConnect, withAccounts } from '../support/steering';

/** Wherever a cancel comes: nothing is published, what costs is stopped, and what could not be undone stays visible. */
describe('cancelling', () => {
  const stack = withStack();

  /** Sends the cancel and waits for the end. */
  async function cancelled(handle: WorkflowHandle): Promise<OnboardingStatus> {
    await handle.cancel();
    const error: unknown = await handle.result().then(
      () => null,
      (rejection: unknown) => rejection,
    );
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    const status = await statusOf(handle);
    expect(status).toMatchObject({ stage: 'finished', blocked: [] });
    expect(status.steps.filter(({ state }) => ['running', 'waiting', 'blocked'].includes(state))).toEqual([]);
    return status;
  }

  const done = (input: OnboardingInput, effect: string) => effects(stack.sandbox, effect, customerOf(input));
  const bent = (input: OnboardingInput, ...rules: Rule[]) => bend(stack.sandbox, customerOf(input), ...rules);
  const REMIX = { method: 'POST', path: '/slideshow-remix$' };
  const SCHEDULE = { method: 'POST', path: '/schedule$' };
  const archiving = { ...acmeCoffee().policy, onCancel: 'archive' as const };

  /** Until the request has arrived, or been answered so often. */
  const arrived = (input: OnboardingInput, what: RegExp, wire: string): Promise<unknown> =>
    until(async () => {
      const projects = done(input, 'project.created').map(({ projectId }) => projectId!);
      const containers = done(input, 'content.created').map(({ id }) => id);
      return requests(stack.sandbox, 'POST', what).some(
        (entry) => entry.wire === wire && [...projects, ...containers].some((id) => entry.path.includes(id)),
      );
    });

  it.concurrent('a cancel while preparing stops the persona that is being made, and keeps the project', async () => {
    const input = quickest({ influencer: { create: {} } });
    await bent(input, {
      match: { method: 'POST', path: '/influencers$' },
      action: { kind: 'job', durationMs: 60_000 },
    });
    const handle = await stack.start(input);
    await until(async () =>
      done(input, 'job.started').some(({ data }) => data!.kind === 'influencer_create' && !data!.hidden),
    );
    await untilStep(handle, 'influencer', 'waiting');
    const { cleanup, steps } = await cancelled(handle);
    expect(cleanup).toEqual([
      { what: expect.stringMatching(/^cancel the running job job_\w+ \(influencer\)$/), done: true },
    ]);
    expect(done(input, 'job.canceled')).toHaveLength(1);
    expect(done(input, 'project.archived')).toHaveLength(0);
    expect(steps.find(({ step }) => step === 'influencer')).toMatchObject({ state: 'failed', fact: 'stopped here' });
    expect(steps.find(({ step }) => step === 'review')!.state).toBe('pending');
  });

  it.concurrent('a cancel while the slideshow is made stops its job', async () => {
    const input = quickest();
    await bent(input, { match: REMIX, action: { kind: 'job', durationMs: 60_000 } });
    const handle = await stack.start(input);
    await untilStep(handle, 'content', 'waiting');
    const { cleanup, ids } = await cancelled(handle);
    expect(cleanup).toEqual([{ what: `cancel the running job ${ids.jobId} (slideshow)`, done: true }]);
    expect(done(input, 'job.canceled').map(({ id }) => id)).toEqual([ids.jobId]);
    expect(done(input, 'content.canceled')).toHaveLength(1);
  });

  it.concurrent(
    'a cancel under review, or while the customer or an operator is waited for, undoes nothing and ends every question',
    async () => {
      const social = { social: { connect: [{ platform: 'tiktok' as const }] }, schedule: { at: nextWeek() } };
      const blocking = quickest();
      await bent(blocking, { match: REMIX, action: { kind: 'answer', status: 402, code: 'BILLING_EXHAUSTED' } });
      const inputs = [quickest(), quickest(social), blocking];
      const [review, customer, blocked] = await Promise.all(inputs.map((input) => stack.start(input)));
      await Promise.all([untilReview(review!), untilReview(customer!), untilBlocked(blocked!, 'content')]);
      await approve(customer!);
      await untilStatus(customer!, ({ attention }) => attention === 'customer');
      for (const handle of [review!, customer!, blocked!]) {
        const status = await cancelled(handle);
        expect(status).toMatchObject({ cleanup: [], attention: 'none', choices: null });
        const shown = (await handle.describe()).typedSearchAttributes;
        expect(shown.get(SEARCH_ATTRIBUTES.stage)).toBe('finished');
        expect(shown.get(SEARCH_ATTRIBUTES.attention)).toEqual(['none']);
        expect(shown.get(SEARCH_ATTRIBUTES.errorCode) ?? []).toEqual([]);
        expect(shown.get(SEARCH_ATTRIBUTES.waitingSince)).toBeUndefined();
      }
      for (const input of inputs) expect(done(input, 'post.created')).toHaveLength(0);
    },
  );

  it.concurrent('a cancel while the post is being scheduled takes it back, though Layers accepts it', async () => {
    const { input } = await withAccounts(stack.sandbox);
    await bent(input, { match: SCHEDULE, action: { kind: 'delay', ms: 1_000, when: 'during' } });
    const handle = await stack.start(input);
    await approve(handle);
    await arrived(input, /schedule$/, 'open');
    const { cleanup, ids } = await cancelled(handle);
    const [post] = done(input, 'post.created');
    expect(cleanup).toEqual([{ what: `cancel the scheduled post ${post!.id}`, done: true }]);
    expect(done(input, 'post.canceled').map(({ id }) => id)).toEqual([post!.id]);
    expect(ids.scheduledPostIds).toEqual([post!.id]);
    expect((await handle.describe()).typedSearchAttributes.get(SEARCH_ATTRIBUTES.scheduledFor)).toBeUndefined();
  });

  it.concurrent('a cancel after a schedule call without an answer looks for its post and takes it back', async () => {
    const { input } = await withAccounts(stack.sandbox);
    await bent(input, { match: SCHEDULE, action: { kind: 'close', when: 'after' } });
    const handle = await stack.start(input);
    await approve(handle);
    await arrived(input, /schedule$/, 'closed');
    const { cleanup } = await cancelled(handle);
    const [post] = done(input, 'post.created');
    expect(cleanup.map(({ what, done: ok }) => [what.replace(/ at .*Z/, ''), ok])).toEqual([
      ['see whether Layers keeps a post back', true],
      ['look for posts, since scheduling them got no clear answer', true],
      [`cancel the scheduled post ${post!.id}`, true],
    ]);
    expect(done(input, 'post.canceled').map(({ id }) => id)).toEqual([post!.id]);
  });

  it.concurrent('a cancel after a remix call without an answer looks for its job and stops it', async () => {
    const input = quickest();
    await bent(
      input,
      { match: REMIX, action: { kind: 'job', durationMs: 60_000 } },
      { match: REMIX, times: 1, action: { kind: 'close', when: 'after' } },
    );
    const handle = await stack.start(input);
    await arrived(input, /slideshow-remix$/, 'closed');
    const { cleanup } = await cancelled(handle);
    expect(cleanup).toEqual([
      { what: 'look for the job of the slideshow, since starting it got no answer', done: true },
    ]);
    expect(done(input, 'content.created')).toHaveLength(1);
    expect(done(input, 'content.canceled')).toHaveLength(1);
  });

  it.concurrent('a cancel after a remix call that never took effect starts nothing', async () => {
    const input = quickest();
    await bent(input, { match: REMIX, action: { kind: 'close', when: 'before' } });
    const handle = await stack.start(input);
    await untilStep(handle, 'content', 'running');
    await arrived(input, /slideshow-remix$/, 'closed');
    const { cleanup } = await cancelled(handle);
    expect(cleanup).toMatchObject([{ done: true }]);
    expect(done(input, 'content.created')).toHaveLength(0);
  });

  const withHints = () => quickest({ influencer: { create: { gender: 'female' } } });
  const INFLUENCERS = { method: 'POST', path: '/influencers$' };
  const personas = (input: OnboardingInput): number =>
    done(input, 'job.started').filter(({ data }) => data!.kind === 'influencer_create' && !data!.hidden).length;

  it.concurrent('a cancel after an influencer call without an answer looks for its job and stops it', async () => {
    const input = withHints();
    await bent(
      input,
      { match: INFLUENCERS, action: { kind: 'job', durationMs: 60_000 } },
      { match: INFLUENCERS, times: 1, action: { kind: 'close', when: 'after' } },
    );
    const handle = await stack.start(input);
    await arrived(input, /influencers$/, 'closed');
    const { cleanup } = await cancelled(handle);
    expect(cleanup).toEqual([
      { what: 'look for the job of the influencer, since starting it got no answer', done: true },
    ]);
    expect(personas(input)).toBe(1);
    expect(done(input, 'job.canceled')).toHaveLength(1);
  });

  it.concurrent(
    'a cancel after an influencer call that never took effect does not take the automatic one for it',
    async () => {
      const input = withHints();
      await bent(input, { match: INFLUENCERS, action: { kind: 'close', when: 'before' } });
      const handle = await stack.start(input);
      await arrived(input, /influencers$/, 'closed');
      const { cleanup } = await cancelled(handle);
      expect(cleanup).toMatchObject([{ done: true }]);
      expect(personas(input)).toBe(0);
    },
  );

  it.concurrent(
    'a cancel after a refresh of the keywords without an answer stops its job, which no list shows',
    async () => {
      const waits = { ...acmeCoffee().policy?.waits };
      const input = acmeCoffee({
        appMedia: [],
        policy: { waits: { ...waits, keywords: { earliest: '100ms', typical: '200ms', deadline: '700ms' } } },
      });
      await bent(
        input,
        {
          match: { method: 'POST', path: '^/v1/projects$' },
          action: { kind: 'job', job: 'keyword_refresh', outcome: 'stuck' },
        },
        { match: { method: 'POST', path: '/keywords/refresh$' }, action: { kind: 'job', durationMs: 60_000 } },
        { match: { method: 'POST', path: '/keywords/refresh$' }, times: 1, action: { kind: 'close', when: 'after' } },
      );
      const handle = await stack.start(input);
      await arrived(input, /keywords\/refresh$/, 'closed');
      const { cleanup } = await cancelled(handle);
      expect(cleanup).toContainEqual({
        what: 'look for the job of the keyword bank, since starting it got no answer',
        done: true,
      });
      const refreshes = done(input, 'job.started').filter(
        ({ data }) => data!.kind === 'keyword_refresh' && !data!.hidden,
      );
      expect(refreshes).toHaveLength(1);
      expect(done(input, 'job.canceled').map(({ id }) => id)).toContain(refreshes[0]!.id);
    },
  );

  it.concurrent('a cancel takes back a post that Layers kept back, whether its approval landed or not', async () => {
    for (const when of ['before', 'after'] as const) {
      const { input } = await withAccounts(stack.sandbox);
      await bent(input, { match: { method: 'POST', path: '/approve$' }, action: { kind: 'close', when } });
      const handle = await stack.start(input);
      const { ids } = await untilReview(handle);
      const container = stack.sandbox.state.containers[ids.containerId!]!;
      container.approvalStatus = 'pending';
      await approve(handle);
      await arrived(input, /approve$/, 'closed');
      expect(done(input, 'schedule.stashed')).toHaveLength(1);
      const { cleanup } = await cancelled(handle);
      expect(cleanup[0]).toEqual({ what: 'reject the content, since Layers keeps its post back', done: true });
      const posts = done(input, 'post.created').map(({ id }) => id);
      expect(posts).toHaveLength(when === 'after' ? 1 : 0);
      expect(done(input, 'post.canceled').map(({ id }) => id)).toEqual(posts);
      expect(container.approvalStatus).toBe(when === 'after' ? 'approved' : 'rejected');
    }
  });

  it.concurrent(
    'a cancel archives the project by policy, if this onboarding created it, also when the create got no answer',
    async () => {
      const [own, lost, adopted] = [
        quickest({ policy: archiving }),
        quickest({ policy: archiving }),
        quickest({ policy: archiving }),
      ];
      await bent(lost, { match: { method: 'POST', path: '^/v1/projects$' }, action: { kind: 'close', when: 'after' } });
      await existingProject(stack.sandbox, adopted.project);
      const handles = await Promise.all([own, lost, adopted].map((input) => stack.start(input)));
      await Promise.all([
        untilStatus(handles[0]!, underReview),
        until(async () => done(lost, 'project.created').length === 1),
        untilStatus(handles[2]!, underReview),
      ]);
      const [ofOwn, ofLost, ofAdopted] = await Promise.all(handles.map(cancelled));
      expect(ofOwn!.cleanup).toEqual([{ what: `archive the project ${ofOwn!.ids.projectId}`, done: true }]);
      expect(ofLost!.cleanup.map(({ what }) => what)).toEqual([
        'look for the project that this onboarding may have created',
        `archive the project ${done(lost, 'project.created')[0]!.id}`,
      ]);
      expect(ofAdopted!.cleanup).toEqual([]);
      expect([own, lost, adopted].map((input) => done(input, 'project.archived').length)).toEqual([1, 1, 0]);
    },
  );

  it.concurrent('a cancel archives no project that the partner made while creating it was refused', async () => {
    const input = quickest({ policy: archiving });
    const id = `refused-${customerOf(input)}`;
    await bent(input, {
      id,
      match: { method: 'POST', path: '^/v1/projects$' },
      action: { kind: 'answer', status: 422, code: 'VALIDATION', store: 'none' },
    });
    const handle = await stack.start(input);
    await untilBlocked(handle, 'project', 'VALIDATION');
    await stopFault(stack.sandbox, id);
    await existingProject(stack.sandbox, input.project);
    expect((await cancelled(handle)).cleanup).toEqual([]);
    expect(done(input, 'project.archived')).toHaveLength(0);
  });

  it.concurrent(
    'a cancel archives the onboarding’s own project, though the answer was lost and then said to be a conflict',
    async () => {
      const input = quickest({ policy: archiving });
      await bent(input, {
        match: { method: 'POST', path: '^/v1/projects$' },
        times: 1,
        action: { kind: 'answer', when: 'after', status: 500, code: 'INTERNAL', store: 'none' },
      });
      const handle = await stack.start(input);
      await untilReview(handle);
      await cancelled(handle);
      expect(done(input, 'project.archived')).toHaveLength(1);
    },
  );

  it.concurrent('a cancel shows what could not be undone, and undoes the rest', async () => {
    const input = quickest({ policy: archiving });
    await bent(
      input,
      { match: REMIX, action: { kind: 'job', durationMs: 60_000 } },
      {
        match: { method: 'POST', path: '/cancel$' },
        action: { kind: 'answer', status: 403, code: 'FORBIDDEN_SCOPE', details: { requiredScope: 'jobs:cancel' } },
      },
    );
    const handle = await stack.start(input);
    await untilStep(handle, 'content', 'waiting');
    const { cleanup, attention, ids } = await cancelled(handle);
    expect(cleanup).toEqual([
      {
        what: `cancel the running job ${ids.jobId} (slideshow)`,
        done: false,
        error: 'FORBIDDEN_SCOPE: The API key lacks the scope jobs:cancel.',
      },
      { what: `archive the project ${ids.projectId}`, done: true },
    ]);
    expect(attention).toBe('operator');
    const shown = (await handle.describe()).typedSearchAttributes;
    expect(shown.get(SEARCH_ATTRIBUTES.errorCode)).toEqual(['CLEANUP_FAILED']);
    expect(shown.get(SEARCH_ATTRIBUTES.attention)).toContain('operator');
  });

  it.concurrent('a cancel leaves nothing to decide while it cleans up', async () => {
    const input = quickest({ policy: archiving });
    const id = `away-${customerOf(input)}`;
    await bent(input, {
      id,
      match: { method: 'DELETE', path: '^/v1/projects/' },
      action: { kind: 'answer', status: 503, code: 'INTERNAL' },
    });
    const handle = await stack.start(input);
    await untilReview(handle);
    await handle.cancel();
    await untilStep(handle, 'review', 'failed');
    expect(await failureOf(decide(handle))).toMatchObject({ type: 'NothingUnderReview' });
    await handle.signal(approveSignal, { reviewer: 'maria' });
    const { notes, attention } = await untilStatus(handle, ({ notes: noted }) => noted.length > 0);
    expect(notes).toEqual(['Ignored the signal approve: the onboarding has been stopped.']);
    expect(attention).toBe('none');
    await stopFault(stack.sandbox, id);
    await handle.result().catch(() => undefined);
    expect((await statusOf(handle)).review!.decision).toBeUndefined();
  });

  it.concurrent('a cancel ends promptly with an update in flight, and so does every other end', async () => {
    const flows = await Promise.all(
      [0, 1].map(async () => {
        const input = toConnect();
        // The page cannot be had for now, which is tried again and again.
        await bent(input, {
          match: { method: 'POST', path: '/oauth-url$' },
          action: { kind: 'answer', status: 503, code: 'INTERNAL' },
        });
        const handle = await stack.start(input);
        const { ids } = await untilReview(handle);
        const asking = authorize(handle).catch((error: unknown) => error);
        await until(async () =>
          requests(stack.sandbox, 'POST', /oauth-url$/).some(
            ({ path, status }) => status === 503 && path.includes(ids.projectId!),
          ),
        );
        return { handle, asking };
      }),
    );
    const [stopped, rejected] = flows as [(typeof flows)[0], (typeof flows)[0]];
    const before = Date.now();
    await rejected.handle.signal(reject, { reviewer: 'maria', reason: 'off brand' });
    expect(stepOf(await cancelled(stopped.handle), 'social').state).toBe('failed');
    expect(await rejected.handle.result()).toMatchObject({ outcome: 'rejected' });
    expect(Date.now() - before).toBeLessThan(6_000);
    for (const { asking } of flows) expect(await asking).toBeInstanceOf(Error);
  });

  it.concurrent(
    'a cancel is not stopped by a decision that is being checked, and a second cancel changes nothing',
    async () => {
      const input = toConnect();
      const handle = await stack.start(input);
      await connect(handle);
      await untilReview(handle);
      const deciding = decide(handle, { scheduleAt: nextWeek() }).catch((error: unknown) => error);
      await Promise.all([handle.cancel(), handle.cancel()]);
      await deciding;
      await cancelled(handle);
      expect(done(input, 'post.created').length).toBe(done(input, 'post.canceled').length);
    },
  );
});
