import type { OnboardingStatus } from '../../../contract/status';
import type { Page } from '../../html/layout';
import { rounds } from '../../html/parts';
import { waitPage } from '../../html/waitPage';
import { roundStages } from './stages';

/** For a link whose round is still being made. */
export function comingPage(status: OnboardingStatus, revision: number): Page {
  const { review } = status;
  const earlier = review === null ? [] : [...review.earlier, ...(review.decision ? [review.decision] : [])];
  return waitPage(status, {
    title: revision === 0 ? 'The post is not ready yet' : `Round ${revision + 1} is being made`,
    awaited: 'something to review',
    stages: roundStages(status, revision),
    more: rounds(earlier, review?.timezone ?? 'UTC'),
  });
}
