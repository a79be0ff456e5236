import { html } from 'hono/html';
import { MAX_COMMENT } from '../../../contract/limits';
import type { OnboardingStatus, ReviewStatus } from '../../../contract/status';
import { fieldTime, place, shortMoment } from '../../../words';
import {
  hidden,
  nameField,
  problemSummary,
  problemText,
  radio,
  select,
  textArea,
  textField,
  type Filled,
} from '../../html/fields';
import type { Html, Page } from '../../html/layout';
import { pictures, sourcesOf, thumbnail, whenDue } from '../../html/parts';
import { LONGEST } from '../decisionForm';
import { deed } from './deed';

export interface DecidePage {
  status: OnboardingStatus;
  review: ReviewStatus;
  /** The sealed form. */
  form: string;
  filled: Filled;
  now: number;
  assetHosts?: readonly string[];
  notice?: Html;
}

function page(title: string, asked: DecidePage, body: Html): Page {
  const { status, review, assetHosts, filled, notice } = asked;
  return {
    title,
    customer: status.customer.name,
    sandbox: status.mode === 'sandbox',
    sources: sourcesOf(review.preview, assetHosts),
    ...(Object.keys(filled.problems).length > 0 ? { status: 422 } : {}),
    body: html`${notice ?? ''}${problemSummary(filled)}
      <h1>${title}</h1>
      <section class="card">${body}</section>`,
  };
}

const back = html`<a class="button" href="?">Back</a>`;

/** The second step of an approval: says exactly what the button does. `at`: a time other than the planned one. */
export function approvePage(asked: DecidePage, at: { iso: string; typed: string } | null): Page {
  const { review, form, filled } = asked;
  const time = at?.iso ?? review.scheduledFor;
  const { timezone } = review;
  const act = time === null ? 'Approve' : `Approve and ${deed(review).verb} for ${shortMoment(time, timezone)}`;
  return page(
    'Approve this post?',
    asked,
    html`${pictures(review.preview, { strip: true })}
      ${
        time === null
          ? html`<p>The post is then ready. Nothing is scheduled.</p>`
          : html`<p>
              It will be ${deed(review).done} at ${whenDue(time, timezone)}, not before.
              <a href="?do=time">Choose another time</a>
            </p>`
      }
      <p class="soft small">You approve what you have seen. Pictures that could not be loaded are part of it.</p>
      <form method="post" action="?">
        ${hidden({ form, decision: 'approve', at: at?.typed ?? '' })} ${nameField('reviewer', filled)}
        ${textArea({ name: 'comment', label: 'Comment (optional)', maxLength: MAX_COMMENT, short: true }, filled)}
        <div class="actions"><button class="go">${act}</button>${back}</div>
      </form>`,
  );
}

export const rejectPage = (asked: DecidePage): Page =>
  page(
    'Reject this post?',
    asked,
    html`${pictures(asked.review.preview, { strip: true })}
      <p>
        Nothing will be posted, and this onboarding ends without a post. If another version could do, ask for changes
        instead.
      </p>
      <form method="post" action="?">
        ${hidden({ form: asked.form, decision: 'reject' })} ${nameField('reviewer', asked.filled)}
        ${textArea({ name: 'comment', label: 'Why?', required: true, maxLength: MAX_COMMENT }, asked.filled)}
        <div class="actions"><button class="stop">Reject: nothing is posted</button>${back}</div>
      </form>`,
  );

const GENDERS: [string, string][] = [
  ['', 'Any'],
  ['female', 'Female'],
  ['male', 'Male'],
  ['non_binary', 'Non-binary'],
];
const AGES: [string, string][] = [
  ['', 'Any'],
  ['teen', 'Teen'],
  ['young_adult', 'Young adult'],
  ['adult', 'Adult'],
  ['mid_adult', 'Mid-adult'],
  ['mature', 'Mature'],
  ['senior', 'Senior'],
];

const OPEN_SOURCE = html`<p class="hint">
  Then the next suggestion is taken, or somebody chooses again; with a new persona the same source is remixed.
</p>`;

/** What should be different: the next remix takes another source or persona; the partner reads the comments. */
export function changesPage(asked: DecidePage): Page {
  const { review, form } = asked;
  const filled = { ...asked.filled, values: { source: 'next', persona: 'keep', ...asked.filled.values } };
  return page(
    'Ask for changes',
    asked,
    html`<p>
        A new version is made and reviewed again. It is a remix: it takes another source or another persona, not text.
        Your comments go to the partner together with this round.
      </p>
      <form method="post" action="?">
        ${hidden({ form, decision: 'requestChanges' })} ${nameField('reviewer', filled)}
        ${textArea({ name: 'comment', label: 'What should change?', required: true, maxLength: MAX_COMMENT }, filled)}
        ${perSlide(review, filled)}
        <fieldset class="field">
          <legend>Next version made from</legend>
          ${radio('source', 'next', 'Leave it open', filled, OPEN_SOURCE)}
          ${radio(
            'source',
            'keyword',
            'A new search',
            filled,
            textField({ name: 'keyword', label: 'Search for', maxLength: LONGEST.keyword }, filled),
          )}
          ${radio(
            'source',
            'named',
            'A certain TikTok slideshow',
            filled,
            textField({ name: 'tiktok', label: 'Its address', maxLength: LONGEST.address }, filled),
          )}
        </fieldset>
        <fieldset class="field">
          <legend>Persona</legend>
          ${radio('persona', 'keep', review.influencer.name === null ? 'The same' : `Keep “${review.influencer.name}”`, filled)}
          ${radio(
            'persona',
            'new',
            'A new one',
            filled,
            html`${select('gender', 'Gender', GENDERS, filled)} ${select('ageRange', 'Age', AGES, filled)}
            ${textField({ name: 'prompt', label: 'In a few words (optional)', maxLength: LONGEST.persona }, filled)}`,
          )}
        </fieldset>
        <div class="actions"><button class="go">Ask for changes</button>${back}</div>
      </form>`,
  );
}

function perSlide({ preview }: ReviewStatus, filled: Filled): Html {
  const urls = preview?.imageUrls ?? [];
  if (urls.length === 0) return html``;
  const open = urls.some((_, index) => filled.values[`slide-${index}`]);
  return html`<details class="field" ${open ? 'open' : ''}>
    <summary>Notes on single slides</summary>
    <ol class="per-slide">
      ${urls.map(
        (url, index) =>
          html`<li>
            ${thumbnail(url, `Slide ${index + 1}`)}${textArea(
              { name: `slide-${index}`, label: `Slide ${index + 1}`, maxLength: MAX_COMMENT, short: true },
              filled,
            )}
          </li>`,
      )}
    </ol>
  </details>`;
}

/** Another time for the post, in the customer's zone. Sent by GET: it leads on to the approval and decides nothing. */
export function timePage(asked: DecidePage): Page {
  const { review, filled, now } = asked;
  const { timezone, scheduledFor } = review;
  const fallback = new Date(Math.max(now + 86_400_000, Date.parse(scheduledFor ?? '') || 0)).toISOString();
  const problem = filled.problems['at'];
  return page(
    'Choose another time',
    asked,
    html`<form method="get" action="?">
      ${hidden({ do: 'approve' })}
      <div class="field">
        <label for="at">Date and time in ${place(timezone)} (${timezone})</label>
        <input
          type="datetime-local"
          id="at"
          name="at"
          required
          value="${filled.values['at'] || fieldTime(fallback, timezone)}"
          min="${fieldTime(new Date(now).toISOString(), timezone)}"
          ${problem === undefined ? '' : html`aria-invalid="true" aria-describedby="at-problem"`}
        />
        ${problemText('at', problem)}
      </div>
      ${scheduledFor === null ? '' : html`<p class="soft">Planned so far: ${whenDue(scheduledFor, timezone)}</p>`}
      <div class="actions"><button class="go">Continue</button>${back}</div>
    </form>`,
  );
}
