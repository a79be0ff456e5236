import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { harmless } from '../../contract/text';

const graphemes = new Intl.Segmenter();
/** Newer than what the library knows. TypeScript takes the flag `v` for later targets only. */
const EMOJI = new RegExp('^(?:\\p{RGI_Emoji}|\\p{Emoji_Presentation})', 'v');
/** Take no column of their own. */
const ZERO = /[\p{Mark}\p{Default_Ignorable_Code_Point}]/gu;

const charactersOf = (text: string): string[] => Array.from(graphemes.segment(text), ({ segment }) => segment);

/** A character as a reader counts them, which may be a family of seven code points: it takes two columns at most. */
const characterWidth = (character: string): number =>
  EMOJI.test(character) ? 2 : Math.min(2, stringWidth(character.replace(ZERO, '')));

/** Columns that a text takes, colours not counted. */
export const width = (text: string): number =>
  charactersOf(stripVTControlCharacters(text)).reduce((sum, character) => sum + characterWidth(character), 0);

export const pad = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - width(text)));

/** At most so many columns, with `…` where something was cut. Takes text without colours. */
export function fit(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = '';
  let used = 1;
  for (const character of charactersOf(text)) {
    used += characterWidth(character);
    if (used > columns) break;
    kept += character;
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`;
}

/** One line of a text that others wrote: no line breaks, nothing that could steer the terminal or that nobody sees. */
export const clean = (text: string): string => harmless(stripVTControlCharacters(text)).replace(/\s+/g, ' ').trim();

/** Ids of Layers as people compare them: `prj_9cb9…da7c`. Where an id is to be copied it stays whole. */
export const shortIds = (text: string): string =>
  text.replace(/([0-9a-f]{4})[0-9a-f]{4}(?:-[0-9a-f]{4}){3}-[0-9a-f]{8}([0-9a-f]{4})/g, '$1…$2');

/** Breaks at spaces. A word that is longer than a line stays whole, so that ids and commands can be copied. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && width(last) + 1 + width(word) <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
