import { html } from 'hono/html';
import type { OnboardingStatus } from '../../contract/status';
import type { Html, Page } from './layout';
import { followOf, path, type Stage } from './stages';

interface Wait {
  title: string;
  /** What the reader waits for: the page says "as soon as there is …". */
  awaited: string;
  stages: readonly Stage[];
  more?: Html;
}

/** For a link that asks a person something the onboarding has not come to yet: how far it is on the way there. */
export const waitPage = (status: OnboardingStatus, { title, awaited, stages, more }: Wait): Page => ({
  title,
  state: JSON.stringify(stages.map(({ state }) => state)),
  customer: status.customer.name,
  sandbox: status.mode === 'sandbox',
  follow: followOf(stages, status.choices !== null),
  body: html`<h1>${title}</h1>
    <section class="card">
      <p>This page moves on by itself as soon as there is ${awaited}. You may also close it and come back.</p>
      ${path(stages)}
    </section>
    ${more ?? ''}`,
});
