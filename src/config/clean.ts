/** Not to be seen, yet part of the value: control characters, zero-width and direction marks, separators of lines. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * A setting as it was meant: without what editors, `docker --env-file` and Windows leave around it (blanks, line ends, a mark
 * of the encoding, one pair of quotes). `undefined` for nothing: Compose files and CI hand over empty text for what is not set.
 */
export function clean(text: string | undefined): string | undefined {
  const bare = text?.trim();
  const inner = /^(["'])(.*)\1$/s.exec(bare ?? '')?.[2]?.trim() ?? bare;
  return inner === '' ? undefined : inner;
}

/** What is wrong with a setting of whatever kind, or `undefined`. */
export const unseenIn = (text: string): string | undefined =>
  UNSEEN.test(text) ? 'must be one line without characters that cannot be seen' : undefined;
