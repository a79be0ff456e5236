import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { executeUpdate } from '../../src/client/updates';
import * as messages from '../../src/contract/messages';
import type { ReviewDecision } from '../../src/contract/result';
import type { Step } from '../../src/contract/steps';
import { consent } from './environment';
import { untilBlocked, untilReview, untilStep } from './status';

/** Those who act on an onboarding. What one of them does at once, refused or not, says so; the others wait until it is asked for. */

/** The reviewer decides at once; approves the first round unless told otherwise. */
export const decide = (
  handle: WorkflowHandle,
  decision: Partial<messages.DecideReviewArgs> = {},
): Promise<ReviewDecision> =>
  handle.executeUpdate(messages.decideReview, {
    args: [{ decision: 'approve', reviewer: 'maria', revision: 0, ...decision }],
  });

/** The reviewer approves what is under review. */
export async function approve(handle: WorkflowHandle, revision = 0): Promise<ReviewDecision> {
  await untilReview(handle, revision);
  return decide(handle, { revision });
}

/** The reviewer rejects what is under review. */
export async function reject(handle: WorkflowHandle, comment = 'off brand', revision = 0): Promise<ReviewDecision> {
  await untilReview(handle, revision);
  return decide(handle, { decision: 'reject', comment, revision });
}

/** The reviewer asks for another round, perhaps with wishes. */
export async function askForChanges(
  handle: WorkflowHandle,
  revision = 0,
  wishes: Partial<messages.DecideReviewArgs> = {},
): Promise<ReviewDecision> {
  await untilReview(handle, revision);
  return decide(handle, { decision: 'requestChanges', comment: `change ${revision}`, revision, ...wishes });
}

/** The reviewer chooses a source at once. */
export const chooseSource = (handle: WorkflowHandle, tiktokVideoId: string): Promise<void> =>
  handle.executeUpdate(messages.chooseSource, { args: [{ tiktokVideoId, by: 'maria' }] });

/** The operator answers a blocked step at once. */
export const resolve = (
  handle: WorkflowHandle,
  answer: Omit<messages.ResolveStepArgs, 'operator'> & { operator?: string },
): Promise<void> => executeUpdate(handle, messages.resolveStep, { operator: 'omar', ...answer }, randomUUID());

/** The operator retries a step that is blocked, perhaps with another input. */
export async function retry(handle: WorkflowHandle, step: Step, input?: unknown): Promise<void> {
  await untilBlocked(handle, step);
  await resolve(handle, { step, action: 'retry', ...(input === undefined ? {} : { input }) });
}

/** The operator skips a step that is blocked. */
export async function skip(handle: WorkflowHandle, step: Step, reason?: string): Promise<void> {
  await untilBlocked(handle, step);
  await resolve(handle, { step, action: 'skip', ...(reason === undefined ? {} : { reason }) });
}

/** The customer asks at once for the page on which to give access to an account. */
export const authorize = (
  handle: WorkflowHandle,
  wish: messages.AuthorizeSocialArgs = {},
): Promise<messages.Authorization> => handle.executeUpdate(messages.authorizeSocial, { args: [wish] });

/** The customer connects an account; the webhook spares the 15 s until the onboarding looks by itself. */
export async function connect(handle: WorkflowHandle, wish: messages.AuthorizeSocialArgs = {}): Promise<void> {
  await untilStep(handle, 'social', 'waiting');
  const { authorizeUrl } = await authorize(handle, wish);
  await consent(authorizeUrl);
  await connectedEvent(handle);
}

/** The webhook receiver passes on that a customer has consented. */
export const connectedEvent = (handle: WorkflowHandle): Promise<void> =>
  handle.signal(messages.layersEvent, {
    id: `evt_${randomUUID()}`,
    type: 'social_account.connected',
    data: { platform: 'tiktok' },
  });
