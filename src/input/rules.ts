import { z } from 'zod';
import { shown } from './problems';
import { durationMs } from './text';

/** Rules across several fields. They run on whatever was given, so they look at it with care. */

/** Runs a rule also where single fields are wrong, so that all problems are told at once. */
export const always = { when: () => true };

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const field = (value: unknown, name: string): unknown => (isRecord(value) ? value[name] : undefined);

/** A list with no two entries of the same `key`; `key` `null` compares the entries themselves. */
export function distinct<T extends z.ZodType>(item: T, key: string | null, max: number, what: string) {
  return z
    .array(item)
    .max(max, { error: ({ input }) => `must have at most ${max} entries, has ${(input as unknown[]).length}` })
    .superRefine((items: unknown, ctx) => {
      if (!Array.isArray(items)) return;
      const seen = new Map<string, number>();
      items.forEach((entry: unknown, index) => {
        const value = key === null ? entry : field(entry, key);
        if (typeof value !== 'string') return;
        const before = seen.get(value);
        if (before === undefined) seen.set(value, index);
        else
          ctx.addIssue({
            code: 'custom',
            path: key === null ? [index] : [index, key],
            message: `is ${what} as in [${before}]; leave one of them out`,
          });
      });
    }, always);
}

/** Exactly one of the forms: told in one sentence instead of once per member of a union. */
export const oneOf = (forms: readonly string[]) => (value: unknown, ctx: z.RefinementCtx) => {
  if (isRecord(value) && forms.filter((form) => value[form] !== undefined).length !== 1)
    ctx.addIssue({ code: 'custom', message: `must have exactly one of ${forms.map(shown).join(' and ')}` });
};

/**
 * Durations that must not shrink from one name to the next. Only the last has a default here: the others follow from
 * what is given when they are absent (plan.ts).
 */
export function inOrder(names: readonly string[], lastByDefault: string) {
  return (value: unknown, ctx: z.RefinementCtx) => {
    if (!isRecord(value)) return;
    const last = names.at(-1);
    const given = names
      .map((name) => ({ name, text: value[name] ?? (name === last ? lastByDefault : undefined) }))
      .filter((entry): entry is { name: string; text: string } => typeof entry.text === 'string');
    for (const [index, later] of given.entries()) {
      const earlier = given[index - 1];
      if (earlier === undefined) continue;
      const [before, after] = [durationMs(earlier.text), durationMs(later.text)];
      if (before === undefined || after === undefined || before <= after) continue;
      const byDefault = value[later.name] === undefined ? ', the default' : '';
      ctx.addIssue({
        code: 'custom',
        path: [earlier.name],
        message: `must not be longer than "${later.name}" (${shown(later.text)}${byDefault}), is ${shown(earlier.text)}`,
      });
    }
  };
}
