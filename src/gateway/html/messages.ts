import { html } from 'hono/html';
import type { OnboardingView } from '../../client/view';
import type { Fields } from '../http/sealedForm';
import { hidden } from './fields';
import { messagePage, type Html, type Page } from './layout';

const lookAgain = html`<a href="?">Open the page again</a>`;

/** Whose onboarding it is: from its status or, where no worker answers, from what the Temporal server knows. */
export const whose = ({ status, server }: OnboardingView): Pick<Page, 'customer' | 'sandbox'> => ({
  customer: status?.customer.name || (server.customer?.name ?? null),
  sandbox: (status?.mode ?? server.mode) === 'sandbox',
});

export const unknownLinkPage = (): Page =>
  messagePage(
    'This link is not valid',
    ['It may have been cut off on its way. Open it as a whole, or ask whoever sent it for a new one.'],
    { status: 404 },
  );

export const expiredLinkPage = (): Page =>
  messagePage('This link has expired', ['Links work for a limited time. Ask whoever sent it for a new one.'], {
    status: 410,
  });

export const goneOnboardingPage = (): Page =>
  messagePage('There is nothing here any more', ['What this link led to is no longer kept.'], { status: 404 });

export const forbiddenPage = (): Page =>
  messagePage('This link lets you look, not decide', ['Ask whoever sent it for a link to decide.', lookAgain], {
    status: 403,
  });

export const foreignFormPage = (): Page =>
  messagePage(
    'Nothing was sent',
    ['This form was not made by this page, or is out of date. Open the page again and repeat your answer.', lookAgain],
    { status: 403 },
  );

/** The link is good, but whoever made it meant the onboarding before this one. */
export const earlierOnboardingPage = (): Page =>
  messagePage(
    'This link belongs to an earlier onboarding',
    [
      'The onboarding has been started anew since this link was made. The link shows nothing of the new one and decides nothing there.',
      'Ask whoever sent it for a new one.',
    ],
    { status: 410 },
  );

export const unreadableFormPage = (): Page =>
  messagePage(
    'Nothing was sent',
    ['What arrived could not be read as a form: it was cut off, or is in another form than pages send.', lookAgain],
    { status: 400 },
  );

/** `waitMs`: until the next answer by this link is taken. */
export const tooOftenPage = (waitMs: number): Page =>
  messagePage(
    'That was very often in a short time',
    [`Nothing was sent. Please try again in ${secondsOrMinutes(waitMs)}.`, lookAgain],
    { status: 429, tone: 'wait' },
  );

function secondsOrMinutes(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const [count, unit] = seconds < 100 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

export const unreachablePage = (): Page =>
  messagePage(
    'The service cannot be reached for now',
    ['Nothing is lost. This page tries again by itself in a moment.'],
    { status: 503, follow: 15, tone: 'wait' },
  );

export const silentPage = (view: OnboardingView): Page =>
  messagePage(
    'Nobody can answer at this moment',
    [
      'The service is being restarted or updated. Nothing is lost, and nothing is posted meanwhile. This page tries again by itself.',
    ],
    { ...whose(view), status: 503, follow: 10, tone: 'wait' },
  );

export const brokenPage = (reference: string): Page =>
  messagePage('Something went wrong', ['It was not your fault, and nothing is lost.', `Reference: ${reference}`], {
    status: 500,
  });

/** No worker has confirmed the answer in time. The page holds the same form again: sent twice, it counts once. */
export const unconfirmedPage = (fields: Fields, about: Pick<Page, 'customer' | 'sandbox' | 'sources'> = {}): Page => ({
  title: 'Not confirmed yet',
  status: 503,
  ...about,
  body: html`<section class="card">
    <h1>Not confirmed yet</h1>
    <div class="note wait">
      <p>
        Your answer has been handed over, but nobody has confirmed it in time. It may still take effect. Press again in
        a moment: pressed twice, it counts once.
      </p>
    </div>
    <form method="post" action="?">
      ${hidden(fields)}
      <div class="actions">
        <button class="go">Press again</button><a class="button" href="?">See where it stands</a>
      </div>
    </form>
  </section>`,
});

/** Something to say above a page. */
export const notice = (title: string, text: string | Html, tone: 'bad' | 'wait' | 'good' = 'wait'): Html =>
  html`<div class="note ${tone}" role="alert">
    <p><strong>${title}</strong> ${text}</p>
  </div>`;
