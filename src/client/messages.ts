import { WorkflowUpdateRPCTimeoutOrCancelledError, type Client } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { randomUUID } from 'node:crypto';
import * as definitions from '../contract/messages';
import type {
  Authorization,
  AuthorizeSocialArgs,
  ChooseSourceArgs,
  DecideReviewArgs,
  ResolveStepArgs,
} from '../contract/messages';
import type { ReviewDecision } from '../contract/result';
import { calling, NoWorkerError, SERVER_MS } from './errors';
import { getOnboarding, type OnboardingName } from './find';
import { executeUpdate } from './updates';

/** Time for a message that a worker has to answer. */
const WORKER_MS = 15_000;

export interface MessageOptions {
  /** The same id for the same click or command: sent twice, it counts once. Default: a new one per call. */
  updateId?: string;
}

async function execute<Ret, Arg>(
  client: Client,
  name: OnboardingName,
  definition: UpdateDefinition<Ret, [Arg]>,
  arg: Arg,
  updateId: string,
): Promise<Ret> {
  const handle = await getOnboarding(client, name);
  const answered = async (): Promise<Ret> => {
    try {
      return await executeUpdate(handle, definition, arg, updateId);
    } catch (error) {
      if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)) throw error;
      throw new NoWorkerError(
        `No worker has answered within ${WORKER_MS / 1000} s. The message may still take effect when one runs; ` +
          `sent again with the updateId "${updateId}" it counts once.`,
        { cause: error },
      );
    }
  };
  return await calling(client, WORKER_MS, answered, handle.workflowId);
}

/**
 * Decides what is under review: approve, reject, or ask for changes, each for one revision. Resolves with the decision
 * that stands; rejects with a `RefusedError` when another reviewer was faster or the revision is stale.
 */
export const decideReview = (
  client: Client,
  name: OnboardingName,
  args: DecideReviewArgs,
  options: MessageOptions = {},
): Promise<ReviewDecision> =>
  execute(client, name, definitions.decideReview, args, options.updateId ?? `review-${args.revision}-${randomUUID()}`);

/** Answers a blocked step: retry, skip or abort. */
export const resolveStep = (
  client: Client,
  name: OnboardingName,
  args: ResolveStepArgs,
  options: MessageOptions = {},
): Promise<void> =>
  execute(client, name, definitions.resolveStep, args, options.updateId ?? `resolve-${args.step}-${randomUUID()}`);

/** Chooses one of the `choices` that the status offers when `pick` is `person`. */
export const chooseSource = (
  client: Client,
  name: OnboardingName,
  args: ChooseSourceArgs,
  options: MessageOptions = {},
): Promise<void> => execute(client, name, definitions.chooseSource, args, options.updateId ?? `source-${randomUUID()}`);

/** Mints a fresh consent URL for the customer. It dies after ten minutes. */
export const authorizeSocial = (
  client: Client,
  name: OnboardingName,
  args: AuthorizeSocialArgs = {},
  options: MessageOptions = {},
): Promise<Authorization> =>
  execute(client, name, definitions.authorizeSocial, args, options.updateId ?? `authorize-${randomUUID()}`);

/** Asks the onboarding to stop and clean up: running job, queued posts, and the project where the input said so. */
export async function cancelOnboarding(client: Client, name: OnboardingName): Promise<void> {
  const handle = await getOnboarding(client, name);
  await calling(client, SERVER_MS, () => handle.cancel(), handle.workflowId);
}
