import { html } from 'hono/html';
import type { ReviewDecision } from '../../contract/result';
import type { ContentPreview, ReviewStatus, SourceCandidate } from '../../contract/status';
import { decisionTitle, fieldTime, handle, isUtc, moment, place, timeInUtc } from '../../words';
import type { Sources } from '../http/headers';
import { originsOf, safeUrl } from '../http/urls';
import type { Html } from './layout';

/** A moment as the customer reads it, and in UTC; where scripts run, in the reader's own time instead of UTC. */
export function when(iso: string, timeZone: string): Html {
  const utc = isUtc(timeZone) ? '' : `, ${timeInUtc(iso, timeZone)}`;
  return html`<time datetime="${iso}">${moment(iso, timeZone)}</time> (${place(timeZone)})<span
      class="soft small"
      data-also="${iso}"
      data-zone="${timeZone}"
      >${utc}</span
    >`;
}

/** When a post is due: with the offset from UTC that is used for it. Time zones change, and people have to see by which. */
export const whenDue = (iso: string, timeZone: string): Html =>
  isUtc(timeZone)
    ? when(iso, timeZone)
    : html`${when(iso, timeZone)}<span class="soft small">
          (${place(timeZone)} is ${offset(iso, timeZone)} then)</span
        >`;

/** `UTC-7`, `UTC+5:30`: of what is shown as the local time. */
function offset(iso: string, timeZone: string): string {
  const minute = 60_000;
  const local = Date.parse(`${fieldTime(iso, timeZone)}Z`);
  const minutes = Math.round((local - Math.floor(Date.parse(iso) / minute) * minute) / minute);
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '-' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

/** Text of others with its line breaks, as it will be posted: a block of its own, each line in its own direction. */
export const lines = (text: string): Html => html`<span class="said" dir="auto">${broken(text)}</span>`;

/** The same within a line of ours. */
export const linesWithin = (text: string): Html => html`<bdi>${broken(text)}</bdi>`;

const broken = (text: string): Html =>
  html`${text.split(/\r?\n/).map((line, index) => (index === 0 ? line : html`<br />${line}`))}`;

/** The origins of a list of hosts, where there is one: pictures and videos are then loaded from those alone. */
export const allowedOrigins = (assetHosts?: readonly string[]): string[] | undefined =>
  assetHosts?.map((host) => (host.includes('://') ? host : `https://${host}`));

/** Where the pictures and videos of a preview come from. */
export function sourcesOf(preview: ContentPreview | null, assetHosts?: readonly string[]): Sources {
  const allowed = allowedOrigins(assetHosts);
  if (preview === null) return {};
  return {
    img: allowed ?? originsOf([...preview.imageUrls, preview.thumbnailUrl, preview.primaryUrl]),
    media: allowed ?? originsOf([preview.videoUrl, preview.primaryUrl]),
  };
}

/**
 * A picture that covers a text saying that it is missing: where the browser cannot load the picture, the text is seen,
 * with or without scripts. It is short, since it has to fit into the smallest frame beside what is shown of `alt`.
 */
const framed = (url: string | null, alt: string): Html =>
  url === null
    ? html`<span class="missing">${alt}: no picture.</span>`
    : html`<span class="missing" aria-hidden="true">Picture not loaded.</span
        ><img src="${url}" alt="${alt}" loading="lazy" referrerpolicy="no-referrer" />`;

/** What is under review, as a list of figures: nothing moves by itself, and every picture has its number. */
export function pictures(preview: ContentPreview | null, options: { strip?: boolean } = {}): Html {
  const video = safeUrl(preview?.videoUrl ?? (preview?.kind === 'video' ? preview.primaryUrl : null));
  if (preview !== null && preview.imageUrls.length === 0 && video !== null) return film(video, preview, options);
  const urls = preview?.imageUrls.length ? preview.imageUrls : [preview?.primaryUrl].filter((url) => url != null);
  if (urls.length === 0)
    return html`<div class="note wait">
      <p>There is no picture of this post. Ask whoever sent you the link before you decide.</p>
    </div>`;
  return html`<ol class="slides ${options.strip ? 'strip' : ''}">
    ${urls.map((url, index) => slide(safeUrl(url), `Slide ${index + 1} of ${urls.length}`, options))}
  </ol>`;
}

function slide(url: string | null, name: string, { strip }: { strip?: boolean }): Html {
  const frame =
    url === null || strip
      ? html`<span class="frame">${framed(url, name)}</span>`
      : html`<a class="frame" href="${url}" target="_blank" rel="noopener noreferrer" title="Open in full size"
          >${framed(url, name)}</a
        >`;
  return html`<li>
    <figure>
      ${frame}
      <figcaption>${name}</figcaption>
    </figure>
  </li>`;
}

const film = (url: string, { thumbnailUrl }: ContentPreview, { strip }: { strip?: boolean }): Html =>
  strip
    ? html`<p class="soft">A video.</p>`
    : html`<video
          controls
          preload="metadata"
          src="${url}"
          ${safeUrl(thumbnailUrl) === null ? '' : html`poster="${safeUrl(thumbnailUrl)}"`}
        ></video>
        <p class="small">
          <a href="${url}" target="_blank" rel="noopener noreferrer">Open the video by itself</a> if it does not play
          here.
        </p>`;

/** A small picture beside its field. */
export const thumbnail = (url: string | null, alt: string): Html =>
  html`<span class="frame">${framed(safeUrl(url), alt)}</span>`;

/** Earlier rounds with what was said about them. */
export const rounds = (earlier: readonly ReviewDecision[], timeZone: string): Html =>
  earlier.length === 0
    ? html``
    : html`<section class="card">
        <h2>Earlier rounds</h2>
        <ol class="rounds" reversed>
          ${[...earlier].reverse().map((round) => html`<li>${decisionDetails(round, timeZone)}</li>`)}
        </ol>
      </section>`;

/** Who decided what and why. */
export function decisionDetails(decision: ReviewDecision, timeZone: string): Html {
  const { revision, at, comment, slides = [] } = decision;
  const notes = slides.filter(({ note }) => note !== '');
  return html`<p>
      <strong>Round ${revision + 1}: ${decisionTitle(decision)}</strong><br /><span class="soft small"
        >${when(at, timeZone)}</span
      >
    </p>
    ${comment === null ? '' : html`<p>${lines(comment)}</p>`}
    ${
      notes.length === 0
        ? ''
        : html`<ul>
            ${notes.map(({ index, note }) => html`<li>Slide ${index + 1}: ${linesWithin(note)}</li>`)}
          </ul>`
    }`;
}

/** `persona "Maya" · inspired by a TikTok by @morning`; of a source that the input names only the id is known. */
export function madeWith({ influencer, source }: ReviewStatus): Html {
  const persona = influencer.name === null ? '' : html`persona “${influencer.name}”`;
  if (source === null) return html`${persona}`;
  const { author, tiktokVideoId } = source;
  const origin = author ? `inspired by a TikTok by ${handle(author)}` : `inspired by the TikTok ${tiktokVideoId}`;
  return html`${persona}${persona && ' · '}${origin} ${originalLink(source)}`;
}

/** To the slideshow at TikTok, which finds it by the id: the link works without the author's name too. */
export function originalLink({ author, tiktokVideoId }: SourceCandidate): Html | string {
  if (!/^\d+$/.test(tiktokVideoId)) return '';
  const url = `https://www.tiktok.com/@${encodeURIComponent(author?.replace(/[@\u2066-\u2069]/g, '') ?? '_')}/photo/${tiktokVideoId}`;
  return html`<a class="small" href="${url}" target="_blank" rel="noopener noreferrer">See the original</a>`;
}
