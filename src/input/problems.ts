import type { Problem } from '../contract/plan';

/** A path as people write it: `schedule.targets[0].mode`; the whole input is `input`. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const key of path)
    if (typeof key === 'number') text += `[${key}]`;
    else text += text === '' ? String(key) : `.${String(key)}`;
  return text === '' ? 'input' : text;
}

/** One line per problem, `path: what is wrong`: the text of every message that refuses an input. */
export const formatProblems = (problems: readonly Problem[]): string =>
  problems.map(({ path, message }) => `${path}: ${message}`).join('\n');

/** An input that cannot be onboarded. Thrown before anything is started; the workflow has a failure of its own. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(formatProblems(problems));
    this.problems = problems;
  }
}

/** A given value as a message may show it: short, and quoted as JSON. Never for personal data or secrets. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

/** What was given where something else was wanted. Text is not repeated: it may be personal. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null; leave the field out instead';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'text' : shown(value);
}
