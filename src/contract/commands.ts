/** Commands that people copy into a shell. What others wrote stands in them, so that each word is quoted as a shell takes it. */

/** Cannot be seen, or would end the line, on the way from a screen into a shell. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * One argument as a shell takes it: as it is, in single quotes, or, where it has characters that nobody would see, as
 * `$'…'` with their codes, which bash, zsh and ksh read and which lets no other shell run anything.
 */
export function shellWord(text: string): string {
  if (/^[\w@%+:,./-]+$/.test(text)) return text;
  if (text.search(UNSEEN) === -1) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", '\\x27').replace(UNSEEN, code);
  return `$'${escaped}'`;
}

function code(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return `\\x${point.toString(16).padStart(2, '0')}`;
  return point > 0xffff ? `\\U${point.toString(16).padStart(8, '0')}` : `\\u${point.toString(16).padStart(4, '0')}`;
}

/**
 * A command line: the program as it is typed, a verb, what it is about, and options that are written already. An operand
 * with a leading hyphen would be read as an option, so that all of them then stand behind `--`.
 */
export function commandLine(
  program: string,
  verb: string,
  operands: readonly string[],
  options: readonly string[] = [],
): string {
  const words = operands.map(shellWord);
  const line = operands.some((operand) => operand.startsWith('-'))
    ? [program, verb, ...options, '--', ...words]
    : [program, verb, ...words, ...options];
  return line.join(' ');
}
