import type { OnboardingView } from '../../client/view';
import { isWait } from '../../client/retries';
import type { OnboardingStatus, StepStatus } from '../../contract/status';
import { duration, momentWithUtc, span } from '../../words';
import type { Links } from './commands';
import { endingOf, nextLine } from './ending';
import { painter, type Paint } from './paint';
import { codeText, entry, panelOf, type Setting } from './panels';
import { retrySentence, stepOf, troubles } from './retries';
import { iconOf, labelOf } from './steps';
import { clean, fit, pad, shortIds, width } from './text';
import { timezoneOf, withLocalTimes } from './times';

export interface FrameOptions {
  /** Epoch milliseconds: everything that moves is counted up to here. */
  now: number;
  color?: boolean;
  /** Default 80. */
  columns?: number;
  links?: Links;
  /** A frame of a moving picture: spinners turn, and the last line says how to leave. */
  live?: boolean;
}

/** Wider than this, the times at the right edge are too far from what they belong to. */
const MAX_COLUMNS = 100;
const LABEL_COLUMNS = 22;
/** Characters of what a wait has seen: more than a line shows. */
const MAX_SEEN = 300;

/** The picture of one onboarding: the same for watch, status and the demo. Pure; one string of several lines. */
export function renderFrame(view: OnboardingView, options: FrameOptions): string {
  const { now, color = false, links = {}, live = false } = options;
  const columns = Math.min(options.columns ?? 80, MAX_COLUMNS);
  const setting: Setting = { now, columns, paint: painter(color), links };
  const { status } = view;
  const next = nextLine(view, links, live);
  const lines = [
    header(view, setting),
    ...(status === null ? serverOnly(view, setting) : steps(status, view, setting, live)),
    ...remarks(view, setting),
    ...endingOf(view, setting),
    '',
    ...(links.webUi === undefined ? [] : [` Web UI  ${links.webUi}`]),
    ...(next === '' ? [] : [` ${next}`]),
  ];
  return lines.join('\n');
}

/** A line with its time at the right edge. What does not fit is cut on the left side. */
function edged(
  left: string,
  right: string,
  columns: number,
  paintLeft: (text: string) => string,
  paint: Paint,
): string {
  const room = columns - width(right) - 1;
  const kept = fit(left, room);
  if (right === '') return paintLeft(fit(left, columns));
  return `${paintLeft(kept)}${' '.repeat(Math.max(1, columns - width(kept) - width(right)))}${paint('dim', right)}`;
}

function header(view: OnboardingView, { now, columns, paint }: Setting): string {
  const { workflowId, status, server, startedAt, closedAt } = view;
  const name = clean(status?.customer.name || server.customer?.name || workflowId);
  const mode = status?.mode ?? server.mode;
  const left = ` ${name}   ${clean(workflowId)}${mode === null ? '' : `   ${mode.toUpperCase()}`}`;
  const spent = span((closedAt === null ? now : Date.parse(closedAt)) - Date.parse(startedAt));
  return edged(
    left,
    `${closedAt === null ? 'elapsed' : 'took'} ${spent}`,
    columns,
    (text) => paint('bold', text),
    paint,
  );
}

function steps(status: OnboardingStatus, view: OnboardingView, setting: Setting, live: boolean): string[] {
  return status.steps
    .filter(({ step, state }) => step !== 'validate' || !['pending', 'done'].includes(state))
    .flatMap((step) => [stepLine(step, status, view, setting, live), ...panelOf(step, status, view, setting)]);
}

function stepLine(
  step: StepStatus,
  status: OnboardingStatus,
  view: OnboardingView,
  setting: Setting,
  live: boolean,
): string {
  const { now, columns, paint } = setting;
  const [icon, style] = iconOf(step, live ? now : null);
  const text = `${pad(`${labelOf(step.step, view)} `, LABEL_COLUMNS)}${stepText(step, status, view, now)}`;
  const dim = step.state === 'pending' || step.state === 'skipped';
  const line = edged(
    ` ${icon} ${text}`.trimEnd(),
    stepTime(step, now),
    columns,
    (kept) => (dim ? paint('dim', kept) : kept),
    paint,
  );
  return dim ? line : line.replace(icon, () => paint(style, icon));
}

function stepText(step: StepStatus, status: OnboardingStatus, view: OnboardingView, now: number): string {
  const zone = timezoneOf(view);
  const fact = withLocalTimes(shortIds(clean(step.fact ?? '')), zone, now);
  const join = (...texts: string[]): string => texts.filter(Boolean).join(' · ');
  switch (step.state) {
    case 'done':
      return fact;
    case 'skipped':
      return join('skipped', fact);
    case 'failed':
      return fact || 'stopped here';
    case 'blocked': {
      const here = status.blocked.filter((blocked) => blocked.step === step.step);
      const [only, another] = here;
      return another === undefined && only !== undefined
        ? `BLOCKED  ${codeText(only)}`
        : `BLOCKED  ${here.length} items`;
    }
    case 'pending': {
      const scheduledFor = status.review?.scheduledFor ?? view.server.scheduledFor;
      return step.step === 'schedule' && scheduledFor ? momentWithUtc(scheduledFor, zone, now) : '';
    }
    case 'running':
    case 'waiting': {
      if (step.step === 'review') return join(step.state === 'waiting' ? 'waiting for a decision' : '', fact);
      const usually = step.typical === undefined ? '' : `usually ${clean(duration(step.typical))}`;
      const wait = view.retries.find((call) => isWait(call) && stepOf(call, status.steps) === step.step);
      // The activity's message ends with what is usual, too. That a consent is awaited is no news.
      const seen =
        step.step === 'social' ? '' : clean((wait?.message ?? '').slice(0, MAX_SEEN)).replace(/ \(usually .*\)$/, '');
      return join(seen, usually, fact);
    }
  }
}

function stepTime({ state, startedAt, finishedAt }: StepStatus, now: number): string {
  if (startedAt === undefined || state === 'pending' || state === 'skipped') return '';
  if (finishedAt !== undefined) return span(Date.parse(finishedAt) - Date.parse(startedAt), { tenths: true });
  return span(now - Date.parse(startedAt));
}

/** Without a worker, only the Temporal server can be asked: the last published state, marked as such. */
function serverOnly(view: OnboardingView, setting: Setting): string[] {
  const { stage, waitsFor, errorCodes, projectId, waitingSince, scheduledFor } = view.server;
  const zone = timezoneOf(view);
  const since = waitingSince === null ? '' : ` since ${momentWithUtc(waitingSince, zone, setting.now)}`;
  return [
    ...(view.execution === 'running'
      ? ['', ' This is what the Temporal server knows by itself, as of the last change:']
      : []),
    ...(stage === null ? [] : entry('stage', stage, setting)),
    ...(waitsFor.length === 0 ? [] : entry('waits for', `${waitsFor.join(', ')}${since}`, setting)),
    ...(errorCodes.length === 0 ? [] : entry('errors', clean(errorCodes.join(', ')), setting)),
    ...(projectId === null ? [] : entry('project', clean(projectId), setting)),
    ...(scheduledFor === null ? [] : entry('post at', momentWithUtc(scheduledFor, zone, setting.now), setting)),
  ];
}

/** What is worth knowing besides the steps: trouble that heals, notes, clean-up. */
function remarks(
  { status, retries, execution, noStatus, taskQueue }: OnboardingView,
  { now, paint }: Setting,
): string[] {
  const silent = execution === 'running' && noStatus !== null;
  const lines = [
    ...(silent ? [paint('yellow', ` ! ${clean(noStatus)} (task queue "${clean(taskQueue)}")`)] : []),
    ...troubles(retries).map((call) => paint('yellow', ` ! ${retrySentence(call, now)}`)),
    ...(status?.notes ?? []).slice(-3).map((note) => paint('dim', ` · ${clean(note)}`)),
    ...(status?.cleanup ?? []).map(({ what, done, error }) =>
      done
        ? ` ${paint('green', '✔')} ${clean(what)}`
        : ` ${paint('red', '✖')} ${clean(what)}: ${clean(error ?? 'failed')}`,
    ),
  ];
  return lines.length === 0 ? [] : ['', ...lines];
}
