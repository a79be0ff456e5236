import type { Rule } from '../../src/sandbox';
import type { OnboardingPlan, Trouble } from './onboarding';

const REMIX = { method: 'POST', path: '/slideshow-remix$' };
const refused = (code: string, message: string): Rule['action'] => ({
  ...{ kind: 'answer', status: 422, code, message },
  store: 'fault',
});

/** What the sandbox does so that a step needs an operator. What is missing here lies in the input, or in what is not there. */
const RULES: Partial<Record<Trouble, Rule[]>> = {
  influencer: [
    { match: { method: 'POST', path: '^/v1/projects$' }, action: failing('influencer_create') },
    { match: { method: 'POST', path: '/influencers$' }, times: 2, action: failing('influencer_create') },
  ],
  keywords: [
    { match: { method: 'POST', path: '^/v1/projects$' }, action: lost('keyword_refresh') },
    { match: { method: 'POST', path: '/keywords/refresh$' }, times: 2, action: failing('keyword_refresh') },
  ],
  sources: [{ match: REMIX, times: 12, action: refused('MODERATION_BLOCKED', 'The content failed the safety check.') }],
  content: [
    { match: REMIX, times: 2, action: { kind: 'job', job: 'content_generate', outcome: 'canceled' } },
    { match: REMIX, after: 2, times: 1, action: lost('content_generate') },
  ],
  schedule: [{ match: { method: 'POST', path: '/schedule$' }, times: 2, action: refused('VALIDATION', 'Refused.') }],
};

/** The rules of a customer's trouble. */
export const troubleRules = ({ trouble, customer }: OnboardingPlan): Rule[] =>
  (RULES[trouble ?? 'media'] ?? []).map((rule) => ({
    ...rule,
    match: { ...rule.match, customerExternalId: `^${customer}$` },
  }));

type JobKind = 'influencer_create' | 'keyword_refresh' | 'content_generate';

function failing(job: JobKind): Rule['action'] {
  return { kind: 'job', job, outcome: 'failed', error: { code: 'INTERNAL', message: 'The renderer failed.' } };
}

/** Nothing is heard of it any more. */
function lost(job: JobKind): Rule['action'] {
  return { kind: 'job', job, outcome: 'stuck' };
}
