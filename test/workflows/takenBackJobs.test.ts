import type { OnboardingInput } from '../../src/contract/input';
import { effects, openStack, until, withStack } from '../support/environment';
import { FAST_WAITS, impatient } from '../support/inputs';
import { jobsOf } from '../support/left';
import { approve, retry } from '../support/people';
import { statusOf, untilBlocked, untilReview, untilStep } from '../support/status';
import { bend, customerOf, OTHER_SOURCE, quick, quickest, stopFault } from '../support/steering';

const REMIX = { method: 'POST', path: '/slideshow-remix$' };
const INFLUENCERS = { method: 'POST', path: '/influencers$' };
const CANCEL_JOB = { method: 'POST', path: '^/v1/jobs/.*/cancel$' };
const REFUSED = { kind: 'answer', status: 401, code: 'UNAUTHENTICATED', store: 'none' } as const;

/** Jobs that an onboarding has started, and whose outcome is not wanted any more. */
describe('jobs that are taken back', () => {
  const stack = withStack();

  const remixes = (input: OnboardingInput): string[] => jobsOf(stack.sandbox, customerOf(input), 'content_generate');
  const personas = (input: OnboardingInput): string[] => jobsOf(stack.sandbox, customerOf(input), 'influencer_create');

  it.concurrent('the job of a remix that hangs is cancelled when an operator names another source', async () => {
    const input = quickest({ policy: impatient('content') });
    await bend(
      stack.sandbox,
      customerOf(input),
      { match: REMIX, times: 1, action: { kind: 'job', outcome: 'stuck' } },
      { match: REMIX, after: 1, action: { kind: 'job', durationMs: 200 } },
    );
    const handle = await stack.start(input);
    await untilBlocked(handle, 'content', 'DeadlinePassed');
    await retry(handle, 'content', { tiktokVideoId: OTHER_SOURCE });
    await untilReview(handle);
    expect(remixes(input).toSorted()).toEqual(['canceled', 'completed']);
    expect((await statusOf(handle)).cleanup).toMatchObject([{ done: true }]);
    await handle.cancel();
  });

  it.concurrent(
    'the job of a remix whose answer was lost is cancelled when an operator names another source',
    async () => {
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
      await stopFault(stack.sandbox, id);
      await retry(handle, 'content', { tiktokVideoId: OTHER_SOURCE });
      await untilReview(handle);
      expect(remixes(input).toSorted()).toEqual(['canceled', 'completed']);
      await handle.cancel();
    },
  );

  it.concurrent('the job of the keywords is cancelled when the onboarding goes on without them', async () => {
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
    expect(jobsOf(stack.sandbox, customerOf(input), 'keyword_refresh')).toEqual(['canceled']);
    await handle.cancel();
  });

  it.concurrent(
    'the job of a persona is cancelled when an operator asks for another one, which is then made',
    async () => {
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
      await stopFault(stack.sandbox, id);
      await retry(handle, 'influencer', { create: { gender: 'male' } });
      const { ids } = await untilReview(handle);
      expect(stack.sandbox.state.influencers[ids.influencerId!]!.gender).toBe('male');
      expect(personas(input)).toEqual(['canceled', 'completed']);
      await handle.cancel();
    },
  );

  it.concurrent('the job of a persona that is cancelled late makes no third one', async () => {
    const input = quickest({ influencer: { create: { gender: 'female' } }, policy: impatient('influencer') });
    const details = { subcode: 'JOB_CANCEL_UNAVAILABLE' };
    await bend(
      stack.sandbox,
      customerOf(input),
      { match: INFLUENCERS, times: 1, action: { kind: 'job', outcome: 'stuck' } },
      { match: INFLUENCERS, after: 1, times: 1, action: { kind: 'job', durationMs: 3_000 } },
      { match: CANCEL_JOB, times: 1, action: { ...REFUSED, status: 409, code: 'CONFLICT', details } },
    );
    const handle = await stack.start(input);
    const first = await untilBlocked(handle, 'influencer', 'DeadlinePassed');
    await retry(handle, 'influencer', { create: { gender: 'male' } });
    // The job outlasts one wait, and on a busy machine perhaps another.
    let last = first.since;
    await until(async () => {
      const { blocked, stage } = await statusOf(handle);
      const since = blocked[0]?.since;
      if (since !== undefined && since !== last) {
        last = since;
        await retry(handle, 'influencer');
      }
      return stage === 'review';
    });
    expect(last).not.toBe(first.since);
    expect(personas(input)).toEqual(['canceled', 'completed']);
    await handle.cancel();
  });

  it.concurrent(
    'a job that cannot be cancelled now holds up nothing, hides no review, and is cancelled at the end',
    async () => {
      const input = quickest({ policy: impatient('content') });
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
      await retry(handle, 'content', { tiktokVideoId: OTHER_SOURCE });
      expect((await untilReview(handle)).attention).toBe('reviewer');
      await approve(handle);
      await handle.result();
      expect(remixes(input)).toEqual(['canceled', 'completed']);
      expect((await statusOf(handle)).cleanup).toMatchObject([{ done: true }]);
    },
  );

  it.concurrent('a job is cancelled also when the onboarding is cancelled in the midst of that', async () => {
    const input = quickest({ policy: impatient('content') });
    await bend(
      stack.sandbox,
      customerOf(input),
      { match: REMIX, times: 1, action: { kind: 'job', outcome: 'stuck' } },
      { match: CANCEL_JOB, times: 1, action: { kind: 'rate-limit', retryAfter: 3 } },
    );
    const handle = await stack.start(input);
    await untilBlocked(handle, 'content', 'DeadlinePassed');
    await retry(handle, 'content', { tiktokVideoId: OTHER_SOURCE });
    const isPaused = async (): Promise<boolean> =>
      ((await handle.describe()).raw.pendingActivities ?? []).some(
        ({ activityType, attempt }) => activityType?.name === 'cancelJob' && attempt === 2,
      );
    await until(isPaused);
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect(remixes(input)).toEqual(['canceled']);
  });

  it('clean-up says which job it could not cancel, because only another API key can tell which it is', async () => {
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
