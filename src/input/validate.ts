import { FORMATS } from '../contract/formats';
import type { OnboardingInput } from '../contract/input';
import { MAX_WORKFLOW_ID_BYTES } from '../contract/limits';
import type { OnboardingPlan, Problem } from '../contract/plan';
import { describeIssue, problemsOf } from './describe';
import { inputDigest } from './digest';
import { makePlan } from './plan';
import { firstOf } from './problems';
import { field } from './rules';
import { onboardingInput } from './schema';
import { sizeProblem } from './size';
import { resolveTime } from './time';
import { zoneProblem } from './zone';

export interface ValidateOptions {
  /** Epoch milliseconds: the moment against which `schedule.at` must lie ahead. */
  now: number;
  /** The id the workflow has or will have; `null`: the one made from the external id. */
  workflowId: string | null;
  /** For a later look at an input whose time may have passed meanwhile, which is another step's concern. */
  pastAllowed?: boolean;
}

export type Validated = { problems: Problem[] } | { plan: OnboardingPlan; digest: string };

/**
 * Checks an input as a whole and tells everything that is wrong with it, or gives the plan it stands for. Of an input that is too
 * large or too deep that alone is told, and of very many problems the first.
 */
export function validateInput(input: unknown, options: ValidateOptions): Validated {
  const size = sizeProblem(input);
  if (size !== null) return { problems: [size] };
  const { error } = onboardingInput.safeParse(input, { error: describeIssue });
  const problems = problemsOf(error?.issues ?? []);
  problems.push(...publicId(input, options.workflowId), ...longId(input, options.workflowId));
  problems.push(...nowhereToPost(input), ...noVideo(input));
  const time = timeOfPost(input, options);
  problems.push(...time.problems);
  if (problems.length > 0) return { problems: firstOf(problems) };
  return { plan: makePlan(input as OnboardingInput, time.at), digest: inputDigest(input) };
}

/** Workflow ids are readable everywhere, so an e-mail address must not become part of one. */
function publicId(input: unknown, workflowId: string | null): Problem[] {
  const externalId = field(field(input, 'project'), 'customerExternalId');
  if (typeof externalId !== 'string' || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(externalId)) return [];
  if (workflowId !== null && !workflowId.includes(externalId)) return [];
  const message =
    'looks like an e-mail address, and becomes part of the workflow id, which is readable everywhere; ' +
    'use an id of your own, or name a workflow id that does not contain it';
  return [{ path: 'project.customerExternalId', message }];
}

/** Stores on SQL hold no longer workflow id, and the same customer should be onboarded on any. */
function longId(input: unknown, workflowId: string | null): Problem[] {
  const externalId = field(field(input, 'project'), 'customerExternalId');
  const made = ['onboard', field(input, 'organizationId'), externalId].filter((part) => part !== undefined).join('-');
  const bytes = Buffer.byteLength(workflowId ?? made);
  if (bytes <= MAX_WORKFLOW_ID_BYTES || (workflowId === null && typeof externalId !== 'string')) return [];
  const message = `makes a workflow id of ${bytes} bytes in UTF-8, of which Temporal keeps ${MAX_WORKFLOW_ID_BYTES}`;
  return [
    workflowId === null
      ? { path: 'project.customerExternalId', message: `${message}; use a shorter one, or name a workflow id` }
      : { path: 'workflowId', message: `must be at most ${MAX_WORKFLOW_ID_BYTES} bytes in UTF-8, is ${bytes}` },
  ];
}

/** Layers refuses this setting where the content is no video. */
function noVideo(input: unknown): Problem[] {
  const format = field(field(input, 'content'), 'format') ?? 'slideshow-remix';
  const targets = field(field(input, 'schedule'), 'targets');
  const makes = Object.entries(FORMATS).find(([name]) => name === format)?.[1].makes;
  if (makes !== 'slideshow' || !Array.isArray(targets)) return [];
  return targets.flatMap((target: unknown, index) =>
    field(target, 'shareReelToFeed') === undefined || field(target, 'mode') !== 'publish'
      ? []
      : [
          {
            path: `schedule.targets[${index}].shareReelToFeed`,
            message: `only a video takes it, and ${format} makes none; leave it out`,
          },
        ],
  );
}

function nowhereToPost(input: unknown): Problem[] {
  const schedule = field(input, 'schedule');
  const social = field(input, 'social');
  const named = [field(social, 'socialAccountIds'), field(social, 'connect'), field(schedule, 'targets')];
  if (schedule === undefined || named.some((list) => list !== undefined && !isEmpty(list))) return [];
  const message =
    'has nothing to post to; name an account in "social.socialAccountIds", ask for one in "social.connect", or give "schedule.targets"';
  return [{ path: 'schedule', message }];
}

const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0;

/** The time of the post in UTC. Says nothing where the zone is wrong, since that is a problem of its own. */
function timeOfPost(input: unknown, { now, pastAllowed }: ValidateOptions): { at: string | null; problems: Problem[] } {
  const schedule = field(input, 'schedule');
  const at = field(schedule, 'at');
  const timezone = field(schedule, 'timezone') ?? field(field(input, 'project'), 'timezone');
  if (typeof at !== 'string' || typeof timezone !== 'string' || zoneProblem(timezone) !== null)
    return { at: null, problems: [] };
  const resolved = resolveTime(at, timezone, now, { pastAllowed });
  return 'at' in resolved
    ? { at: resolved.at, problems: [] }
    : { at: null, problems: [{ path: 'schedule.at', message: resolved.problem }] };
}
