import { z } from 'zod';

/**
 * What the answers are made of. Ids and states are required, everything else may be absent, null or of another type
 * without stopping an onboarding; unknown fields are ignored (layers/API.md 1).
 */
export const id = z.string().min(1);

/** Something to show. */
export const text = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

export const number = z
  .number()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

export const texts = z
  .array(z.unknown())
  .nullish()
  .catch(null)
  .transform((values) => (values ?? []).filter((value): value is string => typeof value === 'string'));

/** Microseconds, `+00:00` and `Z` all occur (layers/API.md 1); ours is milliseconds and `Z`, so that strings compare. */
export const time = z.string().transform((value, context) => {
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value}Z`;
  const ms = Date.parse(zoned);
  if (!Number.isNaN(ms)) return new Date(ms).toISOString();
  context.addIssue({ code: 'custom', message: 'is no time' });
  return z.NEVER;
});

export const timeOrNull = time
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** A time that decides whether a thing is ours: without one it counts as old, and what is old is left alone. */
export const timeOrOld = timeOrNull.transform((value) => value ?? new Date(0).toISOString());

/** A state in every spelling that was ever documented; `otherwise` is the reading of one that no document names. */
export const state = <S extends string>(spellings: Record<string, S>, otherwise: S) => {
  const known = new Map(Object.entries(spellings));
  return z.string().transform((value) => known.get(value) ?? otherwise);
};

/** A page of a list. */
export const page = <T>(item: z.ZodType<T>) => z.object({ items: z.array(item) }).transform(({ items }) => items);

/** A page where an item that cannot be used is left out. */
export const usableItems = <T>(item: z.ZodType<T>) =>
  page(z.unknown()).transform((items) =>
    items.flatMap((one) => {
      const parsed = item.safeParse(one);
      return parsed.success ? [parsed.data] : [];
    }),
  );
