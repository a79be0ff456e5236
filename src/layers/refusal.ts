import { z } from 'zod';

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

/** Another program's text, fit for one line of a log, a failure or a page: no control characters, no secrets, bounded. */
export function plainText(text: string, longest = LONGEST_TEXT): string {
  const oneLine = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\b(lp|whsec)_[\w-]{6,}/g, '$1_…')
    .replace(/\bBearer\s+\S+/gi, 'Bearer …')
    .trim();
  const characters = Array.from(oneLine);
  return characters.length <= longest ? oneLine : `${characters.slice(0, longest - 1).join('')}…`;
}

const loose = z.record(z.string(), z.unknown());
const errorBody = z.object({
  error: z.looseObject({
    code: z.string().optional().catch(undefined),
    message: z.string().optional().catch(undefined),
    requestId: z.string().optional().catch(undefined),
    details: loose.optional().catch(undefined),
  }),
});

/** Request ids have two documented shapes (layers/API.md 1); anything longer or stranger is not repeated. */
const requestIdOf = (...candidates: (string | null | undefined)[]): string | null =>
  candidates.find((id): id is string => typeof id === 'string' && /^[\w-]{1,128}$/.test(id)) ?? null;

/** Reads a refusal; a body that is not the documented envelope leaves the status to speak for itself. */
export function parseRefusal(
  status: number,
  body: string,
  headers: { requestId: string | null; retryAfterMs: number | null },
): Refusal {
  const bare = { status, code: null, message: null, details: {}, retryAfterMs: headers.retryAfterMs };
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { ...bare, requestId: requestIdOf(headers.requestId) };
  }
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
