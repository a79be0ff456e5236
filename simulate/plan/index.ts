/** What a seed decides: knows nothing that runs. */
export type { OnboardingPlan } from './onboarding';
export { PLAIN_ENDINGS, plainPlan, type PlainEnding } from './plain';
export { happyPlan, planOf, type Plan, type Strike } from './plan';
