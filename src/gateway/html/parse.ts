import { z } from 'zod';
import type { FieldProblems } from './fields';

/** What a form states, or what is wrong with it. */
export type Parsed<T> = { args: T } | { problems: FieldProblems };

/** Text that must be there; `missing` is said where it is not. */
export const required = (max: number, missing: string): z.ZodString =>
  z.string({ error: missing }).trim().min(1, { error: missing }).max(max);

export const optional = (max: number): z.ZodDefault<z.ZodOptional<z.ZodString>> =>
  z.string().trim().max(max).optional().default('');

/** Checks a form. `nameOf`: what the page calls a field, since all problems are told together above the form. */
export function parse<S extends z.ZodType, T>(
  schema: S,
  fields: unknown,
  nameOf: (field: string) => string,
  make: (given: z.output<S>) => T,
): Parsed<T> {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return { args: make(parsed.data) };
  return {
    problems: Object.fromEntries(
      parsed.error.issues.map((issue) => {
        const field = String(issue.path.at(-1));
        const tooLong = issue.code === 'too_big';
        return [field, tooLong ? `${nameOf(field)}: at most ${issue.maximum} characters, please.` : issue.message];
      }),
    ),
  };
}
