import { z } from 'zod';
import { harmlessLines } from '../contract/text';
import { parseHttpDate } from './httpDate';
import { plainText } from './refusal';

/**
 * What the answers are made of. Ids and states are required, everything else may be absent, null or of another type
 * without stopping an onboarding; unknown fields are ignored (layers/API.md 1). What is shown to people is made harmless
 * here, once, for every surface; ids and what is compared stay as they are.
 */

/** A number that is written as a text, or the reverse: some libraries do, and nothing is lost. */
const digits = z.int().transform(String);

export const id = z.union([z.string().min(1), digits]);

const optional = <T>(schema: z.ZodType<T>) =>
  schema
    .nullish()
    .catch(null)
    .transform((value) => value ?? null);

/** An id, or something else that is compared, as it is. */
export const text = optional(z.union([z.string(), digits]));

/** A name or a sentence for people: one harmless line. */
export const shown = optional(z.string().transform((value) => plainText(value)));

/** Longer than any text that a platform takes. */
const LONGEST_PROSE = 10_000;

/** Something to read, of several lines. */
export const prose = optional(z.string().transform((value) => harmlessLines(value.slice(0, LONGEST_PROSE))));

/** Where a page may lead a browser; anything but the web (`javascript:`, `data:`), in whatever disguise, is nowhere. */
export const webAddress = optional(
  z.string().transform((address) => {
    const scheme = /^[a-z][\w+.-]*(?=:)/i.exec(address.replace(/[\s\p{C}]+/gu, ''))?.[0] ?? 'https';
    return /^https?$/i.test(scheme) ? address : null;
  }),
);

export const number = optional(
  z.union([
    z.number(),
    z
      .string()
      .regex(/^-?\d{1,15}(\.\d{1,15})?$/)
      .transform(Number),
  ]),
);

/** Absent, or not to be understood, is `false`. */
export const flag = z
  .union([z.boolean(), z.stringbool(), z.int().transform(Boolean)])
  .nullish()
  .catch(null)
  .transform((value) => value ?? false);

/** A word of the API, such as a status. */
export const word = z.string().transform((value) => plainText(value, 64));

export const texts = optional(z.array(z.unknown())).transform((values) =>
  (values ?? []).filter((value): value is string => typeof value === 'string'),
);

/**
 * Microseconds, `+00:00` and `Z` all occur (layers/API.md 1); so may a blank in the place of the `T`, other offsets, an HTTP
 * date, and seconds or milliseconds since 1970. Ours is milliseconds and `Z`, so that strings compare.
 */
export const time = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = epochMs(value);
  if (ms !== null && Math.abs(ms) <= LAST_MS) return new Date(ms).toISOString();
  context.addIssue({ code: 'custom', message: 'is no time' });
  return z.NEVER;
});

/** Beyond it a `Date` holds nothing. */
const LAST_MS = 8.64e15;
/** Before 1973 no such number is a number of milliseconds. */
const LEAST_MS = 1e11;
const DATE_AND_TIME =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?(?:[.,](\d{1,9}))?\d* ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?$/i;

function epochMs(value: string | number): number | null {
  if (typeof value === 'number' || /^\d{9,16}$/.test(value)) {
    const since1970 = Number(value);
    return since1970 < LEAST_MS ? since1970 * 1_000 : since1970;
  }
  const [, date, minutes = '00:00', seconds = '00', fraction = '0', zone = 'Z'] =
    DATE_AND_TIME.exec(value.trim()) ?? [];
  if (date === undefined) return parseHttpDate(value, Date.now());
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}` : 'Z';
  // A leap second has no number of its own.
  const ms = Date.parse(`${date}T${minutes}:${seconds === '60' ? '59' : seconds}.${fraction}${offset}`);
  return Number.isNaN(ms) ? null : ms;
}

export const timeOrNull = optional(time);

/** A time that decides whether a thing is ours: without one it counts as old, and what is old is left alone. */
export const timeOrOld = timeOrNull.transform((value) => value ?? new Date(0).toISOString());

/** A state in every spelling that was ever documented; `otherwise` is the reading of one that no document names. */
export const state = <S extends string>(spellings: Record<string, S>, otherwise: S) => {
  const known = new Map(Object.entries(spellings));
  return z.string().transform((value) => known.get(value) ?? known.get(value.toLowerCase()) ?? otherwise);
};

/** A part of a list. `nextCursor`: what to ask for the part after it with; `null` at the end of the list. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** A page of a list, in each form that a list may take. A member that is null is none. */
export const page = <T>(item: z.ZodType<T>): z.ZodType<Page<T>> =>
  z.preprocess(
    asPage,
    z.object({
      items: z.array(item),
      nextCursor: text.transform((cursor) => (cursor === '' ? null : cursor)),
    }),
  );

/** The bare array, and an empty list as `null` or left out, are pages too. */
function asPage(answer: unknown): unknown {
  if (Array.isArray(answer)) return { items: answer.filter(isSomething) };
  if (typeof answer !== 'object' || answer === null) return answer;
  const { items } = answer as { items?: unknown };
  if (Array.isArray(items)) return { ...answer, items: items.filter(isSomething) };
  return items === null || (items === undefined && saysNothing(answer)) ? { ...answer, items: [] } : answer;
}

const isSomething = (member: unknown): boolean => member != null;

/** Without its list an answer is an empty page only if it has nothing else to say: a proxy's message is no empty list. */
const saysNothing = (answer: object): boolean =>
  'nextCursor' in answer || Object.values(answer).every((value) => ['number', 'boolean'].includes(typeof value));

/** A page where an item that cannot be used is left out. */
export const usableItems = <T>(item: z.ZodType<T>) =>
  page(z.unknown()).transform(({ items }) =>
    items.flatMap((one) => {
      const parsed = item.safeParse(one);
      return parsed.success ? [parsed.data] : [];
    }),
  );
