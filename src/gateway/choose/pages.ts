import { html } from 'hono/html';
import type { OnboardingStatus, SourceCandidate } from '../../contract/status';
import { handle } from '../../words';
import { hidden, nameField, problemSummary, problemText, type Filled } from '../html/fields';
import { messagePage, type Html, type Page } from '../html/layout';
import { allowedOrigins, originalLink, thumbnail } from '../html/parts';
import { sourceStages } from '../html/stages';
import { waitPage } from '../html/waitPage';
import { originsOf, safeUrl } from '../http/urls';

export interface ChoosePage {
  status: OnboardingStatus;
  choices: readonly SourceCandidate[];
  form: string;
  filled: Filled;
  assetHosts?: readonly string[];
  notice?: Html;
}

/** The candidates for the source, where the input leaves the choice to a person. */
export function choosePage({ status, choices, form, filled, assetHosts, notice }: ChoosePage): Page {
  const problem = filled.problems['tiktokVideoId'];
  const img = allowedOrigins(assetHosts) ?? originsOf(choices.map((choice) => choice.thumbnailUrl));
  return {
    title: 'Choose what to remix',
    customer: status.customer.name,
    sandbox: status.mode === 'sandbox',
    sources: { img },
    ...(Object.keys(filled.problems).length > 0 ? { status: 422 } : {}),
    body: html`${notice ?? ''}${problemSummary(filled)}
      <h1>Choose what to remix</h1>
      <p class="lede">The post of ${status.customer.name} is made after one of these TikTok slideshows.</p>
      <form method="post" action="?" class="card">
        ${hidden({ form })}
        <fieldset class="field">
          <legend>Slideshows</legend>
          <ul class="sources">
            ${choices.map((choice, index) => candidate(choice, index, filled))}
          </ul>
          ${problemText('tiktokVideoId', problem)}
        </fieldset>
        ${nameField('by', filled)}
        <div class="actions"><button class="go">Use this one</button></div>
      </form>`,
  };
}

function candidate(choice: SourceCandidate, index: number, { values }: Filled): Html {
  const { tiktokVideoId, author, caption, thumbnailUrl, imageCount, views } = choice;
  const name = author === null ? `Slideshow ${index + 1}` : handle(author);
  const facts = [
    imageCount === null ? '' : `${imageCount} slides`,
    views === null ? '' : `${new Intl.NumberFormat('en').format(views)} views`,
  ];
  const chosen = values['tiktokVideoId'] === tiktokVideoId;
  return html`<li>
    <label>
      ${thumbnail(safeUrl(thumbnailUrl), `First slide of ${name}`)}
      <span class="pick"
        ><input
          type="radio"
          name="tiktokVideoId"
          value="${tiktokVideoId}"
          required
          ${chosen ? 'checked' : ''}
        />${name}</span
      >
      <span class="soft small">${facts.filter(Boolean).join(' · ')}</span>
      ${caption ? html`<br /><span class="small" dir="auto">${caption}</span>` : ''}
    </label>
    ${originalLink(choice)}
  </li>`;
}

/** While no choice is asked for: it has been made, or there is nothing to choose from yet. */
export function chosenPage(status: OnboardingStatus): Page {
  const source = status.steps.find(({ step }) => step === 'source')!;
  if (source.state !== 'done') return nothingToChoosePage(status);
  return messagePage(
    'The slideshow has been chosen',
    [source.fact ? `It is ${source.fact}.` : 'Thank you.', 'The post is made from it.'],
    { customer: status.customer.name, sandbox: status.mode === 'sandbox', tone: 'good' },
  );
}

/** Promises no review, since the input may do without one. */
const nothingToChoosePage = (status: OnboardingStatus): Page =>
  waitPage(status, {
    title: 'There is nothing to choose yet',
    awaited: 'something to choose',
    stages: sourceStages(status, status.review === null ? 0 : status.review.revision + 1),
  });
