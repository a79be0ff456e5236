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

/** The Web UI draws tables without any space between the columns. */
const GAP = '\u2003';
const cell = (text: string): string => `${text.replaceAll('|', '\\|').replaceAll('\n', ' ')}${GAP}`;

function headline(status: OnboardingStatus): string {
  const { review, blocked, attention } = status;
  if (attention === 'operator')
    return `### ✖ Needs an operator: ${blocked.map(({ code }) => code).join(', ') || 'clean-up failed'}`;
  if (status.choices !== null) return '### ◌ Somebody has to choose a source';
  if (attention === 'reviewer' && review !== null)
    return `### ◌ Waiting for review, round ${review.revision + 1}, until ${review.deadline}`;
  if (attention === 'customer') return '### ◌ Waiting for the customer to connect an account';
  return status.stage === 'finished' ? '### Finished' : `### Running: ${status.stage}`;
}

function blockedSection(workflowId: string, entry: Blocked): string[] {
  const { step, item, code, httpStatus, requestId, cause, fix, actions, retryAt } = entry;
  const flags = ` --step ${step}${item === undefined ? '' : ` --item '${item}'`}`;
  return [
    `**${step}${item === undefined ? '' : ` \`${item}\``}: ${code}${httpStatus === null ? '' : ` (HTTP ${httpStatus})`}** ${cause}`,
    '',
    `- Fix: ${fix}`,
    ...(requestId === null ? [] : [`- Layers request: \`${requestId}\``]),
    ...(retryAt === undefined ? [] : [`- Tries again by itself at ${retryAt}`]),
    ...actions.map((action) => `- \`layers-onboarding ${action} ${workflowId}${flags}\``),
    `- or the update \`resolveStep\` with \`${JSON.stringify({ step, item, action: 'retry', operator: 'you' })}\``,
    '',
  ];
}

function reviewSection({ workflowId, review }: OnboardingStatus): string[] {
  if (review === null || review.decision !== undefined) return [];
  return [
    `**Do this:** \`layers-onboarding approve ${workflowId}\`, or send the signal \`approve\` \`{"reviewer":"you","revision":${review.revision}}\`,`,
    `or the update \`decideReview\` \`{"decision":"${mayAskForChanges(review) ? 'requestChanges' : 'reject'}","reviewer":"you","revision":${review.revision},"comment":"why"}\`.`,
    '',
    ...(review.preview?.primaryUrl ? [`[Look at the post](${review.preview.primaryUrl})`, ''] : []),
    ...(review.caption === null ? [] : [`> ${review.caption.replaceAll('\n', ' ')}`, '']),
  ];
}

/**
 * The checklist that Temporal Web UI shows as "current details": what is done, who is waited for, and what to type.
 * Links that let a person decide never stand here, since everybody who can read the Web UI could use them.
 */
export function renderDetails(status: OnboardingStatus): string {
  const lines = [
    headline(status),
    `${status.customer.name || 'unknown customer'} · ${status.mode}`,
    '',
    ...status.blocked.flatMap((entry) => blockedSection(status.workflowId, entry)),
    ...(status.attention === 'reviewer' ? reviewSection(status) : []),
    '| Step | State | Detail |',
    '|---|---|---|',
    ...status.steps.map(({ step, state, fact, typical }) => {
      const detail = fact ?? (state === 'waiting' && typical ? `usually ${typical}` : '');
      return `| ${cell(step)} | ${cell(`${ICONS[state]} ${state}`)} | ${cell(detail)} |`;
    }),
  ];
  for (const { what, done, error } of status.cleanup)
    lines.push('', `- Clean-up: ${what}: ${done ? 'done' : `failed, ${error ?? 'unknown'}`}`);
  if (status.notes.length > 0) lines.push('', ...status.notes.map((note) => `- ${note}`));
  return lines.join('\n');
}
