import { z } from 'zod';
import { harmless } from '../contract/text';

/** An HTTP answer other than 2xx, reduced to what people and the classification need. */
export interface Refusal {
  status: number;
  /** `error.code` as sent; `null` when the body is not Layers' own (a proxy's HTML page, nothing at all). */
  code: string | null;
  message: string | null;
  requestId: string | null;
  details: Record<string, unknown>;
  /** What `Retry-After` asks for. */
  retryAfterMs: number | null;
}

export interface FieldProblem {
  field: string;
  message: string;
}

/** Longest piece of another program's text that we repeat. */
const LONGEST_TEXT = 300;
const MOST_FIELDS = 20;
/** Nothing beyond is shown, whatever becomes shorter on the way. */
const MOST_READ = 10_000;
const HALF_A_PAIR = /[\ud800-\udbff]$/;

/**
 * Another program's text, fit for one line of a log, a failure or a page: nothing in it steers a terminal, reorders or hides
 * (`harmless`), no secrets, at most `longest` UTF-16 units.
 */
export function plainText(text: string, longest = LONGEST_TEXT): string {
  const oneLine = harmless(text.slice(0, MOST_READ))
    .replace(/\b(lp|whsec)_[\w-]{6,}/g, '$1_…')
    .replace(/\bBearer\s+\S+/gi, 'Bearer …')
    .trim();
  return oneLine.length <= longest ? oneLine : `${oneLine.slice(0, longest - 1).replace(HALF_A_PAIR, '')}…`;
}

const loose = z.record(z.string(), z.unknown());
const optionalText = z.string().optional().catch(undefined);
const errorBody = z.object({
  error: z.union([
    z.looseObject({
      code: optionalText,
      message: optionalText,
      requestId: optionalText,
      details: loose.optional().catch(undefined),
    }),
    // A gateway's short form.
    z
      .string()
      .min(1)
      .transform((message) => ({ code: undefined, message, requestId: undefined, details: undefined })),
  ]),
});

/** Whether an answer is the envelope of an error, whatever its status says. */
export function isErrorBody(json: unknown): boolean {
  const { data } = errorBody.safeParse(json);
  return data !== undefined && (data.error.code !== undefined || data.error.message !== undefined);
}

/** Request ids have two documented shapes (layers/API.md 1); anything longer or stranger is not repeated, nor a key. */
export const requestIdOf = (...candidates: (string | null | undefined)[]): string | null =>
  candidates.find((id): id is string => typeof id === 'string' && /^[\w-]{1,128}$/.test(id) && plainText(id) === id) ??
  null;

/**
 * Reads a refusal; a body that is not the documented envelope leaves the status to speak for itself.
 *
 * @param json the body, `undefined` where it is none
 */
export function parseRefusal(
  status: number,
  json: unknown,
  headers: { requestId: string | null; retryAfterMs: number | null },
): Refusal {
  const bare = { status, code: null, message: null, details: {}, retryAfterMs: headers.retryAfterMs };
  const parsed = errorBody.safeParse(json);
  if (!parsed.success) return { ...bare, requestId: requestIdOf(headers.requestId) };
  const { code, message, requestId, details, ...rest } = parsed.data.error;
  return {
    ...bare,
    code: code === undefined ? null : plainText(code, 64),
    message: message === undefined ? null : plainText(message),
    requestId: requestIdOf(requestId, headers.requestId),
    // `missingFields` stands beside `code` on one page and within `details` on another (layers/API.md 8).
    details: { ...rest, ...details },
  };
}

const pathOf = (path: unknown): string =>
  (Array.isArray(path) ? path : [path])
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

/** The refused fields, from any of the three documented shapes: `fieldErrors`, `issues`, `missingFields`. */
export function fieldProblems({ details }: Refusal): FieldProblem[] {
  const byField = loose.catch({}).parse(details.fieldErrors);
  const issues = z
    .array(z.looseObject({ path: z.unknown(), message: z.unknown() }))
    .catch([])
    .parse(details.issues);
  const missing = z.array(z.string()).catch([]).parse(details.missingFields);
  const problems = [
    ...Object.entries(byField).flatMap(([field, said]) => [said].flat().map((message) => ({ field, message }))),
    ...issues.map(({ path, message }) => ({ field: pathOf(path), message })),
    ...missing.map((field) => ({ field, message: 'is missing' })),
  ];
  return problems.slice(0, MOST_FIELDS).map(({ field, message }) => ({
    field: plainText(field, 100),
    message: plainText(typeof message === 'string' ? message : 'is refused', 200),
  }));
}

/** A short text or number out of `details`; anything else is not worth repeating. */
export function detail({ details }: Refusal, ...names: string[]): string | null {
  for (const name of names) {
    const value = details[name];
    if (typeof value === 'string' && value !== '') return plainText(value, 100);
    if (typeof value === 'number') return String(value);
    if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string'))
      return plainText(value.join(', '), 200);
  }
  return null;
}
