import { z } from 'zod';
import { ApiError } from '../format/errors';
import { isLanguageTag, isTimezone, parseUtc } from '../format/times';
import type { ErrorShape, Route } from './route';

/** Fields that several routes share. */
export const fields = {
  timezone: z.string().refine(isTimezone, 'Must be an IANA time zone, e.g. "America/Los_Angeles" or "UTC".'),
  language: z.string().refine(isLanguageTag, 'Must be a BCP-47 language tag, e.g. "en" or "pt-BR".'),
  /** UTC with `Z`; becomes epoch milliseconds. */
  utc: z.string().transform((text, context) => {
    const ms = parseUtc(text);
    if (ms === null) context.addIssue('Must be a UTC instant with Z, e.g. "2026-05-15T17:00:00Z".');
    return ms ?? 0;
  }),
  limit: (max: number, standard: number): z.ZodDefault<z.ZodCoercedNumber<unknown>> =>
    z.coerce.number().int().min(1).max(max).default(standard),
  /** A query parameter that may be repeated. */
  many: <T extends z.ZodType>(item: T): z.ZodOptional<z.ZodPreprocess<z.ZodArray<T>, unknown>> =>
    z.preprocess((value) => [value].flat(), z.array(item)).optional(),
};

export function parseBody(route: Route, raw: string): unknown {
  if (!route.body) return undefined;
  let body: unknown = {};
  if (raw.trim() !== '')
    try {
      body = JSON.parse(raw);
    } catch {
      throw invalid(route.errors, [{ path: [], message: 'The body is not valid JSON.' }]);
    }
  if (route.mintsId && body !== null && typeof body === 'object' && 'id' in body)
    throw new ApiError(422, 'VALIDATION_FAILED', 'id: ids are made by the server.', {
      fieldErrors: { id: ['Unrecognized key: ids are made by the server.'] },
    });
  const parsed = route.body.safeParse(body);
  if (!parsed.success) throw invalid(route.errors, parsed.error.issues);
  return parsed.data;
}

export function parseQuery(route: Route, search: URLSearchParams): unknown {
  if (!route.query) return undefined;
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name);
    query[name] = values.length > 1 ? values : (values[0] ?? '');
  }
  const parsed = route.query.safeParse(query);
  if (!parsed.success) throw invalid(route.errors, parsed.error.issues);
  return parsed.data;
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
  const fieldErrors: Record<string, string[]> = {};
  for (const { path, message } of flat) (fieldErrors[path || 'body'] ??= []).push(message);
  return new ApiError(status, 'VALIDATION', message, { fieldErrors });
}
