import { commandLine } from '../contract/commands';
import { cell, code, markdown } from '../contract/markdown';
import type { OnboardingPlan } from '../contract/plan';
import { platformName } from '../words';

/** The server refuses a longer summary. */
const SUMMARY_BYTES = 200;

/** What Temporal Web UI shows of an onboarding from its start: one line, with no personal data but the project's name. */
export function startSummary(plan: OnboardingPlan): string {
  const end =
    plan.schedule === null
      ? ', then stop after the review'
      : `, post at ${plan.schedule.at} (${plan.schedule.timezone})`;
  const what = `: onboard onto Layers${end}`;
  return cut(plan.project.name, SUMMARY_BYTES - Buffer.byteLength(what)) + what;
}

/** Markdown: what this onboarding was asked to do, and how to follow it. */
export function startDetails(plan: OnboardingPlan, workflowId: string): string {
  const { project, appMedia, influencer, social, source, review, schedule } = plan;
  const rows: [string, string][] = [
    ['Customer', `${markdown(project.name)} (${code(project.customerExternalId)})`],
    ['Organization', plan.organizationId === null ? 'of the API key' : code(plan.organizationId)],
    ['Media', appMedia.length === 0 ? 'none' : appMedia.map(({ kind }) => kind).join(', ')],
    [
      'Influencer',
      influencer.use === 'named'
        ? code(influencer.influencerId)
        : influencer.use === 'create'
          ? 'a new one'
          : 'the automatic one',
    ],
    ['Accounts', accounts(social)],
    [
      'Source',
      source.use === 'named'
        ? `TikTok ${code(source.tiktokVideoId)}`
        : source.keyword === null
          ? 'discovered'
          : `search for "${markdown(source.keyword)}"`,
    ],
    ['Review', review.required ? `by a person, at most ${review.maxRounds} rounds` : 'approved in the input'],
    ['Post', schedule === null ? 'nothing is scheduled' : `${schedule.mode} at ${schedule.at} (${schedule.timezone})`],
  ];
  return [
    '| What | How |',
    '|---|---|',
    // The Web UI draws tables without any space between the columns.
    ...rows.map(([what, how]) => `| ${what}\u2003 | ${cell(how)} |`),
    '',
    `Follow it: ${code(commandLine('layers-onboarding', 'watch', [workflowId]))}`,
  ].join('\n');
}

function accounts({ socialAccountIds, connect }: OnboardingPlan['social']): string {
  const parts = [
    ...socialAccountIds.map(code),
    ...connect.map(({ platform }) => `the customer connects ${platformName(platform)}`),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** At most so many bytes of Markdown; never half a character, nor half of what escapes one. */
function cut(text: string, bytes: number): string {
  const fits = (part: string): boolean => Buffer.byteLength(part) <= bytes;
  if (fits(markdown(text))) return markdown(text);
  let kept = '';
  for (const character of text) {
    if (!fits(markdown(`${kept}${character}…`))) break;
    kept += character;
  }
  return markdown(`${kept}…`);
}
