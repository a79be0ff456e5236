import { html } from 'hono/html';
import type { OnboardingView } from '../../../client/view';
import type { ReviewDecision } from '../../../contract/result';
import type { OnboardingStatus, ReviewStatus } from '../../../contract/status';
import { decisionTitle, listed, place, platformName, shortMoment } from '../../../words';
import type { Html, Page } from '../../html/layout';
import { decisionDetails, lines, pictures, rounds, sourcesOf, when } from '../../html/parts';
import { followOf, path, stageOf, type Stage } from '../../html/stages';
import { platformsAsked } from '../../onboardings/accountsAsked';
import { deed } from './deed';
import { recordStage, roundStages } from './stages';

/** Who decided what, and what happens next, until it has happened. */
export function decidedPage(
  view: OnboardingView,
  {
    status,
    review,
    decision,
    assetHosts,
    notice,
  }: {
    status: OnboardingStatus;
    review: ReviewStatus | null;
    decision: ReviewDecision;
    assetHosts?: readonly string[];
    notice?: Html;
  },
): Page {
  const timeZone = review?.timezone ?? view.server.customer?.timezone ?? 'UTC';
  const stages =
    view.execution === 'running' || decision.decision === 'approve' ? next(view, status, review, decision) : [];
  const running = view.execution === 'running';
  const asked = platformsAsked(status);
  const tone = decision.decision === 'approve' ? 'good' : decision.decision === 'requestChanges' ? 'wait' : 'bad';
  return {
    title: decisionTitle(decision),
    state: JSON.stringify([decision.at, view.execution, stages.map(({ state }) => state), asked]),
    customer: status.customer.name,
    sandbox: status.mode === 'sandbox',
    sources: sourcesOf(review?.preview ?? null, assetHosts),
    ...(running ? { follow: followOf(stages, asked.length > 0) } : {}),
    body: html`${notice ?? ''}
      <h1>${decisionTitle(decision)}</h1>
      <div class="note ${tone}">${decisionDetails(decision, timeZone)}</div>
      <section class="card">
        <h2>${running ? 'What happens next' : 'What happened'}</h2>
        ${outcome(decision, running)} ${stages.length === 0 ? '' : path(stages)}
      </section>
      ${
        review === null
          ? ''
          : html`<section class="card">
              <h2>What was decided about</h2>
              ${pictures(review.preview, { strip: true })}
              <p>${lines(review.caption ?? '')}</p>
            </section>`
      }
      ${rounds(earlierOf(view, review, decision), timeZone)}`,
  };
}

/** Earlier rounds, from the review or, where no worker could rebuild a finished onboarding, from its result. */
function earlierOf(
  { result }: OnboardingView,
  review: ReviewStatus | null,
  { revision }: ReviewDecision,
): readonly ReviewDecision[] {
  const known = review?.earlier ?? result?.review?.earlier ?? [];
  return known.filter((round) => round.revision < revision);
}

function outcome({ decision }: ReviewDecision, running: boolean): Html {
  switch (decision) {
    case 'reject':
      return html`<p>Nothing is posted.</p>`;
    case 'expired':
      return html`<p>
        Nothing is posted: without a decision nothing ever is. Ask whoever sent you the link if that was not intended.
      </p>`;
    case 'requestChanges':
      return html`<p>
        ${running ? 'Another version is being made. It will be reviewed before anything is posted.' : 'The onboarding has ended.'}
      </p>`;
    case 'approve':
      return html``;
  }
}

function next(
  view: OnboardingView,
  status: OnboardingStatus,
  review: ReviewStatus | null,
  decision: ReviewDecision,
): Stage[] {
  if (decision.decision === 'requestChanges') return roundStages(status, decision.revision + 1);
  const recorded = recordStage(status, decisionTitle(decision));
  if (decision.decision !== 'approve') return [recorded];
  const at = view.result?.scheduledPosts[0]?.scheduledFor ?? review?.scheduledFor ?? null;
  // Without a schedule the onboarding waits for no account.
  if (at === null && view.execution === 'running') return [recorded];
  return [recorded, ...connecting(status), scheduling(view, status, review, at)];
}

/** Connecting the account, as long as the post waits for that. */
function connecting(status: OnboardingStatus): Stage[] {
  const asked = platformsAsked(status).map(platformName);
  if (asked.length > 0) return [{ state: 'now', text: `Waiting for the owner to connect ${listed(asked)}` }];
  const stage = stageOf(status, 'social', 'Connecting the account', '');
  return stage.state === 'done' ? [] : [stage];
}

function scheduling(
  view: OnboardingView,
  status: OnboardingStatus,
  review: ReviewStatus | null,
  at: string | null,
): Stage {
  const schedule = status.steps.find(({ step }) => step === 'schedule')!;
  const timeZone = review?.timezone ?? view.server.customer?.timezone ?? 'UTC';
  const doing =
    at === null ? 'Scheduling the post' : `Scheduling the post for ${shortMoment(at, timeZone)} (${place(timeZone)})`;
  const done =
    schedule.state === 'skipped' || at === null
      ? 'Ready. Nothing was scheduled.'
      : html`Scheduled: it will be ${review === null ? 'posted' : deed(review).done} ${when(at, timeZone)}`;
  return stageOf(status, 'schedule', doing, done);
}
