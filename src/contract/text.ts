/**
 * Text that people or other programs wrote, as every room treats it. Lengths are UTF-16 units everywhere, as Layers counts
 * them (`text.length`), so that a bound is never one thing here and another there.
 */

/** End a line or steer a terminal: control characters, line and paragraph separators. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

/**
 * Seen by nobody, yet they reorder or hide what stands beside them: soft hyphen, Arabic letter mark, zero-width space, marks
 * and overrides of direction, word joiner and invisible operators, byte order mark, annotations, tags of language.
 */
const INVISIBLE =
  /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0001}]/gu;

/** A joiner means something between two visible characters (emoji, Persian, Indic scripts), and nothing elsewhere. */
const STRAY_JOINER = /(?<![^\s\u200C\u200D])[\u200C\u200D]+|[\u200C\u200D]+(?![^\s\u200C\u200D])/gu;

/** One line that shows what it says: nothing in it moves a cursor, reorders its neighbours or hides. */
export const harmless = (text: string): string => withoutInvisible(text.toWellFormed().replace(CONTROL, ' '));

/** The same for text of several lines: its line breaks and tabs stay. */
export const harmlessLines = (text: string): string =>
  withoutInvisible(
    text
      .toWellFormed()
      .replace(/\r\n?|[\u0085\p{Zl}\p{Zp}]/gu, '\n')
      .replace(/[^\P{Cc}\n\t]+/gu, ' '),
  );

const withoutInvisible = (text: string): string => text.replace(INVISIBLE, '').replace(STRAY_JOINER, '');

/** Takes ink: what is neither space nor steering nor nobody's character, nor a mark with nothing to stand on (nor a braille blank). */
const INK = /[^\p{C}\p{Z}\p{M}\s\u2800]/u;

/** Whether a reader sees anything at all. */
export const isVisible = (text: string): boolean => INK.test(harmless(text));

/** Temporal takes summaries of at most 400 bytes; its Web UI shows the beginning of them. */
const MAX_SUMMARY = 100;

/** One line for a summary in Temporal's Web UI, whatever is named in it. */
export const shortLine = (text: string): string => harmless(text.slice(0, MAX_SUMMARY));
