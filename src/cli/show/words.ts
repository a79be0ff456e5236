import { onboardingWorkflowId } from '../../client/find';
import { isWait, type RetriedCall } from '../../client/retries';
import type { OnboardingView } from '../../client/view';
import { STEP_OF, type LayersActivities } from '../../contract/activities';
import type { StepStatus } from '../../contract/status';
import { STEP_TABLE, type Step } from '../../contract/steps';
import { span } from '../../words';
import { clean, shellWord } from './text';

const LABELS: Record<Step, string> = {
  validate: 'Check input',
  project: 'Create project',
  media: 'Upload media',
  influencer: 'Influencer',
  keywords: 'Keyword bank',
  social: 'Connect account',
  source: 'Pick source',
  content: 'Generate slideshow',
  review: 'Review',
  schedule: 'Schedule',
};

/** A step in human words. */
export function labelOf({ step, fact }: Pick<StepStatus, 'step' | 'fact'>): string {
  if (step !== 'social' || fact === undefined) return LABELS[step];
  const asked = [...fact.matchAll(/\b(tiktok|instagram)\b/gi)].map(([name]) => name.toLowerCase());
  const names = [...new Set(asked)].map((platform) => (platform === 'tiktok' ? 'TikTok' : 'Instagram'));
  return names.length === 0 ? LABELS.social : `Connect ${names.join(', ')}`;
}

/** What is shown beside the onboarding itself, by those who know more than it does. */
export interface Links {
  /** How the commands are typed here. Default `layers-onboarding`. */
  program?: string;
  /** The server stops with the onboarding, so that nobody can be asked for anything afterwards. */
  stopsToo?: boolean;
  /** The workflow in Temporal Web UI. */
  webUi?: string;
  /** Where a reviewer decides. */
  review?: string;
  /** Where somebody chooses the source. */
  choose?: string;
  /** Where the customer connects an account. */
  connect?: string;
}

/** Writes commands for one onboarding that can be copied as they stand. */
export type Commands = (verb: string, ...rest: string[]) => string;

/** The shorter name where it is enough to find the onboarding again. */
export function customerArgument(view: Pick<OnboardingView, 'workflowId' | 'status' | 'server'>): string {
  const externalId = view.status?.customer.externalId ?? view.server.customer?.externalId;
  return externalId !== undefined && onboardingWorkflowId(externalId) === view.workflowId
    ? externalId
    : view.workflowId;
}

export function commandsFor(
  view: Pick<OnboardingView, 'workflowId' | 'status' | 'server'>,
  links: Links = {},
): Commands {
  const customer = shellWord(customerArgument(view));
  return (verb, ...rest) => [links.program ?? 'layers-onboarding', verb, customer, ...rest].join(' ');
}

/** The customer's zone: of the post where it is known, else of the project. */
export const timezoneOf = ({ status, server }: OnboardingView): string =>
  status?.review?.timezone ?? server.customer?.timezone ?? 'UTC';

/** Which step waits with a call; a job is read by whoever runs, the latest step first. */
export function stepOf(call: RetriedCall, steps: readonly StepStatus[]): Step | null {
  if (call.activity !== 'getJob') return STEP_OF[call.activity as keyof LayersActivities] ?? null;
  const isUnderWay = ({ state }: StepStatus): boolean => state === 'running' || state === 'waiting';
  return steps.findLast((one) => STEP_TABLE[one.step].waitsOn === 'job' && isUnderWay(one))?.step ?? null;
}

/** The trouble that Temporal is dealing with, calmly: what, and when it tries again. */
export function retrySentence(call: RetriedCall, now: number): string {
  const what =
    call.type === 'RATE_LIMITED'
      ? 'Layers asked us to slow down (429).'
      : `${call.activity} did not succeed yet: ${clean(call.message).slice(0, 200) || call.type || 'no reason given'}`;
  const sentence = /[.!?\]]$/.test(what) ? what : `${what}.`;
  const wait = call.nextAt === null ? 0 : Date.parse(call.nextAt) - now;
  return `${sentence} ${wait <= 0 ? 'Trying again now' : `Next try in ${span(Math.max(1000, wait))}`} (attempt ${call.attempt}).`;
}

/** Retries worth telling of, each kind of trouble once: the one that tries again first. */
export function troubles(retries: readonly RetriedCall[]): RetriedCall[] {
  const byKind = new Map<string, RetriedCall>();
  const soonestFirst = retries
    .filter((call) => !isWait(call))
    .sort((a, b) => (a.nextAt ?? '').localeCompare(b.nextAt ?? ''));
  for (const call of soonestFirst) {
    const kind = call.type === 'RATE_LIMITED' ? call.type : `${call.activity} ${call.message}`;
    if (!byKind.has(kind)) byKind.set(kind, call);
  }
  return [...byKind.values()];
}
