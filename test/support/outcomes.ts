import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import * as messages from '../../src/contract/messages';
import type { OnboardingStatus } from '../../src/contract/status';
import type { StringValue } from 'ms';
import { consent, openStack, underReview, until, untilStatus, type Stack } from './environment';
import { addFault } from './faults';
import { acmeCoffee, nextWeek } from './inputs';

/** One onboarding per way in which they end, run to its end on a stack. */
export const OUTCOMES: Record<string, (stack: Stack) => Promise<WorkflowHandle>> = {
  async scheduled(stack) {
    const handle = await stack.start(withAccount());
    await connect(handle);
    await decide(handle, { decision: 'approve' });
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
    await decide(handle, { decision: 'reject', comment: 'Not our tone.' });
    return ended(handle);
  },

  async expired(stack) {
    return ended(await stack.start(withDeadline('200ms', '100ms')));
  },

  async 'changes-requested'(stack) {
    const handle = await stack.start(acmeCoffee());
    await decide(handle, { decision: 'requestChanges', comment: 'Too loud.' });
    await decide(handle, { decision: 'approve' }, 1);
    return ended(handle);
  },

  /** A webhook ends the wait for the job, and is believed only as far as it makes the flow look. */
  async announced(stack) {
    const handle = await stack.start(acmeCoffee());
    const { ids } = await untilStatus(handle, (status) => status.ids.jobId !== undefined);
    const event = { id: `evt_${randomUUID()}`, type: 'job.completed', data: { jobId: ids.jobId } };
    await handle.signal(messages.layersEvent, event);
    await decide(handle, { decision: 'approve' });
    return ended(handle);
  },

  async 'blocked-then-retried'(stack) {
    const input = acmeCoffee();
    const customer = input.project.customerExternalId;
    const wrong = { kind: 'screenshot' as const, url: 'https://cdn.acmecoffee.com/product/home.png?status=404' };
    await addFault(stack.sandbox, {
      match: { method: 'POST', path: '/slideshow-remix$', customerExternalId: `^${customer}$` },
      times: 1,
      action: { kind: 'answer', status: 402, code: 'BILLING_EXHAUSTED', store: 'none' },
    });
    const handle = await stack.start({ ...input, appMedia: [...input.appMedia!.slice(0, 1), wrong] });
    await resolve(handle, 'media', { action: 'skip', reason: 'not needed' });
    await resolve(handle, 'content', { action: 'retry' });
    await decide(handle, { decision: 'approve' });
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
    await resolve(handle, 'media', { action: 'abort', reason: 'wrong customer' });
    return ended(handle);
  },

  async 'invalid-input'(stack) {
    const input = acmeCoffee();
    return ended(await stack.start({ ...input, project: { ...input.project, timezone: 'America/Nowhere' } }));
  },

  /** Where somebody is told: reminders, and news that outlive the onboarding. */
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
    await decide(again, { decision: 'approve' });
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

/** The customer connects; an event spares the 15 s until the workflow looks by itself. */
export async function connect(handle: WorkflowHandle): Promise<void> {
  const { authorizeUrl } = await until(
    () => handle.executeUpdate(messages.authorizeSocial, { args: [{}] }),
    30_000,
    'the consent page',
  );
  await consent(authorizeUrl);
  const event = { id: `evt_${randomUUID()}`, type: 'social_account.connected', data: {} };
  await handle.signal(messages.layersEvent, event);
}

/** Waits for the review of a revision and decides it. */
export async function decide(
  handle: WorkflowHandle,
  decision: Omit<messages.DecideReviewArgs, 'reviewer' | 'revision'>,
  revision = 0,
): Promise<void> {
  await untilStatus(handle, (status) => underReview(status) && status.review!.revision === revision);
  await handle.executeUpdate(messages.decideReview, { args: [{ ...decision, reviewer: 'maria', revision }] });
}

/** Waits until a step is blocked and resolves it, as an operator does. */
export async function resolve(
  handle: WorkflowHandle,
  step: messages.ResolveStepArgs['step'],
  answer: Omit<messages.ResolveStepArgs, 'step' | 'operator'>,
): Promise<void> {
  await untilStatus(handle, ({ blocked }: OnboardingStatus) => blocked.some((entry) => entry.step === step));
  await handle.executeUpdate(messages.resolveStep, { args: [{ step, ...answer, operator: 'olga' }] });
}
