import ms, { type StringValue } from 'ms';
import type { OnboardingInput, WaitInput } from '../contract/input';
import type { OnboardingPlan, SchedulePlan, WaitPlan } from '../contract/plan';
import { DEFAULTS } from './defaults';

/** Whole ones, as timers want them. */
const milliseconds = (text: string): number => Math.ceil(ms(text as StringValue));

/**
 * Who shortens a deadline need not spell out the rest: what is absent is the default as far as it fits between its
 * neighbours, so that `earliest ≤ typical ≤ deadline` holds.
 */
function waitPlan(given: WaitInput = {}, defaults: Required<WaitInput>): WaitPlan {
  const deadlineMs = milliseconds(given.deadline ?? defaults.deadline);
  const floor = given.earliest === undefined ? 0 : milliseconds(given.earliest);
  const typicalMs =
    given.typical === undefined
      ? Math.min(Math.max(milliseconds(defaults.typical), floor), deadlineMs)
      : milliseconds(given.typical);
  const earliestMs =
    given.earliest === undefined ? Math.min(milliseconds(defaults.earliest), typicalMs) : milliseconds(given.earliest);
  return { earliestMs, typicalMs, deadlineMs };
}

function influencerPlan(given: OnboardingInput['influencer']): OnboardingPlan['influencer'] {
  if (given === undefined) return { use: 'automatic' };
  return 'influencerId' in given && given.influencerId !== undefined
    ? { use: 'named', influencerId: given.influencerId }
    : { use: 'create', hints: 'create' in given ? given.create : {} };
}

function sourcePlan(given: NonNullable<OnboardingInput['content']>['source'] = {}): OnboardingPlan['source'] {
  if ('tiktokVideoId' in given && given.tiktokVideoId !== undefined)
    return { use: 'named', tiktokVideoId: given.tiktokVideoId };
  const { keyword = null, pick = 'first' } = given as Exclude<typeof given, { tiktokVideoId: string }>;
  return { use: 'discover', keyword, pick };
}

/** Spells out every default of a valid input; `at` is the post's time in UTC. */
export function makePlan(input: OnboardingInput, at: string | null): OnboardingPlan {
  const { review = {}, schedule, policy = {} } = input;
  const deadlineMs = milliseconds(review.deadline ?? DEFAULTS.review.deadline);
  return {
    project: input.project,
    appMedia: input.appMedia ?? [],
    influencer: influencerPlan(input.influencer),
    social: {
      socialAccountIds: input.social?.socialAccountIds ?? [],
      connect: (input.social?.connect ?? []).map(({ platform, returnUrl = null }) => ({ platform, returnUrl })),
    },
    source: sourcePlan(input.content?.source),
    review: {
      required: review.required ?? DEFAULTS.review.required,
      deadlineMs,
      remindEveryMs:
        review.remindEvery === undefined
          ? Math.min(milliseconds(DEFAULTS.review.remindEvery), deadlineMs)
          : milliseconds(review.remindEvery),
      maxRounds: review.maxRounds ?? DEFAULTS.review.maxRounds,
    },
    schedule: schedule === undefined || at === null ? null : schedulePlan(schedule, input.project.timezone, at),
    organizationId: input.organizationId ?? null,
    waits: {
      influencer: waitPlan(policy.waits?.influencer, DEFAULTS.waits.influencer),
      keywords: waitPlan(policy.waits?.keywords, DEFAULTS.waits.keywords),
      content: waitPlan(policy.waits?.content, DEFAULTS.waits.content),
      social: { deadlineMs: milliseconds(policy.waits?.social?.deadline ?? DEFAULTS.waits.social.deadline) },
    },
    onCancel: policy.onCancel ?? 'keep',
  };
}

const schedulePlan = (
  { timezone, mode = 'publish', targets }: NonNullable<OnboardingInput['schedule']>,
  projectTimezone: string,
  at: string,
): SchedulePlan => ({ at, timezone: timezone ?? projectTimezone, mode, targets: targets ?? null });
