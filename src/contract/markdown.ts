import { harmless } from './text';

/**
 * Markdown for Temporal Web UI with text of others in it: shown as they wrote it, and never as markup, as a link or as a
 * picture that is loaded.
 */

/** Renderers turn these into links without any markup. */
const LINKLIKE = /:\/\/|www\.|mailto:|xmpp:|[\w.+-]@[\w-]/i;
/** What means something within a line; an underscore does at the edge of a word only. */
const MARKUP = /[\\`*{}[\]<>()#|~!&]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
/** What means something at the beginning of a line: a heading, a list, a rule, a quotation. */
const BLOCK = /^(?:[-+=:]|\d+(?=[.)]))/;

/** One line of text. A word that would become a link stands as code, where nothing is read as one. */
export const markdown = (text: string): string =>
  oneLine(text)
    .split(' ')
    .map((word) => (LINKLIKE.test(word) ? codeAround(word) : word.replace(MARKUP, '\\$&')))
    .join(' ')
    .replace(BLOCK, (mark) => (/\d/.test(mark) ? `${mark}\\` : `\\${mark}`));

/** Something to copy, as it is: an id, a command, JSON. */
export const code = (text: string): string => {
  const line = harmless(text);
  if (line === '') return '';
  const runs = line.match(/`+/g) ?? [];
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map(({ length }) => length)));
  const space = /^[` ]|[` ]$/.test(line) ? ' ' : '';
  return fence + space + line + space + fence;
};

/** The same within a cell of a table, where a bar ends the cell even in code. */
export const cell = (text: string): string => text.replace(/(?<!\\)\|/g, '\\|');

/** Around a word that looks like a link: its markup outside, so that no reader of any kind takes the two for one. */
function codeAround(word: string): string {
  const start = word.search(/[^\\`*_{}[\]<>()#|~!&"'.,;]*(?::\/\/|www\.|mailto:|xmpp:|[\w.+-]@[\w-])/i);
  return word.slice(0, start).replace(MARKUP, '\\$&') + code(word.slice(start));
}

const oneLine = (text: string): string => harmless(text).replace(/\s+/g, ' ').trim();

/** Where a link may lead that others gave us: by TLS, or to this very machine. `null`: it is shown as text. */
export const safeLink = (url: string): string | null =>
  /^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)[:/])[\w\-.~:/?#@!$&'*+,;=%]+$/.test(url) ? url : null;
