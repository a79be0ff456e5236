/** What a seed plans: who ends how, which fault meets whom where, which process is struck when. */
export { makePlan } from './plan';
export type { ChaosPlan, OnboardingPlan, Wave } from './plan';
