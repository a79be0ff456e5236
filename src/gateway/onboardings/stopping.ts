import type { OnboardingStatus } from '../../contract/status';

/** Cancelled or aborted: it only cleans up any more, which may take long. Nothing else makes a step fail. */
export const isStopping = ({ steps }: OnboardingStatus): boolean => steps.some(({ state }) => state === 'failed');
