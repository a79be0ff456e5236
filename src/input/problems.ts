import { MAX_PROBLEMS } from '../contract/limits';
import type { Problem } from '../contract/plan';
import { harmless } from '../contract/text';

/** Most characters of what was given that a message repeats. */
const MAX_SHOWN = 60;

/** Short, in one line, and without what steers a terminal: the given text may be anybody's. */
function brief(text: string): string {
  const line = harmless(text.slice(0, 2 * MAX_SHOWN));
  return line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN - 3).toWellFormed()}…`;
}

/** A path as people write it: `schedule.targets[0].mode`; the whole input is `input`. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const key of path)
    if (typeof key === 'number') text += `[${key}]`;
    else text += text === '' ? brief(String(key)) : `.${brief(String(key))}`;
  return text === '' ? 'input' : text;
}

/** As many as anybody reads, and how many there are more. */
export function firstOf(problems: readonly Problem[]): Problem[] {
  const more = problems.length - MAX_PROBLEMS;
  if (more <= 0) return [...problems];
  const message = `${more} more problem${more === 1 ? ' is' : 's are'} not listed`;
  return [...problems.slice(0, MAX_PROBLEMS), { path: 'more', message }];
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
  try {
    return brief(JSON.stringify(value) ?? String(value));
  } catch {
    return `a ${typeof value} that JSON cannot carry`;
  }
}

/** What was given where something else was wanted. Text is not repeated: it may be personal. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null; leave the field out instead';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'text' : shown(value);
}
