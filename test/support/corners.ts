import type { WorkflowHandle } from '@temporalio/client';
import type { OnboardingInput } from '../../src/contract/input';
import type { Rule } from '../../src/sandbox';
import { effects, openStack, underReview, until, untilStatus, type Stack } from './environment';
import { FAST_WAITS, nextWeek } from './inputs';
import { decide, ended, resolve } from './outcomes';
import {
  bend,
  customerOf,
  existingAccount,
  existingProject,
  quickest,
  resetToBeginning,
  stopFault,
  untilBlocked,
} from './steering';

const REMIX = { method: 'POST', path: '/slideshow-remix$' };
const SCHEDULE = { method: 'POST', path: '/schedule$' };
const REFUSED = { kind: 'answer', status: 401, code: 'UNAUTHENTICATED', store: 'none' } as const;
const OTHER_SOURCE = '7301234567890123458';

/**
 * One onboarding per way in which what Layers did is in doubt, or is no longer wanted, run to its end on a stack. Tests of
 * the same names in words say what must come of each; here they are recorded.
 */
export const CORNERS: Record<string, (stack: Stack) => Promise<WorkflowHandle>> = {
  /** The answer of the remix is lost and the next try refused: the operator's retry finds what the first one made. */
  async 'lost-then-found'(stack) {
    const input = quickest();
    const id = `later-${customerOf(input)}`;
    await bend(
      stack.sandbox,
      customerOf(input),
      { match: REMIX, times: 1, action: { kind: 'close', when: 'after' } },
      { id, match: REMIX, after: 1, action: { ...REFUSED, status: 402, code: 'BILLING_EXHAUSTED' } },
    );
    const handle = await stack.start(input);
    await untilBlocked(handle, 'content', 'BILLING_EXHAUSTED');
    await stopFault(stack.sandbox, id);
    await resolve(handle, 'content', { action: 'retry' });
    await decide(handle, { decision: 'approve' });
    return ended(handle);
  },

  async 'held-then-skipped'(stack) {
    const handle = await withHeldPost(stack, approvalRefused);
    await resolve(handle, 'schedule', { action: 'skip', reason: 'posts it by hand' });
    return ended(handle);
  },

  async 'held-then-moved'(stack) {
    const handle = await withHeldPost(stack, approvalRefused);
    await resolve(handle, 'schedule', { action: 'retry', input: { at: later() } });
    return ended(handle);
  },

  /** The same, and the onboarding has never heard that Layers holds the post. */
  async 'held-unheard-then-moved'(stack) {
    const handle = await withHeldPost(stack, answerLost);
    await resolve(handle, 'schedule', { action: 'retry', input: { at: later() } });
    return ended(handle);
  },

  /** The job of a persona runs past its deadline, and an operator asks for another persona. */
  async 'persona-replaced'(stack) {
    const influencer = { earliest: '100ms', typical: '200ms', deadline: '600ms' };
    const input = quickest({
      influencer: { create: { gender: 'female' } },
      policy: { waits: { ...FAST_WAITS, influencer } },
    });
    await bend(stack.sandbox, customerOf(input), {
      match: { method: 'POST', path: '/influencers$' },
      times: 1,
      action: { kind: 'job', outcome: 'stuck' },
    });
    const handle = await stack.start(input);
    await resolve(handle, 'influencer', { action: 'retry', input: { create: { gender: 'male' } } });
    await decide(handle, { decision: 'approve' });
    return ended(handle);
  },

  /** A remix hangs past its deadline, and an operator names another source. */
  async 'source-replaced'(stack) {
    const content = { earliest: '100ms', typical: '200ms', deadline: '600ms' };
    const input = quickest({ policy: { waits: { ...FAST_WAITS, content } } });
    await bend(
      stack.sandbox,
      customerOf(input),
      { match: REMIX, times: 1, action: { kind: 'job', outcome: 'stuck' } },
      { match: REMIX, after: 1, action: { kind: 'job', durationMs: 200 } },
    );
    const handle = await stack.start(input);
    await resolve(handle, 'content', { action: 'retry', input: { tiktokVideoId: OTHER_SOURCE } });
    await decide(handle, { decision: 'approve' });
    return ended(handle);
  },

  /** Reset to the first task after its post was scheduled, and then cancelled: the history is that of the second run. */
  async 'reset-then-cancelled'(stack) {
    const handle = await stack.start(await withAccount(stack));
    await decide(handle, { decision: 'approve' });
    await ended(handle);
    const again = await resetToBeginning(stack, handle);
    await untilStatus(again, underReview);
    await again.cancel();
    return ended(again);
  },

  /** The worker comes back with another API key while the remix of the old one has no answer. */
  async 'key-rotated'({ client }) {
    const organizationId = 'org_suite';
    const keys = ['one', 'two'].map((name) => ({ key: `lp_test_${name}`, apiKeyId: `key_${name}`, organizationId }));
    const stack = await openStack({ worker: false, sandbox: { keys } });
    try {
      const worker = await stack.startWorker({ apiKey: 'lp_test_one' });
      const input = quickest();
      await bend(stack.sandbox, customerOf(input), {
        match: { ...REMIX, apiKeyId: 'key_one' },
        action: { kind: 'close', when: 'after' },
      });
      const handle = await stack.start(input);
      await until(async () => effects(stack.sandbox, 'content.created', customerOf(input)).length === 1);
      await worker.shutdown();
      await stack.startWorker({ apiKey: 'lp_test_two' });
      await decide(handle, { decision: 'approve' });
      const { workflowId } = await ended(handle);
      return client.workflow.getHandle(workflowId);
    } finally {
      await stack.close();
    }
  },

  /** The reviewer asks for another persona: a second round with the same source. */
  async 'persona-requested'(stack) {
    const handle = await stack.start(quickest());
    const influencer = { create: { prompt: 'a barista in her forties' } };
    await decide(handle, { decision: 'requestChanges', comment: 'Not her.', influencer });
    await decide(handle, { decision: 'approve' }, 1);
    return ended(handle);
  },
};

const later = (): string => nextWeek().replace('T09', 'T11');

async function withAccount({ sandbox }: Stack): Promise<OnboardingInput> {
  const input = quickest({ schedule: { at: nextWeek() } });
  const accountId = await existingAccount(sandbox, await existingProject(sandbox, input.project));
  return { ...input, social: { socialAccountIds: [accountId] } };
}

/** Approved, while Layers holds the post until the content is approved there too; blocked, and the cause is mended. */
async function withHeldPost(stack: Stack, rules: (id: string) => Rule[]): Promise<WorkflowHandle> {
  const input = await withAccount(stack);
  const id = `refused-${customerOf(input)}`;
  await bend(stack.sandbox, customerOf(input), ...rules(id));
  const handle = await stack.start(input);
  const { ids } = await untilStatus(handle, underReview);
  stack.sandbox.state.containers[ids.containerId!]!.approvalStatus = 'pending';
  await decide(handle, { decision: 'approve' });
  await untilBlocked(handle, 'schedule');
  await stopFault(stack.sandbox, id);
  return handle;
}

const approvalRefused = (id: string): Rule[] => [
  { id, match: { method: 'POST', path: '/approve$' }, action: { ...REFUSED, status: 403, code: 'FORBIDDEN_SCOPE' } },
];
const answerLost = (id: string): Rule[] => [
  { match: SCHEDULE, times: 1, action: { kind: 'close', when: 'after' } },
  { id, match: SCHEDULE, after: 1, action: REFUSED },
];
