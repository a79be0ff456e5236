import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { StringValue } from 'ms';
import * as messages from '../../src/contract/messages';
import { openStack, underReview, untilStatus, type Stack } from './environment';
import { acmeCoffee, nextWeek } from './inputs';
import { approve, askForChanges, connect, reject, resolve, retry, skip } from './people';
import { untilBlocked } from './status';
import { bend, customerOf } from './steering';

/** One onboarding per way in which they end, run to its end on a stack. */
export const OUTCOMES: Record<string, (stack: Stack) => Promise<WorkflowHandle>> = {
  async scheduled(stack) {
    const handle = await stack.start(withAccount());
    await connect(handle);
    await approve(handle);
    return ended(handle);
  },

  async ready(stack) {
    const handle = await stack.start(acmeCoffee());
    await untilStatus(handle, underReview);
    await handle.signal(messages.approve, { reviewer: 'maria' });
    return ended(handle);
  },

  async rejected(stack) {
    const handle = await stack.start(acmeCoffee());
    await reject(handle, 'Not our tone.');
    return ended(handle);
  },

  async expired(stack) {
    return ended(await stack.start(withDeadline('200ms', '100ms')));
  },

  async 'changes-requested'(stack) {
    const handle = await stack.start(acmeCoffee());
    await askForChanges(handle, 0, { comment: 'Too loud.' });
    await approve(handle, 1);
    return ended(handle);
  },

  /** A webhook ends the wait for the job, and is believed only as far as it makes the flow look. */
  async announced(stack) {
    const handle = await stack.start(acmeCoffee());
    const { ids } = await untilStatus(handle, (status) => status.ids.jobId !== undefined);
    const event = { id: `evt_${randomUUID()}`, type: 'job.completed', data: { jobId: ids.jobId } };
    await handle.signal(messages.layersEvent, event);
    await approve(handle);
    return ended(handle);
  },

  async 'blocked-then-retried'(stack) {
    const input = acmeCoffee();
    const wrong = { kind: 'screenshot' as const, url: 'https://cdn.acmecoffee.com/product/home.png?status=404' };
    await bend(stack.sandbox, customerOf(input), {
      match: { method: 'POST', path: '/slideshow-remix$' },
      times: 1,
      action: { kind: 'answer', status: 402, code: 'BILLING_EXHAUSTED', store: 'none' },
    });
    const handle = await stack.start({ ...input, appMedia: [...input.appMedia!.slice(0, 1), wrong] });
    await skip(handle, 'media', 'not needed');
    await retry(handle, 'content');
    await approve(handle);
    return ended(handle);
  },

  async cancelled(stack) {
    const handle = await stack.start(acmeCoffee());
    await untilStatus(handle, ({ ids }) => ids.jobId !== undefined);
    await handle.cancel();
    return ended(handle);
  },

  async aborted(stack) {
    const input = acmeCoffee({ appMedia: [{ kind: 'logo', url: 'https://cdn.acmecoffee.com/logo.png?status=404' }] });
    const handle = await stack.start(input);
    await untilBlocked(handle, 'media');
    await resolve(handle, { step: 'media', action: 'abort', reason: 'wrong customer' });
    return ended(handle);
  },

  async 'invalid-input'(stack) {
    const input = acmeCoffee();
    return ended(await stack.start({ ...input, project: { ...input.project, timezone: 'America/Nowhere' } }));
  },

  /** Where the partner is told: reminders, and news that outlive the onboarding. */
  async notified({ client }) {
    const stack = await openStack({ notifier: { notify: () => Promise.resolve() } });
    try {
      const { workflowId } = await ended(await stack.start(withDeadline('2s', '500ms')));
      return client.workflow.getHandle(workflowId);
    } finally {
      await stack.close();
    }
  },

  async adopted(stack) {
    const input = acmeCoffee();
    const first = await stack.start(input);
    await untilStatus(first, underReview);
    await first.cancel();
    await ended(first);
    const again = await stack.start(input);
    await approve(again);
    return ended(again);
  },
};

const withDeadline = (deadline: StringValue, remindEvery: StringValue): ReturnType<typeof acmeCoffee> =>
  acmeCoffee({ review: { deadline, remindEvery } });

const withAccount = (): ReturnType<typeof acmeCoffee> =>
  acmeCoffee({ social: { connect: [{ platform: 'tiktok' }] }, schedule: { at: nextWeek() } });

/** The handle, once the onboarding has ended in one way or another. */
export async function ended(handle: WorkflowHandle): Promise<WorkflowHandle> {
  await handle.result().catch(() => undefined);
  return handle;
}
