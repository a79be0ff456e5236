import { html } from 'hono/html';
import type { OnboardingView } from '../../client/view';
import type { ReviewDecision } from '../../contract/result';
import type { OnboardingStatus, ReviewStatus, StepStatus } from '../../contract/status';
import type { Step } from '../../contract/steps';
import type { Html, Page } from './layout';
import { decisionText, pictures, rounds, sourcesOf, when } from './parts';
import { decided, deed, listed, platformName, platformsAsked } from './words';

/** While something moves by itself, and while a person is waited for. */
const SOON_SECONDS = 4;
const LATER_SECONDS = 60;

interface Stage {
  state: 'done' | 'now' | 'todo' | 'trouble';
  text: string | Html;
}

const MARKS: Record<Stage['state'], string> = { done: '✓', now: '…', todo: '·', trouble: '!' };
const SPOKEN: Record<Stage['state'], string> = { done: 'done', now: 'now', todo: 'to come', trouble: 'held up' };

const path = (stages: readonly Stage[]): Html =>
  html`<ol class="path">
    ${stages.map(
      ({ state, text }) =>
        html`<li class="${state}">
          <span class="mark" role="img" aria-label="${SPOKEN[state]}">${MARKS[state]}</span><span>${text}</span>
        </li>`,
    )}
  </ol>`;

const TROUBLE = 'is held up by a problem. The team has been told; nothing is lost and you need to do nothing.';

/** A step of the flow as one line: `doing` while it is under way. */
function stageOf(status: OnboardingStatus, name: Step, doing: string, done: string | Html): Stage {
  const { state } = status.steps.find(({ step }) => step === name) as StepStatus;
  switch (state) {
    case 'done':
    case 'skipped':
      return { state: 'done', text: done };
    case 'running':
    case 'waiting':
      return { state: 'now', text: doing };
    case 'blocked':
    case 'failed':
      return { state: 'trouble', text: `${doing}: this ${TROUBLE}` };
    case 'pending':
      return { state: 'todo', text: doing };
  }
}

const followOf = (stages: readonly Stage[], patient: boolean): number =>
  stages.some(({ state }) => state === 'trouble') || patient ? LATER_SECONDS : SOON_SECONDS;

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
  const patient = platformsAsked(status).length > 0;
  const tone = decision.decision === 'approve' ? 'good' : decision.decision === 'requestChanges' ? 'wait' : 'bad';
  return {
    title: decided(decision),
    state: JSON.stringify([decision.at, view.execution, stages.map(({ state }) => state)]),
    customer: status.customer.name,
    sandbox: status.mode === 'sandbox',
    sources: sourcesOf(review?.preview ?? null, assetHosts),
    ...(running ? { follow: followOf(stages, patient) } : {}),
    body: html`${notice ?? ''}
      <h1>${decided(decision)}</h1>
      <div class="note ${tone}">${decisionText(decision, timeZone)}</div>
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
              <p>${review.caption ?? ''}</p>
            </section>`
      }
      ${rounds(review?.earlier ?? [], timeZone)}`,
  };
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
  if (decision.decision === 'requestChanges') return makingStages(status, decision.revision + 1);
  if (decision.decision !== 'approve') return [];
  const asked = platformsAsked(status).map(platformName);
  const at = view.result?.scheduledPosts[0]?.scheduledFor ?? review?.scheduledFor ?? null;
  const schedule = status.steps.find(({ step }) => step === 'schedule')!;
  const timeZone = review?.timezone ?? view.server.customer?.timezone ?? 'UTC';
  const done =
    schedule.state === 'skipped' || at === null
      ? 'Ready. Nothing was scheduled.'
      : html`Scheduled: it will be ${review === null ? 'posted' : deed(review).done} ${when(at, timeZone)}`;
  return [
    { state: 'done', text: decided(decision) },
    ...(asked.length > 0
      ? [{ state: 'now' as const, text: `Waiting until ${listed(asked)} is connected by the account's owner` }]
      : []),
    stageOf(status, 'schedule', 'Scheduling the post', done),
  ];
}

/** How far a round is that is still being made. */
export function makingStages(status: OnboardingStatus, revision: number): Stage[] {
  const early: Stage[] =
    revision > 0
      ? []
      : [
          stageOf(status, 'project', 'Setting up the project', 'Project set up'),
          stageOf(status, 'influencer', 'Preparing the persona', 'Persona ready'),
        ];
  // Just decided: the steps still tell of the round before.
  if (revision > 0 && status.stage === 'review')
    return [
      { state: 'now', text: 'Preparing the next round' },
      { state: 'todo', text: 'Making the post' },
      { state: 'todo', text: 'Review' },
    ];
  const choosing = status.choices !== null;
  return [
    ...early,
    choosing
      ? { state: 'now', text: 'Somebody is choosing what to remix' }
      : stageOf(status, 'source', 'Looking for something to remix', 'Found something to remix'),
    stageOf(status, 'content', 'Making the post, usually a few minutes', 'Post made'),
    { state: 'todo', text: 'Review' },
  ];
}

/** For a link whose round is still being made. */
export function comingPage(status: OnboardingStatus, revision: number): Page {
  const stages = makingStages(status, revision);
  return {
    title: revision === 0 ? 'The post is not ready yet' : `Round ${revision + 1} is being made`,
    state: JSON.stringify(stages.map(({ state }) => state)),
    customer: status.customer.name,
    sandbox: status.mode === 'sandbox',
    follow: followOf(stages, status.choices !== null),
    body: html`<h1>${revision === 0 ? 'The post is not ready yet' : `Round ${revision + 1} is being made`}</h1>
      <section class="card">
        <p>
          This page moves on by itself as soon as there is something to review. You may also close it and come back.
        </p>
        ${path(stages)}
      </section>
      ${rounds(status.review === null ? [] : [...status.review.earlier, ...(status.review.decision ? [status.review.decision] : [])], status.review?.timezone ?? 'UTC')}`,
  };
}
