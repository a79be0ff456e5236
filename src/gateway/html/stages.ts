import { html } from 'hono/html';
import type { OnboardingStatus, StepStatus } from '../../contract/status';
import type { Step } from '../../contract/steps';
import type { Html } from './layout';

/** How often a page looks again while the onboarding moves by itself, and while it waits for a person. */
const SOON_SECONDS = 4;
const LATER_SECONDS = 60;

/** One line of what has happened, happens now or will happen, as the pages list them. */
export interface Stage {
  state: 'done' | 'now' | 'todo' | 'trouble';
  text: string | Html;
}

const MARKS: Record<Stage['state'], string> = { done: '✓', now: '…', todo: '·', trouble: '!' };
const SPOKEN: Record<Stage['state'], string> = { done: 'done', now: 'now', todo: 'to come', trouble: 'held up' };

/** The stages as a list with a mark each. */
export const path = (stages: readonly Stage[]): Html =>
  html`<ol class="path">
    ${stages.map(
      ({ state, text }) =>
        html`<li class="${state}">
          <span class="mark" role="img" aria-label="${SPOKEN[state]}">${MARKS[state]}</span><span>${text}</span>
        </li>`,
    )}
  </ol>`;

const TROUBLE = 'is held up by a problem. The team can see it; nothing is lost and you need to do nothing.';

/** A step of the flow as one line: `doing` while it is under way. */
export function stageOf(status: OnboardingStatus, name: Step, doing: string, done: string | Html): Stage {
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

/** Seconds until the page looks again; `patient`: the onboarding waits for a person. */
export const followOf = (stages: readonly Stage[], patient: boolean): number =>
  stages.some(({ state }) => state === 'trouble') || patient ? LATER_SECONDS : SOON_SECONDS;

/** How far the choice of a source is, and in the first round what comes before. */
export function sourceStages(status: OnboardingStatus, revision: number): Stage[] {
  const early: Stage[] =
    revision > 0
      ? []
      : [
          stageOf(status, 'project', 'Setting up the project', 'Project set up'),
          stageOf(status, 'influencer', 'Preparing the persona', 'Persona ready'),
        ];
  const choosing = status.choices !== null;
  return [
    ...early,
    choosing
      ? { state: 'now', text: 'Somebody is choosing what to remix' }
      : stageOf(status, 'source', 'Looking for something to remix', 'Found something to remix'),
  ];
}
