import ms, { type StringValue } from 'ms';
import { z } from 'zod';
import { MAX_EXTERNAL_ID, MAX_ORGANIZATION_ID_BYTES } from '../contract/limits';
import { harmless, isVisible } from '../contract/text';
import { isEmail } from './email';
import { kindOf, shown } from './problems';
import { urlProblem } from './url';
import { zoneProblem } from './zone';

/** The kinds of text that several fields share, each with a message that says what is allowed. */

/** Longer than any wait makes sense, and far from what timers can hold. */
const MAX_DURATION = '365 days';

/** Milliseconds of a duration as the `ms` package reads it; `undefined` when it is none. */
export function durationMs(text: string): number | undefined {
  if (text === '') return undefined; // ms throws on it
  const milliseconds = ms(text as StringValue) as number | undefined;
  return milliseconds === undefined || Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** A string that `problem` finds nothing wrong with; `wanted` is said of a value that is no string at all. */
export const checked = (problem: (text: string) => string | null, wanted = 'text') =>
  z.string({ error: ({ input }) => notText(input, wanted) }).superRefine((text, ctx) => {
    const message = problem(text);
    if (message !== null) ctx.addIssue({ code: 'custom', message });
  });

const notText = (input: unknown, wanted: string): string =>
  input === undefined ? `is required (${wanted})` : `must be ${wanted}, not ${kindOf(input)}`;

export const duration = (options: { zero?: boolean } = {}) =>
  checked((text) => {
    const milliseconds = durationMs(text);
    if (milliseconds === undefined)
      return `must be a duration like "90s", "45 minutes" or "7 days", not ${shown(text)}`;
    if (milliseconds < 0 || (milliseconds === 0 && !options.zero))
      return `must be longer than nothing, not ${shown(text)}`;
    if (milliseconds > 0 && milliseconds < 1) return `must be at least "1ms", not ${shown(text)}`;
    if (milliseconds > ms(MAX_DURATION)) return `must be at most "${MAX_DURATION}", not ${shown(text)}`;
    return null;
  }, 'text like "90s"');

/** Control characters and halves of a character: no text means them, and databases refuse them. */
const NO_TEXT = /[\p{Cc}\p{Cs}]/u;
/** The same where a text may have several lines. */
const NO_LINES = /[^\P{Cc}\t\n\r]|\p{Cs}/u;
const LINE_BREAK = /[\n\r\p{Zl}\p{Zp}]/u;

/** Where a text has what it must not have: `U+202E at character 2`. */
function found(text: string, unwanted: RegExp): string | null {
  const match = unwanted.exec(text);
  if (match === null) return null;
  const code = match[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} at character ${match.index + 1}`;
}

/** Says how a text is counted where a reader would count fewer characters. */
const counted = (text: string): string =>
  `is ${text.length}${[...text].length < text.length ? ' as Layers counts, to whom most emoji are two or more' : ''}`;

/**
 * A text of `min` to `max` UTF-16 units, as Layers counts (`length`): it has to be seen where it is demanded, and what is given has
 * to be text. `lines`: it may have several.
 */
export function text(min: number, max: number, { lines = false } = {}) {
  const bounds = min === 0 ? `at most ${max}` : `${min} to ${max}`;
  return checked((value) => {
    if (value.length < min || value.length > max) return `must be ${bounds} characters long, ${counted(value)}`;
    if (!lines && LINE_BREAK.test(value)) return 'must be one line';
    const unwanted = found(value, lines ? NO_LINES : NO_TEXT);
    if (unwanted !== null) return `must not contain control characters or halves of characters, has ${unwanted}`;
    return value === '' || isVisible(value) ? null : 'must not be blank';
  }).meta({ minLength: min, maxLength: max });
}

/**
 * The id of a customer in the caller's own books. It becomes part of ids, links, commands and searches, so that what looks the same
 * has to be the same, and nothing in it may hide.
 */
export const externalId = () =>
  checked((value) => {
    if (value.length === 0 || value.length > MAX_EXTERNAL_ID)
      return `must be 1 to ${MAX_EXTERNAL_ID} characters long, ${counted(value)}`;
    if (/\s/.test(value)) return 'must not contain white space';
    const unwanted = found(value, /\p{C}/u);
    if (unwanted !== null) return `must not contain control, invisible or unassigned characters, has ${unwanted}`;
    if (harmless(value) !== value || !isVisible(value)) return 'must not contain invisible characters';
    const normal = value.normalize('NFC');
    return value === normal ? null : `must be in the Unicode form NFC, which is ${shown(normal)} in other code points`;
  }).meta({ minLength: 1, maxLength: MAX_EXTERNAL_ID });

/** A header's value and a fairness key: ASCII, and short. */
export const organizationId = () =>
  checked((value) => {
    if (!/^org_[!-.0-~]+$/.test(value)) return `must be an organization id like "org_…", not ${shown(value)}`;
    return value.length <= MAX_ORGANIZATION_ID_BYTES
      ? null
      : `must be at most ${MAX_ORGANIZATION_ID_BYTES} characters long, is ${value.length}`;
  });

export const zone = () => checked(zoneProblem);

export const email = () => checked((value) => (isEmail(value) ? null : 'must be an e-mail address'));

/** Layers names its ids `prefix_…` but takes bare ones too: opaque, as long as they fit into a path. */
export const id = (example: string) =>
  checked((value) =>
    /^[^\s/\p{C}]{1,200}$/u.test(value) ? null : `must be an id of Layers like "${example}", not ${shown(value)}`,
  );

export const matching = (pattern: RegExp, wanted: string) =>
  checked((value) => (pattern.test(value) ? null : `must be ${wanted}, not ${shown(value)}`));

export const language = () =>
  checked((value) => {
    if (value.length > 100) return `must be at most 100 characters long, is ${value.length}`;
    try {
      return Intl.getCanonicalLocales(value).length === 1 ? null : 'must be one language';
    } catch {
      const hint = value.includes('_') ? ' (with a hyphen)' : '';
      return `must be a BCP-47 language tag like "en" or "es-MX"${hint}, not ${shown(value)}`;
    }
  });

export const httpsUrl = () => checked((value) => urlProblem(value, { isPublic: false }));

/** A URL that Layers can fetch: it refuses other schemes, and addresses that only this side can see. */
export const publicUrl = () => checked((value) => urlProblem(value, { isPublic: true }));
