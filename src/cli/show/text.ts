import { stripVTControlCharacters } from 'node:util';

/** Wide characters take two columns of a terminal; the ranges that names and captions really contain. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const ZERO = /^[\p{Mark}\u200b-\u200d\ufe00-\ufe0f]$/u;

const characterWidth = (character: string): number => (ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1);

/** Columns that a text takes, colours not counted. */
export const width = (text: string): number =>
  [...stripVTControlCharacters(text)].reduce((sum, character) => sum + characterWidth(character), 0);

export const pad = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - width(text)));

/** At most so many columns, with `…` where something was cut. Takes text without colours. */
export function fit(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = '';
  let used = 1;
  for (const character of text) {
    used += characterWidth(character);
    if (used > columns) break;
    kept += character;
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`;
}

/** One line of a text that others wrote: no line breaks, nothing that could steer the terminal. */
export const clean = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim();

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

/** An argument as a shell takes it. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
