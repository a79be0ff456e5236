import { html } from 'hono/html';
import type { OnboardingView } from '../../client/view';
import type { Situation } from '../situation';
import { messagePage, type Html, type Page } from './layout';
import { whose } from './messages';
import { decisionText } from './parts';

/** For an onboarding that was cancelled or stopped, or that finished without this review. */
export function endedPage(
  view: OnboardingView,
  { cancelled, decision, review }: Pick<Extract<Situation, { kind: 'ended' }>, 'cancelled' | 'decision' | 'review'>,
  before?: Html,
): Page {
  const finished = view.execution === 'completed';
  const title = finished
    ? 'This onboarding is finished'
    : cancelled
      ? 'This onboarding was cancelled'
      : 'This onboarding was stopped';
  const page = messagePage(
    title,
    [finished ? 'There is nothing to decide here.' : 'Nothing will be posted, and there is nothing left to decide.'],
    {
      ...whose(view),
      ...(decision === null ? {} : { extra: decisionText(decision, review?.timezone ?? 'UTC') }),
    },
  );
  return before === undefined ? page : { ...page, body: html`${before}${page.body}` };
}
