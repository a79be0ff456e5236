import type { OnboardingView } from '../../client/view';
import type { StepState } from '../../contract/steps';
import { decisionText, momentWithUtc, span } from '../../words';
import type { Change } from './changes';
import { commandsFor, customerArgument, type Links } from './commands';
import { endingOf, nextLine } from './ending';
import { painter } from './paint';
import { codeText } from './panels';
import { retrySentence } from './retries';
import { labelOf } from './steps';
import { clean } from './text';
import { clock, timezoneOf, withLocalTimes } from './times';

const STATE_WORDS: Record<StepState, string> = {
  pending: 'pending',
  running: 'started',
  waiting: 'waiting',
  blocked: 'BLOCKED',
  done: 'done',
  skipped: 'skipped',
  failed: 'stopped',
};

/** One change as lines of text with the time in front, for logs and pipes. */
export function plainLines(change: Change, view: OnboardingView, links: Links, now: number): string[] {
  return texts(change, view, links, now).map((text) => `${clock(now)} ${clean(customerArgument(view))} ${text}`);
}

function texts(change: Change, view: OnboardingView, links: Links, now: number): string[] {
  const commands = commandsFor(view, links);
  const zone = timezoneOf(view);
  switch (change.kind) {
    case 'step': {
      const { step, ms } = change;
      const fact = step.fact === undefined ? '' : ` ${withLocalTimes(clean(step.fact), zone, now)}`;
      const time = ms === null || step.state === 'skipped' ? '' : ` (${span(ms, { tenths: true })})`;
      return [`${labelOf(step.step, view).toLowerCase()} ${STATE_WORDS[step.state]}${fact}${time}`];
    }
    case 'blocked': {
      const { blocked } = change;
      const item = blocked.item === undefined ? '' : ` ${clean(blocked.item)}`;
      return [
        `${labelOf(blocked.step, view).toLowerCase()}${item} blocked by ${codeText(blocked)}: ${clean(blocked.cause)} ${clean(blocked.fix)}`,
        `completed steps are kept; then: ${commands('retry')}`,
      ];
    }
    case 'review':
      return [
        `review of round ${change.review.revision + 1} waits until ${momentWithUtc(change.review.deadline, zone, now)}: ${clean(links.review ?? change.review.preview?.primaryUrl ?? change.review.containerId)}`,
        `approve it: ${commands('approve')}`,
      ];
    case 'decision':
      return [`decision: ${clean(decisionText(change.decision))}`];
    case 'choices':
      return [
        `choose a source: ${commands('choose', [], [change.choices[0]?.tiktokVideoId ?? 'ID'])} (${change.choices.length} to choose from)`,
      ];
    case 'retry':
      return [retrySentence(change.call, now)];
    case 'note':
      return [clean(change.text)];
    case 'cleanup':
      return [
        `clean-up: ${clean(change.item.what)}: ${change.item.done ? 'done' : clean(change.item.error ?? 'failed')}`,
      ];
    case 'silent':
      return [`${clean(change.why)} on the task queue "${clean(view.taskQueue)}"; trying again`];
    case 'ended': {
      const setting = { now, columns: Number.POSITIVE_INFINITY, paint: painter(false), links };
      const ending = endingOf(change.view, setting).map(clean);
      return [...ending, nextLine(change.view, links)].filter(Boolean);
    }
  }
}

/** Said now and then while nothing changes, so that a log shows that the command is still following. */
export function heartbeat(view: OnboardingView, now: number): string {
  const busy = (view.status?.steps ?? []).filter(({ state }) => ['running', 'waiting', 'blocked'].includes(state));
  const shown = busy.map(
    (step) =>
      `${labelOf(step.step, view).toLowerCase()}${step.startedAt === undefined ? '' : ` (${span(now - Date.parse(step.startedAt))})`}`,
  );
  return `${clock(now)} ${clean(customerArgument(view))} still running: ${shown.join(', ') || (view.server.stage ?? 'no step yet')}`;
}
