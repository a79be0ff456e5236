import { patched, sleep } from '@temporalio/workflow';
import type { OnboardingInput } from '../../../src/contract/input';
import type { OnboardingResult } from '../../../src/contract/result';
import { onboardCustomer as current } from '../../../src/workflows';

export { deliverNotification } from '../../../src/workflows';

/** The same change as in `next.ts`, behind a patch: onboardings that began without it go on without it. */
export async function onboardCustomer(input: OnboardingInput): Promise<OnboardingResult> {
  if (patched('new-timer')) await sleep(1, { summary: 'new in this build' });
  return current(input);
}
