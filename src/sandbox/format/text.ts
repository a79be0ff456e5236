/** What no text may contain: control characters but line breaks and tabs, and halves of characters. */
const UNSTORABLE = /[^\P{Cc}\n\r\t]|\p{Cs}/u;
const LINE_BREAK = /[\n\r\t\p{Zl}\p{Zp}]/u;
/** Takes no ink: spaces, marks of direction, joiners, fillers. */
const NO_INK = /[\s\p{C}\p{Z}\u034F\u115F\u1160\u17B4\u17B5\u3164\uFFA0]/gu;
/** In a handle also what shows nothing or steers a line, and what is nobody's character. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

/**
 * What is wrong with a text of `min` to `max` characters, or `null`. Counted in UTF-16 units, as JavaScript's `length`: an emoji
 * is two. A text that has to be there has to be seen.
 */
export function textProblem(
  text: string,
  min: number,
  max: number,
  lines: 'one line' | 'lines' = 'lines',
): string | null {
  if (text.length < min || text.length > max) return `Must be ${min} to ${max} characters long, is ${text.length}.`;
  if (UNSTORABLE.test(text)) return 'Must not contain control characters or lone surrogates.';
  if (lines === 'one line' && LINE_BREAK.test(text)) return 'Must be one line.';
  if (min > 0 && text.replace(NO_INK, '') === '') return 'Must not be blank.';
  return null;
}

/** What is wrong with a partner's own handle of a customer, or `null`. */
export function handleProblem(text: string, max: number): string | null {
  if (UNSEEN.test(text)) return 'Must not contain control, invisible or private characters.';
  return textProblem(text, 1, max, 'one line');
}

/** Local part, `@`, a domain with a dot: what mail systems know, which is more than most patterns. */
export const isEmail = (text: string): boolean =>
  text.length <= 320 && /^[^\s\p{C}@]{1,64}@[^\s\p{C}@.]+(\.[^\s\p{C}@.]+)+$/u.test(text);
