import { html } from 'hono/html';
import type { OnboardingStatus } from '../../contract/status';
import type { Html, Page } from './layout';
import { rounds } from './parts';
import { followOf, path, roundStages, sourceStages, type Stage } from './stages';

/** For a link whose round is still being made. */
export function comingPage(status: OnboardingStatus, revision: number): Page {
  const { review } = status;
  const earlier = review === null ? [] : [...review.earlier, ...(review.decision ? [review.decision] : [])];
  return waitPage(status, {
    title: revision === 0 ? 'The post is not ready yet' : `Round ${revision + 1} is being made`,
    awaited: 'something to review',
    stages: roundStages(status, revision),
    more: rounds(earlier, review?.timezone ?? 'UTC'),
  });
}

/** For a link to choose a source while nobody is asked to. Promises no review, since there need not be one. */
export const nothingToChoosePage = (status: OnboardingStatus): Page =>
  waitPage(status, {
    title: 'There is nothing to choose yet',
    awaited: 'something to choose',
    stages: sourceStages(status, status.review === null ? 0 : status.review.revision + 1),
  });

interface Wait {
  title: string;
  awaited: string;
  stages: readonly Stage[];
  more?: Html;
}

const waitPage = (status: OnboardingStatus, { title, awaited, stages, more }: Wait): Page => ({
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
