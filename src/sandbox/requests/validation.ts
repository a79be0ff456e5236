import { z } from 'zod';
import { ApiError } from '../format/errors';
import { isUrl } from '../format/addresses';
import { textProblem } from '../format/text';
import { isLanguageTag, parseUtc } from '../format/times';
import { isTimezone } from '../format/zones';
import type { ErrorShape, Incoming, Route } from './route';

/** Deeper nesting than any body needs, and far from what would exhaust the stack of whoever reads it. */
const MAX_DEPTH = 200;

/** A string that `problem` finds nothing wrong with. */
const checked = (problem: (text: string) => string | null): z.ZodString =>
  z.string().superRefine((text, context) => {
    const message = problem(text);
    if (message !== null) context.addIssue(message);
  });

/** Fields that several routes share. */
export const fields = {
  checked,
  text: (min: number, max: number): z.ZodString => checked((text) => textProblem(text, min, max)),
  line: (min: number, max: number): z.ZodString => checked((text) => textProblem(text, min, max, 'one line')),
  /** An absolute URL as it is written; `problem` may ask for more. */
  url: (problem: (url: string) => string | null = () => null): z.ZodString =>
    checked((text) =>
      isUrl(text) ? problem(text) : 'Must be an absolute URL, e.g. "https://cdn.example.com/logo.png".',
    ),
  /** Handed back as it came, whatever its keys are called. */
  object: z.custom<Record<string, unknown>>(
    (value) => value !== null && typeof value === 'object' && !Array.isArray(value),
    'Must be an object.',
  ),
  timezone: z.string().refine(isTimezone, 'Must be an IANA time zone, e.g. "America/Los_Angeles" or "UTC".'),
  language: z.string().refine(isLanguageTag, 'Must be a BCP-47 language tag, e.g. "en" or "pt-BR".'),
  /** UTC with `Z`; becomes epoch milliseconds. */
  utc: z.string().transform((text, context) => {
    const ms = parseUtc(text);
    if (ms === null) context.addIssue('Must be a UTC instant with Z, e.g. "2026-05-15T17:00:00Z".');
    return ms ?? 0;
  }),
  /** Plain digits: `1e2`, `+5` and blanks are numbers to JavaScript only. */
  limit: (max: number, standard: number): z.ZodDefault<z.ZodPipe<z.ZodString, z.ZodCoercedNumber<string>>> =>
    z
      .string()
      .regex(/^\d{1,6}$/, 'Must be a whole number.')
      .pipe(z.coerce.number<string>().min(1).max(max))
      .default(standard),
  /** A query parameter that may be repeated. */
  many: <T extends z.ZodType>(item: T): z.ZodOptional<z.ZodPreprocess<z.ZodArray<T>, unknown>> =>
    z.preprocess((value) => [value].flat(), z.array(item)).optional(),
};

export function parseBody(route: Route, { raw, decodes }: Pick<Incoming, 'raw' | 'decodes'>): unknown {
  if (!decodes) throw invalid(route.errors, [{ path: [], message: 'The body is not UTF-8.' }], 400);
  if (!route.body) return undefined;
  let body: unknown = {};
  if (raw.trim() !== '')
    try {
      body = JSON.parse(raw);
    } catch {
      throw invalid(route.errors, [{ path: [], message: 'The body is not valid JSON.' }]);
    }
  if (isDeeper(body, MAX_DEPTH)) throw invalid(route.errors, [{ path: [], message: 'The body is nested too deeply.' }]);
  if (route.mintsId && body !== null && typeof body === 'object' && Object.hasOwn(body, 'id'))
    throw new ApiError(422, 'VALIDATION_FAILED', 'id: ids are made by the server.', {
      fieldErrors: { id: ['Unrecognized key: ids are made by the server.'] },
    });
  const parsed = route.body.safeParse(body);
  if (!parsed.success) throw invalid(route.errors, parsed.error.issues);
  return parsed.data;
}

export function parseQuery(route: Route, search: URLSearchParams): unknown {
  if (!route.query) return undefined;
  const query = Object.create(null) as Record<string, string | string[]>;
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name);
    query[name] = values.length > 1 ? values : (values[0] ?? '');
  }
  const parsed = route.query.safeParse(query);
  if (!parsed.success) throw invalid(route.errors, parsed.error.issues);
  return parsed.data;
}

function isDeeper(value: unknown, depth: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1));
}

interface Issue {
  path: PropertyKey[];
  message: string;
  code?: string | undefined;
  keys?: string[];
}

/** 422 `VALIDATION` in the shape of the route. An unknown key is reported at the key, as the API does. */
function invalid(shape: ErrorShape, issues: readonly Issue[], status = 422): ApiError {
  const flat = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? (issue.keys ?? []).map((key) => ({ path: [...issue.path, key].join('.'), message: 'Unrecognized key.' }))
      : [{ path: issue.path.join('.'), message: issue.message }],
  );
  const message = flat.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join(' ');
  if (shape === 'issues') return new ApiError(status, 'VALIDATION', message, { issues: flat });
  // Without a prototype: a key of the body may be called `constructor`.
  const fieldErrors = Object.create(null) as Record<string, string[]>;
  for (const { path, message } of flat) (fieldErrors[path || 'body'] ??= []).push(message);
  return new ApiError(status, 'VALIDATION', message, { fieldErrors });
}
