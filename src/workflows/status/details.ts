import { commandLine, shellWord } from '../../contract/commands';
import { cell, code, markdown, safeLink } from '../../contract/markdown';
import { mayAskForChanges, type Blocked, type OnboardingStatus, type StepStatus } from '../../contract/status';

const ICONS: Record<StepStatus['state'], string> = {
  pending: '○',
  running: '▸',
  waiting: '◌',
  blocked: '✖',
  done: '✔',
  skipped: '–',
  failed: '✖',
};

/** As an operator types it, to copy. */
const command = (verb: string, operand: string, options: readonly string[] = []): string =>
  code(commandLine('layers-onboarding', verb, [operand], options));

/** The Web UI draws tables without any space between the columns. */
const column = (text: string): string => `${cell(text)}\u2003`;

function headline(status: OnboardingStatus): string {
  const { review, blocked, attention } = status;
  if (attention === 'operator')
    return `### ✖ Needs an operator: ${blocked.map((one) => markdown(one.code)).join(', ') || 'clean-up failed'}`;
  if (status.choices !== null) return '### ◌ Somebody has to choose a source';
  if (attention === 'reviewer' && review !== null)
    return `### ◌ Waiting for review, round ${review.revision + 1}, until ${review.deadline}`;
  if (attention === 'customer') return '### ◌ Waiting for the customer to connect an account';
  return status.stage === 'finished' ? '### Finished' : `### Running: ${status.stage}`;
}

function blockedSection(workflowId: string, entry: Blocked): string[] {
  const { step, item, httpStatus, requestId, cause, fix, actions, retryAt } = entry;
  const options = ['--step', step, ...(item === undefined ? [] : ['--item', shellWord(item)])];
  const error = `${markdown(entry.code)}${httpStatus === null ? '' : ` (HTTP ${httpStatus})`}`;
  return [
    `**${step}${item === undefined ? '' : ` ${code(item)}`}: ${error}** ${markdown(cause)}`,
    '',
    `- Fix: ${markdown(fix)}`,
    ...(requestId === null ? [] : [`- Layers request: ${code(requestId)}`]),
    ...(retryAt === undefined ? [] : [`- Tries again by itself at ${retryAt}`]),
    ...actions.map((action) => `- ${command(action, workflowId, options)}`),
    `- or the update \`resolveStep\` with ${code(JSON.stringify({ step, item, action: 'retry', operator: 'you' }))}`,
    '',
  ];
}

function reviewSection({ workflowId, review }: OnboardingStatus): string[] {
  if (review === null || review.decision !== undefined) return [];
  const url = review.preview?.primaryUrl ?? '';
  const link = safeLink(url);
  return [
    `**Do this:** ${command('approve', workflowId)}, or send the signal \`approve\` \`{"reviewer":"you","revision":${review.revision}}\`,`,
    `or the update \`decideReview\` \`{"decision":"${mayAskForChanges(review) ? 'requestChanges' : 'reject'}","reviewer":"you","revision":${review.revision},"comment":"why"}\`.`,
    '',
    ...(url === '' ? [] : [link === null ? `The post: ${code(url)}` : `[Look at the post](<${link}>)`, '']),
    ...(review.caption === null ? [] : [`> ${markdown(review.caption)}`, '']),
  ];
}

/**
 * The checklist that Temporal Web UI shows as "current details": what is done, who is waited for, and what to type.
 * Links that let a person decide never stand here, since everybody who can read the Web UI could use them.
 */
export function renderDetails(status: OnboardingStatus): string {
  const lines = [
    headline(status),
    `${markdown(status.customer.name) || 'unknown customer'} · ${status.mode}`,
    '',
    ...status.blocked.flatMap((entry) => blockedSection(status.workflowId, entry)),
    ...(status.attention === 'reviewer' ? reviewSection(status) : []),
    '| Step | State | Detail |',
    '|---|---|---|',
    ...status.steps.map(({ step, state, fact, typical }) => {
      const detail = fact ?? (state === 'waiting' && typical ? `usually ${typical}` : '');
      return `| ${column(step)} | ${column(`${ICONS[state]} ${state}`)} | ${column(markdown(detail))} |`;
    }),
  ];
  for (const { what, done, error } of status.cleanup)
    lines.push('', `- Clean-up: ${markdown(what)}: ${done ? 'done' : `failed, ${markdown(error ?? 'unknown')}`}`);
  if (status.notes.length > 0) lines.push('', ...status.notes.map((note) => `- ${markdown(note)}`));
  return lines.join('\n');
}
