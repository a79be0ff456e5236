import { MAX_JSON_BYTES, MAX_DEPTH } from '../contract/limits';
import type { Problem } from '../contract/plan';
import { isRecord } from './rules';
import { pathText } from './problems';

/** Bounds on an input as a whole, judged before anything else looks at it: what breaks them may break what looks. */

/** What is too much about an input, or `null`. */
export function sizeProblem(input: unknown): Problem | null {
  const nesting = nestingProblem(input);
  if (nesting !== null) return nesting;
  const bytes = jsonBytes(input);
  if (bytes <= MAX_JSON_BYTES) return null;
  const largest = partsOf(input)
    .filter((part) => part.bytes * 10 >= bytes)
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
    .map((part) => `${part.path} (${kilobytes(part.bytes)})`);
  const advice = largest.length === 0 ? '' : `; shorten the largest parts: ${largest.join(', ')}`;
  return { path: 'input', message: `${TOO_LARGE}, is ${kilobytes(bytes)}${advice}` };
}

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1024).toLocaleString('en')} KB`;

const TOO_LARGE = `must be at most ${kilobytes(MAX_JSON_BYTES)} as JSON in UTF-8, since Temporal carries no more`;

/** Looks level by level, so that it needs no stack of its own, and ends also where an object holds itself. */
function nestingProblem(input: unknown): Problem | null {
  let level = [{ value: input, within: [] as PropertyKey[] }];
  for (let depth = 0; level.length > 0; depth += 1) {
    const path = pathText(level[0]!.within);
    if (depth > MAX_DEPTH) return { path, message: `must not be nested more than ${MAX_DEPTH} levels deep` };
    if (level.length > MAX_JSON_BYTES) return { path: 'input', message: TOO_LARGE }; // a value takes a byte at least
    level = level.flatMap(({ value, within }) =>
      entriesOf(value).map(([key, inner]) => ({ value: inner, within: within.length < 2 ? [...within, key] : within })),
    );
  }
  return null;
}

function entriesOf(value: unknown): [PropertyKey, unknown][] {
  if (Array.isArray(value)) return value.map((inner: unknown, index) => [index, inner]);
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** Bytes of a value as JSON in UTF-8; what JSON cannot carry counts as nothing, and is told of by the shape. */
export function jsonBytes(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value) ?? '');
  } catch {
    return 0;
  }
}

/** The fields of an input, those of its objects one by one. */
function partsOf(input: unknown): { path: string; bytes: number }[] {
  return entriesOf(input).flatMap(([key, value]) => {
    const inner = isRecord(value) ? Object.entries(value) : [];
    return inner.length === 0
      ? [{ path: pathText([key]), bytes: jsonBytes(value) }]
      : inner.map(([name, part]) => ({ path: pathText([key, name]), bytes: jsonBytes(part) }));
  });
}
