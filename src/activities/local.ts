import { activityInfo } from '@temporalio/activity';
import type { Changes, Local } from '../contract/activities';
import { told } from '../contract/failures';
import type { OnboardingInput } from '../contract/input';
import type { OnboardingPlan, Problem } from '../contract/plan';
import type { Mode } from '../contract/steps';
import { wasRejected } from './earlierRuns';
import { replaceStepInput, resolveTime, validateInput } from '../input';

export interface LocalDependencies {
  /** Whose API key this worker holds, as `GET /v1/whoami` said at start. */
  identity: () => { apiKeyId: string; mode: Mode };
  /** Whether this worker has a partner's backend to notify. */
  notifies: boolean;
}

/** What needs zod, time zones or the worker's identity, and no request: run as local activities. */
export function createLocal({ identity, notifies }: LocalDependencies): Local {
  return {
    async validateInput({ input, workflowId, now }) {
      const validated = validateInput(input, { workflowId, now });
      return 'problems' in validated ? refused(validated) : { valid: { ...validated, ...identity(), notifies } };
    },

    async replaceStepInput(args) {
      const replaced = replaceStepInput(args);
      return 'problems' in replaced ? refused(replaced) : changesOf(args.input, replaced);
    },

    wasRejected,

    async wasReset({ originalRunId }) {
      return activityInfo().workflowExecution?.runId !== originalRunId;
    },

    async resolveTime({ at, timezone, now }) {
      const resolved = resolveTime(at, timezone, now);
      return 'at' in resolved ? resolved : refused({ problems: [{ path: 'at', message: resolved.problem }] });
    },
  };
}

const refused = ({ problems }: { problems: Problem[] }): { problems: Problem[] } => ({ problems: told(problems) });

/** What each part of the input has become in the plan. */
const PLANNED_AS = {
  project: 'project',
  appMedia: 'appMedia',
  influencer: 'influencer',
  social: 'social',
  content: 'source',
  review: 'review',
  schedule: 'schedule',
} as const satisfies Partial<Record<keyof OnboardingInput, keyof OnboardingPlan>>;

/**
 * Only what was replaced goes into the history, since the whole input beside the whole plan may be more than Temporal takes.
 * A part that was left alone is the very same object.
 */
function changesOf(before: OnboardingInput, after: { input: OnboardingInput; plan: OnboardingPlan }): Changes {
  const parts = (Object.keys(PLANNED_AS) as (keyof typeof PLANNED_AS)[]).filter(
    (part) => after.input[part] !== before[part],
  );
  const planned: (keyof OnboardingPlan)[] = parts.map((part) => PLANNED_AS[part]);
  // A local time is another moment in another zone.
  if (after.input.project.timezone !== before.project.timezone) planned.push('schedule');
  return { input: pick(after.input, parts), plan: pick(after.plan, planned) };
}

const pick = <T extends object>(whole: T, parts: (keyof T)[]): Partial<T> =>
  Object.fromEntries(parts.map((part) => [part, whole[part]])) as Partial<T>;
