import { html } from 'hono/html';
import type { OnboardingView } from '../../client/view';
import type { ErrorCode } from '../../contract/catalogue';
import type { ReviewDecision } from '../../contract/result';
import type { ReviewStatus } from '../../contract/status';
import { messagePage, type Html, type Page } from './layout';
import { whose } from './messages';
import { decisionDetails } from './parts';

const CLEANUP_FAILED: ErrorCode = 'CLEANUP_FAILED';
const STOPPED = 'Nothing will be posted, and there is nothing left to decide.';

const LEFT =
  'There is nothing left to decide. Not everything could be taken back: ask whoever sent you the link whether something is still posted.';

/** Whether posts or jobs may be left at Layers: the clean-up failed, or the workflow ended before it could run. */
const leftSomething = ({ execution, server }: OnboardingView): boolean =>
  server.errorCodes.includes(CLEANUP_FAILED) || execution === 'terminated' || execution === 'timedOut';

/** What the page says, by how the workflow ended; one that still runs is cleaning up. */
function saidOf(view: OnboardingView): { title: string; text: string; follow?: number } {
  const text = leftSomething(view) ? LEFT : STOPPED;
  switch (view.execution) {
    case 'running':
      return {
        title: 'This onboarding is being stopped',
        text: 'Whatever was scheduled is being taken back. There is nothing left to decide.',
        follow: 60,
      };
    case 'completed':
      return {
        title: 'This onboarding is finished',
        text: leftSomething(view) ? LEFT : 'There is nothing to decide here.',
      };
    case 'cancelled':
      return { title: 'This onboarding was cancelled', text };
    default:
      return { title: 'This onboarding was stopped', text };
  }
}

/** For an onboarding that was cancelled or stopped, or that finished without this review. */
export function endedPage(
  view: OnboardingView,
  { decision, review }: { decision: ReviewDecision | null; review: ReviewStatus | null },
  before?: Html,
): Page {
  const { title, text, ...more } = saidOf(view);
  const page = messagePage(title, [text], {
    ...whose(view),
    ...more,
    ...(decision === null ? {} : { extra: decisionDetails(decision, review?.timezone ?? 'UTC') }),
  });
  return before === undefined ? page : { ...page, body: html`${before}${page.body}` };
}
