import type { WorkflowHandle } from '@temporalio/client';
import { effects, openStack, until, type Stack } from './environment';
import { acmeCoffee, impatient, nextWeek } from './inputs';
import { ANSWER_LOST, APPROVAL_REFUSED, keptBack } from './keptBack';
import { ended } from './outcomes';
import { approve, askForChanges, retry, skip } from './people';
import { untilBlocked, untilReview } from './status';
import { bend, customerOf, OTHER_SOURCE, quickest, resetToBeginning, stopFault, withAccounts } from './steering';

const REMIX = { method: 'POST', path: '/slideshow-remix$' };

/**
 * One onboarding per way in which what Layers did is in doubt, or is no longer wanted, run to its end on a stack. What
 * must come of each is tested elsewhere; here they are recorded.
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
      { id, match: REMIX, after: 1, action: { kind: 'answer', status: 402, code: 'BILLING_EXHAUSTED', store: 'none' } },
    );
    const handle = await stack.start(input);
    await untilBlocked(handle, 'content', 'BILLING_EXHAUSTED');
    await stopFault(stack.sandbox, id);
    await retry(handle, 'content');
    await approve(handle);
    return ended(handle);
  },

  async 'held-then-skipped'(stack) {
    const { handle, mend } = await keptBack(stack, APPROVAL_REFUSED);
    await mend();
    await skip(handle, 'schedule', 'posts it by hand');
    return ended(handle);
  },

  async 'held-then-moved'(stack) {
    const { handle, mend } = await keptBack(stack, APPROVAL_REFUSED);
    await mend();
    await retry(handle, 'schedule', { at: later() });
    return ended(handle);
  },

  /** The same, and the onboarding has never heard that Layers keeps the post back. */
  async 'held-unheard-then-moved'(stack) {
    const { handle, mend } = await keptBack(stack, ANSWER_LOST);
    await mend();
    await retry(handle, 'schedule', { at: later() });
    return ended(handle);
  },

  /** The job of a persona runs past its deadline, and an operator asks for another persona. */
  async 'persona-replaced'(stack) {
    const input = quickest({ influencer: { create: { gender: 'female' } }, policy: impatient('influencer') });
    await bend(stack.sandbox, customerOf(input), {
      match: { method: 'POST', path: '/influencers$' },
      times: 1,
      action: { kind: 'job', outcome: 'stuck' },
    });
    const handle = await stack.start(input);
    await retry(handle, 'influencer', { create: { gender: 'male' } });
    await approve(handle);
    return ended(handle);
  },

  /** A remix hangs past its deadline, and an operator names another source. */
  async 'source-replaced'(stack) {
    const input = quickest({ policy: impatient('content') });
    await bend(
      stack.sandbox,
      customerOf(input),
      { match: REMIX, times: 1, action: { kind: 'job', outcome: 'stuck' } },
      { match: REMIX, after: 1, action: { kind: 'job', durationMs: 200 } },
    );
    const handle = await stack.start(input);
    await retry(handle, 'content', { tiktokVideoId: OTHER_SOURCE });
    await approve(handle);
    return ended(handle);
  },

  /** Reset to the first task after its post was scheduled, and then cancelled: the history is that of the second run. */
  async 'reset-then-cancelled'(stack) {
    const { input } = await withAccounts(stack.sandbox);
    const handle = await stack.start(input);
    await approve(handle);
    await ended(handle);
    const again = await resetToBeginning(stack, handle);
    await untilReview(again);
    await again.cancel();
    return ended(again);
  },

  /** The same, with both before any worker has seen the second run: it takes back what it has not even looked for. */
  async 'reset-and-cancelled'({ client }) {
    const stack = await openStack({ worker: false });
    try {
      const worker = await stack.startWorker();
      const { input } = await withAccounts(stack.sandbox);
      const handle = await stack.start(input);
      await approve(handle);
      await ended(handle);
      await worker.shutdown();
      const again = await resetToBeginning(stack, handle);
      await again.cancel();
      await stack.startWorker();
      const { workflowId } = await ended(again);
      return client.workflow.getHandle(workflowId);
    } finally {
      await stack.close();
    }
  },

  /** Cancelled while no upload has had an answer: at the end it is looked what is there. */
  async 'uploads-lost'(stack) {
    const input = quickest({ appMedia: acmeCoffee().appMedia! });
    await bend(stack.sandbox, customerOf(input), {
      match: { method: 'POST', path: '/app-media$' },
      action: { kind: 'close', when: 'after' },
    });
    const handle = await stack.start(input);
    await until(async () => effects(stack.sandbox, 'media.created', customerOf(input)).length === 3);
    await handle.cancel();
    return ended(handle);
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
      await approve(handle);
      const { workflowId } = await ended(handle);
      return client.workflow.getHandle(workflowId);
    } finally {
      await stack.close();
    }
  },

  /** The reviewer asks for another persona: a second round with the same source. */
  async 'persona-requested'(stack) {
    const handle = await stack.start(quickest());
    await askForChanges(handle, 0, { influencer: { create: { prompt: 'a barista in her forties' } } });
    await approve(handle, 1);
    return ended(handle);
  },
};

const later = (): string => nextWeek().replace('T09', 'T11');
