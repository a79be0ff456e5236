import { z } from 'zod';
import { harmless } from '../../contract/text';
import type { FieldProblems } from './fields';

/** What a form states, or what is wrong with it. */
export type Parsed<T> = { args: T } | { problems: FieldProblems };

type Clean = (text: string) => string;

/** Text as everybody else is going to see it: what is taken is what is shown. `clean` is `harmlessLines` for several lines. */
const words = (max: number, clean: Clean) =>
  z
    .string()
    .transform((text) => clean(text).trim())
    .pipe(z.string().max(max));

/** Text that must be there; `missing` is said where it is not. */
export const required = (max: number, missing: string, clean: Clean = harmless): z.ZodType<string> =>
  z
    .string({ error: missing })
    .pipe(words(max, clean))
    .refine((text) => text !== '', { error: missing });

export const optional = (max: number, clean: Clean = harmless): z.ZodType<string> =>
  z.string().optional().default('').pipe(words(max, clean));

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
