import { WorkflowUpdateFailedError } from '@temporalio/client';
import {
  grpcError,
  NoWorkerError,
  OnboardingEndedError,
  OnboardingNotFoundError,
  RefusedError,
  UnreachableError,
} from '../../src/client/errors';
import type { Row } from './lists';
import type { Onboarding } from './onboarding';

/** `wait`: there is nothing to do until lists show something else. */
export type Next = 'wait' | 'look again';

/** People have all the time in the world, and not for ever. */
const MOST_LOOKS = 600;

/**
 * One person and one onboarding: whenever lists show something new, thinks for a while, then acts; does what failed for now
 * once more. Never ends.
 */
export async function attend(who: string, onboarding: Onboarding, act: (row: Row) => Promise<Next>): Promise<void> {
  const { around, workflowId, plan } = onboarding;
  const { lists, journal } = around;
  let seen: Row | undefined;
  let inARow = 0;
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    await lists.news(workflowId, seen);
    await onboarding.think();
    const row = onboarding.row!;
    seen = row;
    try {
      const next = await act(row);
      inARow = next === 'wait' ? 0 : inARow + 1;
      if (next === 'wait') continue;
    } catch (error) {
      if (!isPassing(error)) return journal.despair(`${who} of ${plan.customer}: ${told(error)}`);
      inARow += 1;
      onboarding.say(`${who} has to try again: ${(error as Error).message}`);
    }
    seen = undefined;
    await onboarding.waitAWhile(inARow);
  }
  journal.despair(`${who} of ${plan.customer} has looked ${MOST_LOOKS} times`);
}

const told = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

const PASSING = [
  UnreachableError,
  NoWorkerError,
  RefusedError,
  OnboardingEndedError,
  OnboardingNotFoundError,
  // What was under way when the onboarding was stopped fails as cancelled.
  WorkflowUpdateFailedError,
];

/** Workers and server are away at times, and things end meanwhile: the next look tries again. */
export const isPassing = (error: unknown): boolean =>
  PASSING.some((kind) => error instanceof kind) || grpcError(error) !== null;
