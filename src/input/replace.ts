import type { OnboardingInput } from '../contract/input';
import type { OnboardingPlan, Problem } from '../contract/plan';
import type { Step } from '../contract/steps';
import { shown } from './problems';
import { isRecord } from './rules';
import { validateInput } from './validate';

export interface Replacement {
  input: OnboardingInput;
  step: Step;
  /** Of `media`: the URL of the one asset to replace. */
  item?: string;
  replacement: unknown;
  workflowId: string;
  now: number;
}

/** The input of a blocked step, put in the place of its part of the whole, which is then checked again as a whole. */
export function replaceStepInput(
  args: Replacement,
): { problems: Problem[] } | { input: OnboardingInput; plan: OnboardingPlan } {
  const replaced = replacePart(args);
  if ('problems' in replaced) return replaced;
  const { workflowId, now, step } = args;
  const validated = validateInput(replaced.input, { workflowId, now, pastAllowed: step !== 'schedule' });
  if ('problems' in validated) return validated;
  return { input: replaced.input as OnboardingInput, plan: validated.plan };
}

type Replaced = { problems: Problem[] } | { input: unknown };
const refused = (message: string, path = 'input'): Replaced => ({ problems: [{ path, message }] });

function replacePart({ input, step, item, replacement }: Replacement): Replaced {
  switch (step) {
    case 'project':
      return replaceProject(input, replacement);
    case 'media':
      return replaceMedia(input, item, replacement);
    case 'influencer':
    case 'social':
      return { input: { ...input, [step]: replacement } };
    case 'source':
      return { input: { ...input, content: { ...input.content, source: replacement } } };
    case 'content':
      return replaceContent(input, replacement);
    case 'review':
    case 'schedule':
      return merge(input[step], replacement, (part) => ({ ...input, [step]: part }));
    case 'validate':
    case 'keywords':
      return refused(`the step "${step}" has no input of its own; retry without one`);
  }
}

/** Fields given take the place of the old ones, `null` takes a field away, the rest stays. */
function merge(part: object | undefined, replacement: unknown, put: (merged: object) => unknown): Replaced {
  if (!isRecord(replacement)) return refused('must be an object with the fields to change');
  const merged = Object.entries({ ...part, ...replacement }).filter(([, value]) => value !== null);
  return { input: put(Object.fromEntries(merged)) };
}

function replaceProject(input: OnboardingInput, replacement: unknown): Replaced {
  const { customerExternalId } = input.project;
  if (isRecord(replacement) && (replacement.customerExternalId ?? customerExternalId) !== customerExternalId)
    return refused('an onboarding keeps its customer; start another one instead', 'project.customerExternalId');
  return merge(input.project, replacement, (project) => ({ ...input, project: { ...project, customerExternalId } }));
}

function replaceMedia(input: OnboardingInput, item: string | undefined, replacement: unknown): Replaced {
  if (item === undefined)
    return Array.isArray(replacement)
      ? { input: { ...input, appMedia: replacement } }
      : refused('must be a list of assets, or name the asset to replace by its URL as "item"');
  const assets = input.appMedia ?? [];
  const index = assets.findIndex(({ url }) => url === item);
  if (index < 0) return refused(`is none of this onboarding's assets: ${shown(item)}`, 'item');
  if (!isRecord(replacement)) return refused('must be an asset: {"kind":"logo","url":"https://…"}');
  return { input: { ...input, appMedia: assets.with(index, { kind: assets[index]?.kind, ...replacement } as never) } };
}

/** What a remix is made of: another source, another influencer, or both. A source alone needs no wrapping. */
function replaceContent(input: OnboardingInput, replacement: unknown): Replaced {
  if (!isRecord(replacement)) return refused('must be {"source":…}, {"influencer":…} or both');
  const { source, influencer, ...rest } = replacement;
  if (source === undefined && influencer === undefined)
    return { input: { ...input, content: { ...input.content, source: replacement } } };
  const content = { ...input.content, ...rest, ...(source === undefined ? {} : { source }) };
  return { input: { ...input, content, ...(influencer === undefined ? {} : { influencer }) } };
}
