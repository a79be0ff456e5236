import { refusal, type RefusalType } from '../contract/failures';
import type { OnboardingInput } from '../contract/input';
import type { OnboardingPlan, Problem } from '../contract/plan';
import type { Step } from '../contract/steps';
import type { Run } from './run';

/** A message refused for what it contains, every problem on a line. */
export const refuseProblems = (type: RefusalType, problems: Problem[]): Error =>
  refusal(type, problems.map(({ path, message }) => `${path}: ${message}`).join('\n'), { problems });

export interface Replacement {
  /** What the part is replaced in; several replacements build on each other. */
  input: OnboardingInput;
  step: Step;
  item?: string;
  replacement: unknown;
}

/**
 * New input of one step, checked as the first input was; changes nothing by itself.
 * @throws `InvalidMessage` with every problem
 */
export async function replaceInput(
  run: Run,
  { input, step, item, replacement }: Replacement,
): Promise<{ input: OnboardingInput; plan: OnboardingPlan }> {
  // Only a new time has to lie ahead of now: the old one may have passed without anybody's fault.
  const now = step === 'schedule' ? Date.now() : run.startedAt.getTime();
  const { workflowId } = run;
  const args = { input, step, ...(item === undefined ? {} : { item }), replacement, workflowId, now };
  const answer = await run.api.local.replaceStepInput.executeWithOptions(
    { summary: `Check the new input of ${step}` },
    [args],
  );
  if ('problems' in answer) throw refuseProblems('InvalidMessage', answer.problems);
  return answer;
}
