import { harmlessLines } from '../contract/text';
import type { Io } from './io';

/** Colours, the only escape sequences that a picture is made of. */
const COLOR = /(\u001b\[[\d;]*m)/;
/** What a terminal obeys, and what a reader cannot see; JSON escapes only some of it by itself. */
const UNSEEN = /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** JSON that a terminal or a log shows as it is: the same value, with all that steers or hides escaped. */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(UNSEEN, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );

/**
 * The last gate before a terminal or a log: whatever others wrote into names, ids, refusals and errors, no line that
 * leaves here steers a terminal, and none reads otherwise than it is.
 */
export function harmlessly(io: Io): Io {
  const gate = (text: string): string =>
    io.color
      ? text
          .split(COLOR)
          .map((part, index) => (index % 2 === 1 ? part : harmlessLines(part)))
          .join('')
      : harmlessLines(text);
  return {
    ...io,
    out: (text) => io.out(gate(text)),
    err: (text) => io.err(gate(text)),
    async live() {
      const region = await io.live();
      return Object.assign((text: string) => region(gate(text)), { done: region.done, clear: region.clear });
    },
  };
}
