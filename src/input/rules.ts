import { z } from 'zod';
import { MAX_REMINDERS } from '../contract/limits';
import { shown } from './problems';
import { durationMs } from './text';

/** Rules across several fields. They run on whatever was given, so they look at it with care. */

/** Runs a rule also where single fields are wrong, so that all problems are told at once. */
export const always = { when: () => true };

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const field = (value: unknown, name: string): unknown => (isRecord(value) ? value[name] : undefined);

/**
 * A list with no two entries of the same `key`; `key` `null` compares the entries themselves.
 * @param normal where two texts may mean the same: the one form of both
 */
export function distinct<T extends z.ZodType>(
  item: T,
  key: string | null,
  max: number,
  what: string,
  normal: (text: string) => string = (text) => text,
) {
  return z
    .array(item)
    .max(max, { error: ({ input }) => `must have at most ${max} entries, has ${(input as unknown[]).length}` })
    .superRefine((items: unknown, ctx) => {
      if (!Array.isArray(items)) return;
      const seen = new Map<string, number>();
      items.forEach((entry: unknown, index) => {
        const given = key === null ? entry : field(entry, key);
        if (typeof given !== 'string') return;
        const value = normal(given);
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

/** A reminder costs events of a bounded history, and a person's patience: so many of them fit into a deadline at most. */
export const fewReminders = (deadlineByDefault: string) => (value: unknown, ctx: z.RefinementCtx) => {
  const [every, deadline] = [field(value, 'remindEvery'), field(value, 'deadline') ?? deadlineByDefault];
  if (typeof every !== 'string' || typeof deadline !== 'string') return;
  const [everyMs, deadlineMs] = [durationMs(every), durationMs(deadline)];
  if (everyMs === undefined || deadlineMs === undefined || everyMs <= 0 || deadlineMs / everyMs <= MAX_REMINDERS)
    return;
  ctx.addIssue({
    code: 'custom',
    path: ['remindEvery'],
    message:
      `must be at least ${shown(atLeast(deadlineMs / MAX_REMINDERS))}, so that at most ${MAX_REMINDERS} reminders fit into ` +
      `the deadline (${shown(deadline)}), is ${shown(every)}`,
  });
};

/** A duration no shorter than this, in whole minutes, else seconds, else milliseconds. */
function atLeast(ms: number): string {
  if (ms > 60_000) return `${Math.ceil(ms / 60_000)} minutes`;
  return ms > 1000 ? `${Math.ceil(ms / 1000)}s` : `${Math.ceil(ms)}ms`;
}
