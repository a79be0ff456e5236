import { html } from 'hono/html';
import type { Execution, OnboardingView } from '../../client/view';
import type { Situation } from '../situation';
import { messagePage, type Html, type Page } from './layout';
import { whose } from './messages';
import { decisionText } from './parts';

const STOPPED = 'Nothing will be posted, and there is nothing left to decide.';

/** What is said of an end, by how the workflow stands; one that still runs is cleaning up. */
function saidOf(execution: Execution): { title: string; text: string; follow?: number } {
  switch (execution) {
    case 'running':
      return {
        title: 'This onboarding is being stopped',
        text: 'Whatever was scheduled is being taken back. There is nothing left to decide.',
        follow: 60,
      };
    case 'completed':
      return { title: 'This onboarding is finished', text: 'There is nothing to decide here.' };
    case 'cancelled':
      return { title: 'This onboarding was cancelled', text: STOPPED };
    default:
      return { title: 'This onboarding was stopped', text: STOPPED };
  }
}

/** For an onboarding that was cancelled or stopped, or that finished without this review. */
export function endedPage(
  view: OnboardingView,
  { decision, review }: Pick<Extract<Situation, { kind: 'ended' }>, 'decision' | 'review'>,
  before?: Html,
): Page {
  const { title, text, ...more } = saidOf(view.execution);
  const page = messagePage(title, [text], {
    ...whose(view),
    ...more,
    ...(decision === null ? {} : { extra: decisionText(decision, review?.timezone ?? 'UTC') }),
  });
  return before === undefined ? page : { ...page, body: html`${before}${page.body}` };
}
