import { createContext, Script } from 'node:vm';

/** Longest pattern of a rule. */
const MAX_PATTERN = 1_000;
/** How long one look may take. */
const LOOK_MS = 100;
/** Up to this length a text cannot keep a pattern with one repetition busy. */
const SHORT_TEXT = 2_000;

export function isPattern(text: string): boolean {
  try {
    return text.length <= MAX_PATTERN && new RegExp(text) !== null;
  } catch {
    return false;
  }
}

const looking = createContext({ pattern: /./, text: '' });
const look = new Script('pattern.test(text)');
const compiled = new Map<string, RegExp>();

/**
 * Whether a pattern fits a text. `(a+)+$` can take for ever where it does not: a look that takes longer than 100 ms is broken
 * off, and is `null`.
 */
export function fits(pattern: string, text: string): boolean | null {
  let expression = compiled.get(pattern);
  if (expression === undefined) compiled.set(pattern, (expression = new RegExp(pattern)));
  if (isHarmless(pattern) && text.length <= SHORT_TEXT) return expression.test(text);
  Object.assign(looking, { pattern: expression, text });
  try {
    return look.runInContext(looking, { timeout: LOOK_MS }) as boolean;
  } catch {
    return null;
  } finally {
    Object.assign(looking, { pattern: /./, text: '' });
  }
}

/** At most one thing repeated without end, and that no group. */
const isHarmless = (pattern: string): boolean => {
  const endless = pattern.match(/[*+]|\{\d+,\}/g) ?? [];
  return endless.length <= 1 && !/\)([*+]|\{\d+,)/.test(pattern) && !/\\[1-9k]/.test(pattern);
};
