import { MAX_COMMENT, MAX_DEPTH, MAX_JSON_BYTES, MAX_NAME } from '../contract/limits';
import { isDeeperThan, Unreadable } from '../contract/payloads';
import type { Problem } from '../contract/plan';
import { harmless, isVisible } from '../contract/text';

/**
 * The shape of what anybody may send, checked before anything is done with it: an error that is thrown on the way, or a text
 * of megabytes that is written on, would stop the workflow for good. By hand, since zod is no guest in the workflow bundle.
 */

/** What is wrong with a value, to stand after its name; `null` for nothing. */
export type Fault = string | null;

/** Problems of those among the named values that have a fault. */
export const problemsIn = (faults: Record<string, Fault>): Problem[] =>
  Object.entries(faults).flatMap(([path, message]) => (message === null ? [] : [{ path, message }]));

/** Of a whole message or input, which has to be looked at before its fields are. */
export function faultOfWhole(value: unknown): Fault {
  if (value instanceof Unreadable) return value.why;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object';
  return faultOfSize(value);
}

export function faultOfSize(value: unknown, most = MAX_JSON_BYTES): Fault {
  if (isDeeperThan(MAX_DEPTH, value)) return `must not be nested more than ${MAX_DEPTH} deep`;
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  return bytes <= most ? null : `must be at most ${most / 1024} KB long as JSON, is ${Math.ceil(bytes / 1024)} KB`;
}

/** One line that names a person or a thing: what cannot be seen in it would make it look like another one. */
export function faultOfLine(value: unknown, wanted: string, most: number): Fault {
  if (typeof value !== 'string') return wanted;
  if (value.length > most) return `must be at most ${most} characters long, is ${value.length}`;
  if (!isVisible(value)) return wanted;
  return harmless(value) === value ? null : 'holds characters that cannot be seen';
}

export const faultOfName = (value: unknown, whom: string): Fault =>
  faultOfLine(value, `must name who ${whom}`, MAX_NAME);

/** A comment or a reason, of several lines perhaps. */
export const faultOfComment = (value: unknown): Fault =>
  typeof value === 'string' && value.length <= MAX_COMMENT && isVisible(value)
    ? null
    : `must be text of at most ${MAX_COMMENT} characters`;

export const faultOfChoice = (value: unknown, choices: readonly string[]): Fault =>
  choices.includes(value as string) ? null : `must be one of ${choices.join(', ')}`;

export const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
