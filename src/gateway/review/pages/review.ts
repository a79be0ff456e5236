import { html } from 'hono/html';
import type { ReviewDecision } from '../../../contract/result';
import { mayAskForChanges, type OnboardingStatus, type ReviewStatus } from '../../../contract/status';
import { place, roughSpan, shortMoment } from '../../../words';
import type { Html, Page } from '../../html/layout';
import { decisionDetails, lines, madeWith, pictures, rounds, sourcesOf, when, whenDue } from '../../html/parts';
import { timePassed } from '../timePassed';
import { deed } from './deed';
import { accounts } from './targets';

export interface ReviewPage {
  status: OnboardingStatus;
  review: ReviewStatus;
  mayDecide: boolean;
  now: number;
  assetHosts?: readonly string[];
  /** Something to say first: why an answer was not taken. */
  notice?: Html;
}

/** The page of a round that waits for a decision: everything that will be posted, and three buttons. */
export function reviewPage({ status, review, mayDecide, now, assetHosts, notice }: ReviewPage): Page {
  const left = Date.parse(review.deadline) - now;
  return {
    title: 'Please review this post',
    state: `open ${review.revision}`,
    customer: status.customer.name,
    sandbox: status.mode === 'sandbox',
    sources: sourcesOf(review.preview, assetHosts),
    body: html`${notice ?? ''}
      <h1>${mayDecide ? 'Please review this post' : 'This post is being reviewed'}</h1>
      <p class="lede">${roundOf(review)} · <strong>${roughSpan(left)} left</strong> to decide</p>
      <section class="card">
        <h2 class="soft small">${kindOf(review)}</h2>
        ${pictures(review.preview)}
      </section>
      <section class="card">${facts(status, review)}</section>
      ${mayDecide ? decision(review, now) : lookOnly(review)} ${rounds(review.earlier, review.timezone)}`,
  };
}

const roundOf = ({ revision, maxRounds }: ReviewStatus): string => `Round ${revision + 1} of at most ${maxRounds}`;

function kindOf({ preview }: ReviewStatus): string {
  const count = preview?.imageUrls.length ?? 0;
  if (count > 0) return `${count} slides${count > 1 ? ' · tap one to enlarge it' : ''}`;
  return preview?.kind === 'video' ? 'Video' : 'Preview';
}

/** Caption, account, time and origin, as a list of names and values. */
export function facts(status: OnboardingStatus, review: ReviewStatus): Html {
  const { caption, scheduledFor, timezone } = review;
  const made = madeWith(review);
  return html`<dl class="facts">
    <div>
      <dt>Caption</dt>
      <dd class="caption">${caption ? lines(caption) : html`<span class="soft">none</span>`}</dd>
    </div>
    <div>
      <dt>Post to</dt>
      <dd>${accounts(status, review)}</dd>
    </div>
    <div>
      <dt>When</dt>
      <dd>${scheduledFor === null ? 'Nothing is scheduled by this approval.' : whenDue(scheduledFor, timezone)}</dd>
    </div>
    <div>
      <dt>Made with</dt>
      <dd>${made}</dd>
    </div>
  </dl>`;
}

function decision(review: ReviewStatus, now: number): Html {
  const { scheduledFor, timezone, deadline } = review;
  const passed = timePassed(scheduledFor, now);
  return html`<section class="card" aria-labelledby="decide">
    <h2 id="decide">Your decision</h2>
    ${
      passed
        ? html`<div class="note wait"><p>The planned time has passed. If you approve, you choose another one.</p></div>`
        : ''
    }
    <form method="get" class="actions">
      <button class="go" name="do" value="approve">Approve …</button>
      ${mayAskForChanges(review) ? html`<button name="do" value="changes">Ask for changes …</button>` : ''}
      <button class="stop" name="do" value="reject">Reject …</button>
    </form>
    <ul class="soft">
      <li>${ifApproved(review, passed)}</li>
      ${mayAskForChanges(review) ? '' : html`<li>This is the last round: it can be approved or rejected.</li>`}
      <li>If nobody answers by ${when(deadline, timezone)}: nothing is posted.</li>
      ${
        scheduledFor === null || passed
          ? ''
          : html`<li>
              Another time suits better?
              <a href="?do=time">Choose another time</a>
            </li>`
      }
    </ul>
  </section>`;
}

function ifApproved(review: ReviewStatus, passed: boolean): string {
  const { scheduledFor, timezone } = review;
  if (scheduledFor === null) return 'If you approve: the post is ready. Nothing is scheduled.';
  if (passed) return 'If you approve: it is scheduled for the time that you choose.';
  const at = `${shortMoment(scheduledFor, timezone)} (${place(timezone)})`;
  return `If you approve: it is ${deed(review).done} at ${at}, not before.`;
}

const lookOnly = ({ deadline, timezone }: ReviewStatus): Html =>
  html`<div class="note">
    <p>With this link you can look, not decide. A decision is possible until ${when(deadline, timezone)}.</p>
  </div>`;

/** For a link whose round is over: what became of it, and the current round to look at. */
export function replacedPage(
  { status, review, now, assetHosts, notice }: ReviewPage,
  linkRevision: number,
  made: ReviewDecision | null,
): Page {
  const open = review.decision === undefined;
  const page = reviewPage({ status, review, mayDecide: false, now, ...(assetHosts ? { assetHosts } : {}) });
  return {
    ...page,
    title: 'A newer round has replaced this one',
    state: `replaced ${review.revision} ${open}`,
    follow: 30,
    body: html`${notice ?? ''}
      <h1>A newer round has replaced this one</h1>
      <div class="card">
        ${made === null ? '' : decisionDetails(made, review.timezone)}
        <p>
          Your link is for round ${linkRevision + 1}.
          ${
            open
              ? `Round ${review.revision + 1} is under review now; it has a link of its own. This is what it looks like:`
              : `Round ${review.revision + 1} has been decided too.`
          }
        </p>
      </div>
      ${
        open
          ? html`<section class="card">${pictures(review.preview)}</section>
              <section class="card">${facts(status, review)}</section>`
          : html`<section class="card">${decisionDetails(review.decision!, review.timezone)}</section>`
      }`,
  };
}
