import type { OnboardingView } from '../../client/view';
import { shellWord } from '../../contract/commands';
import {
  mayAskForChanges,
  type Blocked,
  type OnboardingStatus,
  type ReviewStatus,
  type SourceCandidate,
  type StepStatus,
} from '../../contract/status';
import { handle, momentWithUtc, span } from '../../words';
import { commandsFor, type Links } from './commands';
import type { Paint } from './paint';
import { clean, pad, width, wrap } from './text';
import { timezoneOf } from './times';

/** What a panel needs to know besides the onboarding. */
export interface Setting {
  now: number;
  columns: number;
  paint: Paint;
  links: Links;
}

const INDENT = '     ';
const NAME_COLUMNS = 10;
/** Below this, the line of a blocked step has no room for its error code. */
const NARROW = 72;

/** Lines under a step: a name, then a text that is wrapped below itself. */
export function entry(name: string, text: string, { columns }: Setting): string[] {
  const lines = wrap(text, columns - INDENT.length - NAME_COLUMNS);
  return lines.map((line, index) => INDENT + pad(index === 0 ? name : '', NAME_COLUMNS) + line);
}

/** A command or an address to copy. One that is too long goes on after a `\\`, as a shell takes it. */
function copyable(name: string, text: string, { columns }: Setting): string[] {
  const room = columns - INDENT.length - NAME_COLUMNS - 2;
  const lines: string[] = [];
  const parts = width(text) <= room + 2 ? [text] : partsOf(text);
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && width(last) + 1 + width(part) <= room) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(part);
  }
  return lines.map((line, index) => {
    const goesOn = index < lines.length - 1 ? ' \\' : '';
    return `${INDENT}${pad(index === 0 ? name : '', NAME_COLUMNS)}${index === 0 ? '' : '  '}${line}${goesOn}`;
  });
}

/** A command in pieces that begin with an option; one within quotes is none. */
function partsOf(command: string): string[] {
  const words = command.match(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/g) ?? [];
  const parts: string[][] = [];
  for (const word of words)
    if (parts.length === 0 || word.startsWith('--')) parts.push([word]);
    else parts.at(-1)?.push(word);
  return parts.map((part) => part.join(' '));
}

/** The details below a step that waits for a person or is blocked; nothing for any other. */
export function panelOf(step: StepStatus, status: OnboardingStatus, view: OnboardingView, setting: Setting): string[] {
  if (step.state === 'blocked') return blockedPanels(step, status, view, setting);
  const { review } = status;
  if (step.step === 'review' && step.state === 'waiting' && review !== null && review.decision === undefined)
    return reviewPanel(review, view, setting);
  if (step.step === 'source' && status.choices !== null) return choicesPanel(status.choices, view, setting);
  if (step.step === 'social' && step.state === 'waiting') return connectPanel(step, view, setting);
  return [];
}

function blockedPanels(step: StepStatus, status: OnboardingStatus, view: OnboardingView, setting: Setting): string[] {
  const here = status.blocked.filter((blocked) => blocked.step === step.step);
  const lines = here.flatMap((blocked) => blockedPanel(blocked, status, view, setting));
  return [...lines, `${INDENT}Completed steps are kept and will not run again.`];
}

function blockedPanel(blocked: Blocked, status: OnboardingStatus, view: OnboardingView, setting: Setting): string[] {
  const { item, cause, fix, example, requestId, retryAt, actions } = blocked;
  const commands = commandsFor(view, setting.links);
  const which = whichBlocked(blocked, status.blocked);
  const name = item === undefined ? codeText(blocked) : `${clean(item)}  ${codeText(blocked)}`;
  const others = actions.filter((action) => action !== 'retry').map((action) => commands(action, which));
  return [
    ...(item === undefined && setting.columns >= NARROW ? [] : [INDENT + setting.paint('bold', name)]),
    ...entry('why', clean(cause), setting),
    ...entry('fix', `${clean(fix)}${actions.includes('retry') ? ' Then:' : ''}`, setting),
    ...(actions.includes('retry')
      ? copyable('', commands('retry', [...which, ...exampleInput(example)]), setting)
      : []),
    ...others.flatMap((command, index) => copyable(index === 0 ? 'or' : '', command, setting)),
    ...(retryAt === undefined ? [] : entry('meanwhile', tryingAgain(retryAt, setting), setting)),
    ...(requestId === null ? [] : entry('support', `Layers request ${clean(requestId)}`, setting)),
  ];
}

const tryingAgain = (retryAt: string, { now }: Setting): string => {
  const wait = Date.parse(retryAt) - now;
  return wait > 0 ? `tries again by itself in ${span(wait)}` : 'is trying again';
};

/** `BILLING_EXHAUSTED (HTTP 402)` */
export const codeText = ({ code, httpStatus }: Blocked): string =>
  httpStatus === null ? clean(code) : `${clean(code)} (HTTP ${httpStatus})`;

/** The options that name one blocked step among several. */
export function whichBlocked(one: Blocked, all: readonly Blocked[]): string[] {
  if (all.length === 1) return [];
  const several = all.filter(({ step }) => step === one.step).length > 1;
  return ['--step', one.step, ...(several && one.item !== undefined ? ['--item', shellWord(one.item)] : [])];
}

/** A fix that asks for input shows its form. */
const exampleInput = (example: Blocked['example']): string[] =>
  example === undefined ? [] : ['--input', shellWord(JSON.stringify(example))];

function reviewPanel(review: ReviewStatus, view: OnboardingView, setting: Setting): string[] {
  const { links, now } = setting;
  const commands = commandsFor(view, links);
  const pictures = review.preview?.imageUrls.length ?? 0;
  const look = review.preview?.primaryUrl ?? review.preview?.videoUrl ?? null;
  const made = [
    pictures === 0 ? '' : `${pictures} slides`,
    review.influencer.name === null ? '' : `persona "${clean(review.influencer.name)}"`,
    review.source?.author ? `after ${handle(clean(review.source.author))}` : '',
  ];
  return [
    ...entry('what', made.filter(Boolean).join(' · ') || clean(review.containerId), setting),
    ...(review.caption === null ? [] : entry('caption', `"${clean(review.caption)}"`, setting)),
    ...(look === null ? [] : copyable('look', clean(look), setting)),
    ...(review.scheduledFor === null
      ? []
      : entry('post at', momentWithUtc(review.scheduledFor, review.timezone, now), setting)),
    ...(links.review === undefined ? [] : copyable('open', links.review, setting)),
    ...copyable('approve', commands('approve'), setting),
    ...(mayAskForChanges(review)
      ? copyable('changes', commands('request-changes', ['--slides 2,4 --comment "…"']), setting)
      : entry('changes', 'no more: this is the last round', setting)),
    ...copyable('reject', commands('reject', ['--comment "…"']), setting),
    ...entry(
      'until',
      `${momentWithUtc(review.deadline, review.timezone, now)}; without a decision nothing is posted`,
      setting,
    ),
  ];
}

function choicesPanel(choices: readonly SourceCandidate[], view: OnboardingView, setting: Setting): string[] {
  const described = choices.flatMap(({ tiktokVideoId, author, imageCount, views, caption }) => {
    const facts = [
      author === null ? '' : handle(clean(author)),
      imageCount === null ? '' : `${imageCount} images`,
      views === null ? '' : `${views} views`,
      caption === null ? '' : `"${clean(caption)}"`,
    ];
    return [`${INDENT}${clean(tiktokVideoId)}`, ...entry('', facts.filter(Boolean).join(' · '), setting)];
  });
  const first = choices[0]?.tiktokVideoId ?? 'ID';
  const { links } = setting;
  return [
    ...described,
    ...(links.choose === undefined ? [] : copyable('open', links.choose, setting)),
    ...copyable('choose', commandsFor(view, links)('choose', [], [first]), setting),
  ];
}

function connectPanel({ deadline }: StepStatus, view: OnboardingView, setting: Setting): string[] {
  const { connect } = setting.links;
  const mint = `temporal workflow update execute --workflow-id ${shellWord(view.workflowId)} --name authorizeSocial --input '{}'`;
  return [
    ...(connect === undefined
      ? [
          ...entry('link', 'a consent page for the customer, good for ten minutes:', setting),
          ...copyable('', mint, setting),
        ]
      : copyable('send', connect, setting)),
    ...(deadline === undefined ? [] : entry('until', momentWithUtc(deadline, timezoneOf(view), setting.now), setting)),
  ];
}
