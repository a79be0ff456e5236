import type { OnboardingStatus } from '../../contract/status';

/** Whether the workflow was cancelled or aborted, and cleans up, which may take long. Only that makes a step fail. */
export const isStopping = ({ steps }: OnboardingStatus): boolean => steps.some(({ state }) => state === 'failed');
