import { readFileSync } from 'node:fs';

/** The text of a file in UTF-8, without the mark that some editors put in front. Throws where it is no such file. */
export function readTextFile(path: string): string {
  const bytes = readFileSync(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes); // leaves the mark out
  } catch {
    const utf16 = bytes.length >= 2 && [0xfffe, 0xfeff].includes(bytes.readUInt16BE(0));
    throw new Error(utf16 ? 'it is UTF-16; save it as UTF-8' : 'it is not UTF-8');
  }
}

/** Why a file cannot be read, in a word: the system's code, or what is wrong with its text. */
export const unreadable = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
};
