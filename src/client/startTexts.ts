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
  return cut(oneLine(plan.project.name), SUMMARY_BYTES - Buffer.byteLength(what)) + what;
}

/** Markdown: what this onboarding was asked to do, and how to follow it. */
export function startDetails(plan: OnboardingPlan, workflowId: string): string {
  const { project, appMedia, influencer, social, source, review, schedule } = plan;
  const rows: [string, string][] = [
    ['Customer', `${escaped(project.name)} (\`${project.customerExternalId}\`)`],
    ['Organization', plan.organizationId === null ? 'of the API key' : `\`${plan.organizationId}\``],
    ['Media', appMedia.length === 0 ? 'none' : appMedia.map(({ kind }) => kind).join(', ')],
    [
      'Influencer',
      influencer.use === 'named'
        ? `\`${influencer.influencerId}\``
        : influencer.use === 'create'
          ? 'a new one'
          : 'the automatic one',
    ],
    ['Accounts', accounts(social)],
    [
      'Source',
      source.use === 'named'
        ? `TikTok \`${source.tiktokVideoId}\``
        : source.keyword === null
          ? 'discovered'
          : `search for "${escaped(source.keyword)}"`,
    ],
    ['Review', review.required ? `by a person, at most ${review.maxRounds} rounds` : 'approved in the input'],
    ['Post', schedule === null ? 'nothing is scheduled' : `${schedule.mode} at ${schedule.at} (${schedule.timezone})`],
  ];
  return [
    '| What | How |',
    '|---|---|',
    // The Web UI draws tables without any space between the columns.
    ...rows.map(([what, how]) => `| ${what}\u2003 | ${how} |`),
    '',
    `Follow it: \`layers-onboarding watch ${workflowId}\``,
  ].join('\n');
}

function accounts({ socialAccountIds, connect }: OnboardingPlan['social']): string {
  const parts = [
    ...socialAccountIds.map((id) => `\`${id}\``),
    ...connect.map(({ platform }) => `the customer connects ${platformName(platform)}`),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Text of others must not become markup or another table cell. */
const escaped = (text: string): string => oneLine(text).replace(/[\\`*_{}[\]<>()#|~!]/g, '\\$&');

/** At most so many bytes, never half a character. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let kept = '';
  for (const character of text) {
    if (Buffer.byteLength(`${kept}${character}…`) > bytes) break;
    kept += character;
  }
  return `${kept}…`;
}
