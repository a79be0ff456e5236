/** What a seed plans: who ends how, which fault meets whom where, which process is struck when. */
export type { OnboardingPlan } from './onboarding';
export { makePlan } from './plan';
export type { ChaosPlan, Wave } from './plan';
