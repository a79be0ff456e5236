import { workflowInfo } from '@temporalio/workflow';
import { payloadConverter, Unreadable } from '../contract/payloads';
import type { OnboardingInput } from '../contract/input';
import type { Carried } from './continuing';

/**
 * The arguments of a run. Any client can start one, and by its mistake with more than the input; what a run before it has
 * carried on is believed only where there was one.
 */
export function startedWith([input, ...more]: unknown[]): { input: OnboardingInput; carried: Carried | undefined } {
  const [carried] = more;
  if (continuesAnother() && isCarried(carried)) return { input: input as OnboardingInput, carried };
  const given = more.filter((argument) => argument !== undefined && argument !== null);
  if (given.length === 0) return { input: input as OnboardingInput, carried: undefined };
  const why = `must be the only argument, not the first of ${more.length + 1}`;
  return { input: new Unreadable(payloadConverter.toPayload(null), why) as never, carried: undefined };
}

/** A schedule by cron starts a run after another, too, with the arguments of the client. */
function continuesAnother(): boolean {
  const { continuedFromExecutionRunId, cronSchedule } = workflowInfo();
  return continuedFromExecutionRunId !== undefined && !cronSchedule;
}

function isCarried(value: unknown): value is Carried {
  const { startedAt, memory } = (value ?? {}) as Partial<Carried>;
  return Number.isFinite(startedAt) && typeof memory === 'object' && memory !== null;
}
