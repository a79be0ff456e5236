import type { Action } from '../faults/rules';
import { ApiError } from '../format/errors';
import { LedgerRefused } from '../world/ledger';
import { rateLimited } from '../world/rateLimit';
import type { World } from '../world/world';

/** What leaves the server, and in which state. */
export interface Answer {
  wire: 'answered' | 'closed' | 'truncated' | 'hung';
  status: number;
  body: string | Buffer;
  headers: Record<string, string>;
  /** Compressed when it leaves. */
  coding?: 'gzip' | 'deflate' | 'br';
  /** Without the `Date` that a server otherwise sends. */
  dateless?: boolean;
}

export const json = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
  wire: 'answered',
  status,
  body,
  headers: { 'Content-Type': 'application/json', ...headers },
});

/** The error envelope; what is no refusal of the API is a defect of the sandbox, and logged. */
export function refusal(world: World, error: unknown, requestId: string): Answer {
  if (error instanceof ApiError) return json(error.status, JSON.stringify(error.body(requestId)), error.headers);
  if (error instanceof LedgerRefused) {
    const full = new ApiError(507, 'INTERNAL', 'The sandbox has no room to take this request down; its log says more.');
    return json(507, JSON.stringify(full.body(requestId)));
  }
  world.core.config.log(`${requestId}: ${error instanceof Error ? error.stack : String(error)}`);
  const internal = new ApiError(500, 'INTERNAL', 'The sandbox failed; its log says why.');
  return json(500, JSON.stringify(internal.body(requestId)));
}

/** Actions that decide the answer. */
export type Outcome = Extract<
  Action,
  { kind: 'answer' | 'rate-limit' | 'html' | 'raw' | 'close' | 'hang' | 'truncate' }
>;
const OUTCOMES = new Set<string>(['answer', 'rate-limit', 'html', 'raw', 'close', 'hang', 'truncate']);
const isOutcome = (action: Action): action is Outcome => OUTCOMES.has(action.kind);
const isBefore = (outcome: Outcome): boolean => 'when' in outcome && outcome.when === 'before';

/** What the rules put in the place of the real answer, before anything is done or after it: of each the first. */
export function outcomesOf(actions: Action[]): { before: Outcome | undefined; after: Outcome | undefined } {
  const outcomes = actions.filter(isOutcome);
  return { before: outcomes.find(isBefore), after: outcomes.find((outcome) => !isBefore(outcome)) };
}

/** The answer that a rule gives; a broken connection still carries what was really answered. */
export function outcomeAnswer(world: World, action: Outcome, requestId: string, real?: Answer): Answer {
  switch (action.kind) {
    case 'answer': {
      const { status, code, message, details, headers } = action;
      return refusal(world, new ApiError(status, code, message, details, headers), requestId);
    }
    case 'rate-limit': {
      const error = rateLimited('Too many requests.', typeof action.retryAfter === 'number' ? action.retryAfter : null);
      const made = refusal(world, error, requestId);
      if (action.retryAfter === null || typeof action.retryAfter === 'number') return made;
      const date = new Date(world.core.now() + action.retryAfter.dateIn * 1_000).toUTCString();
      return { ...made, headers: { ...made.headers, 'Retry-After': date } };
    }
    case 'html': {
      const body = `<html><head><title>${action.status}</title></head><body><h1>${action.status} from the proxy</h1></body></html>`;
      return { wire: 'answered', status: action.status, body, headers: { 'Content-Type': 'text/html' } };
    }
    case 'raw': {
      const body = typeof action.body === 'string' ? action.body : Buffer.from(action.body.base64, 'base64');
      return { ...json(action.status, '', action.headers), body };
    }
    case 'close':
      return { ...(real ?? json(0, '')), wire: 'closed' };
    case 'hang':
      return { ...(real ?? json(0, '')), wire: 'hung' };
    case 'truncate':
      return { ...(real ?? json(200, '{}')), wire: 'truncated' };
  }
}
