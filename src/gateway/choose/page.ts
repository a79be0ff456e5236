import { html } from 'hono/html';
import type { OnboardingStatus, SourceCandidate } from '../../contract/status';
import { originsOf, safeUrl } from '../http/urls';
import { hidden, nameField, problemSummary, problemText, type Filled } from '../html/fields';
import type { Html, Page } from '../html/layout';
import { originalLink, thumbnail } from '../html/parts';
import { handle } from '../html/words';

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
  const img = assetHosts?.map((host) => `https://${host}`) ?? originsOf(choices.map((choice) => choice.thumbnailUrl));
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
      ${caption ? html`<br /><span class="small">${caption}</span>` : ''}
    </label>
    ${originalLink(choice)}
  </li>`;
}
