import { ApplicationFailure } from '@temporalio/common';
import { CATALOGUE, type CatalogueEntry, type ErrorCode, type Responsible } from './catalogue';
import { MAX_PROBLEMS } from './limits';
import type { Problem } from './plan';
import { harmless } from './text';

/** Failure types that end a workflow. */
export const INVALID_INPUT = 'InvalidInput';
export const ABORTED = 'Aborted';

/** Types of the ApplicationFailure by which a message is refused. */
export type RefusalType =
  | 'NothingUnderReview'
  | 'StaleRevision'
  | 'AlreadyDecided'
  | 'InvalidTime'
  | 'NotBlocked'
  | 'ActionNotAllowed'
  | 'TooEarly'
  | 'UnknownCandidate'
  | 'InvalidMessage';

/** Type of the benign failure by which a waiting read asks Temporal for another look. */
export const NOT_READY = 'NotReady';

/** `details[0]` of every failure that blocks a step: what an operator must know, computed where the error arose. */
export interface FailureDetails {
  code: string;
  httpStatus: number | null;
  requestId: string | null;
  /** One plain sentence: what Layers (or the flow) said. */
  cause: string;
  /** One plain sentence: what to do about it, without the command. */
  fix: string;
  /** What input that mends it looks like, where input does. */
  example?: CatalogueEntry['example'];
  who: Responsible;
  /** Heals outside, so the step also tries again by itself. */
  heals: boolean;
  /** The request was certainly refused, so a retry needs a new idempotency key (`try` grows). */
  definite: boolean;
  /** Milliseconds for which Layers asked not to be called again; absent where it did not ask. */
  stayAwayMs?: number;
  /** Small and serialisable: field errors, candidates, what is needed and available. */
  data?: unknown;
}

/** The catalogue's entry for a code, or for an unknown code the entry of its kind. */
export function failureDetails(
  code: ErrorCode,
  cause: string,
  more: Partial<Omit<FailureDetails, 'code' | 'cause'>> = {},
): FailureDetails {
  const entry: CatalogueEntry = CATALOGUE[code];
  return {
    code,
    httpStatus: null,
    requestId: null,
    cause,
    fix: entry.fix,
    ...(entry.example === undefined ? {} : { example: entry.example }),
    who: entry.who,
    // What Temporal retries is mended by time too, also where its retries have used up the time of a step.
    heals: entry.retry === 'heals' || entry.retry === 'temporal',
    definite: false,
    ...more,
  };
}

/** A failure that blocks its step. The message starts with the sentence, because every list shows its beginning. */
export function blockingFailure(details: FailureDetails): ApplicationFailure {
  const http = details.httpStatus === null ? '' : ` (HTTP ${details.httpStatus})`;
  const request = details.requestId === null ? '' : ` [${details.requestId}]`;
  return ApplicationFailure.create({
    message: `${details.code}${http}: ${details.cause} ${details.fix}${request}`,
    type: details.code,
    nonRetryable: true,
    details: [details],
  });
}

/** A step of the flow that cannot go on for a reason of its own, for instance `NoSource`. */
export const stepFailure = (code: ErrorCode, cause: string, data?: unknown): ApplicationFailure =>
  blockingFailure(failureDetails(code, cause, data === undefined ? {} : { data }));

/** Most characters of each problem: with one for every field that somebody made up, they would be megabytes. */
const MAX_PATH = 120;
const MAX_PROBLEM = 400;

/** Problems as a failure can carry them: one line each, the first ones, and how many more there are. */
export function told(problems: readonly Problem[]): Problem[] {
  const areAll = problems.length <= MAX_PROBLEMS + 1;
  const lines = problems
    .slice(0, areAll ? undefined : MAX_PROBLEMS)
    .map(({ path, message }) => ({ path: line(path, MAX_PATH), message: line(message, MAX_PROBLEM) }));
  if (areAll) return lines;
  return [...lines, { path: 'more', message: `${problems.length - lines.length} more problems are not listed` }];
}

const line = (text: string, most: number): string => {
  const shown = harmless(text.slice(0, most + 1));
  return shown.length <= most ? shown : `${shown.slice(0, most - 1)}…`;
};

/** How a message is refused. The caller sees type, message and details through any SDK. */
export const refusal = (type: RefusalType, message: string, ...details: unknown[]): ApplicationFailure =>
  ApplicationFailure.create({ message, type, nonRetryable: true, details });
