import { CATALOGUE, isKnownCode, type ErrorCode } from '../contract/catalogue';
import { failureDetails, type FailureDetails } from '../contract/failures';
import { causeOf } from './causes';
import { describeNetworkCode } from './networkErrors';
import { fieldProblems, plainText, type Refusal } from './refusal';
import { stayAwayMs } from './retryAfter';

/** Everything that can keep a request from giving a usable answer. */
export type RequestFailure =
  /** Layers, or something on the way, answered with another status than 2xx, or with an error all the same. */
  | ({ kind: 'refused' } & Refusal)
  /** No complete answer. `code` of Node or undici; `host` from the base URL; `proxy`: the one in between, if any. */
  | { kind: 'network'; code: string; host: string; proxy: string | null }
  /** 2xx, but no JSON: empty, cut off, in an unknown coding, or the page of a proxy. */
  | ({ kind: 'unreadable' } & UnusableAnswer)
  /** An answer of another shape than documented, or a redirect. */
  | ({ kind: 'unexpected' } & UnusableAnswer)
  /** The request could not even be built. */
  | { kind: 'unsendable'; problem: string };

interface UnusableAnswer {
  status: number;
  requestId: string | null;
  problem: string;
}

/** How a failure is to be taken: the one judgement that activities, worker and CLI share. */
export interface Classification {
  details: FailureDetails;
  retry: 'temporal' | 'no';
  /** For what may pass, but not for ever: this many of the same are final. The delay doubles from one to the next. */
  tries?: number;
  /** Before the next try; without it Temporal's own policy decides. Never 0. */
  retryAfterMs?: number;
  /** Expected in normal operation: no error in logs and metrics. */
  benign: boolean;
}

/** One failed request, judged. The message is safe to show: no key, no bodies, only the API's own words, bounded. */
export class LayersError extends Error {
  override readonly name = 'LayersError';
  readonly classification: Classification;

  constructor(
    readonly method: string,
    readonly path: string,
    readonly failure: RequestFailure,
    /** How long the request was allowed to take. */
    timeoutMs = 0,
  ) {
    const classification = classify(method, path, failure, timeoutMs);
    super(describe(classification.details));
    this.classification = classification;
  }

  get code(): string {
    return this.classification.details.code;
  }
}

/** `CODE (HTTP 402): what happened [req_…]`, as logs and Temporal show it. */
export const describe = ({ code, httpStatus, cause, requestId }: FailureDetails): string =>
  `${code}${httpStatus === null ? '' : ` (HTTP ${httpStatus})`}: ${cause}${requestId === null ? '' : ` [${requestId}]`}`;

/** Branch on the code, the more specific one first; an unknown code leaves it to the status. */
function refusedCode({ status, code, details }: Refusal): ErrorCode {
  if (status === 429) return 'RATE_LIMITED';
  if (isStillRunning({ code, details })) return 'IDEMPOTENCY_CONFLICT';
  return [details.code, details.subcode, code].find(isLayersCode) ?? codeByStatus(status);
}

/** The first request with this key is still under way, and Layers says so instead of making us wait for it. */
const isStillRunning = ({ code, details }: Pick<Refusal, 'code' | 'details'>): boolean =>
  [details.code, details.subcode, code].some((one) => typeof one === 'string' && /IN_PROGRESS|IN_FLIGHT/.test(one));

const isLayersCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && isKnownCode(code) && CATALOGUE[code].source === 'layers';

function codeByStatus(status: number): ErrorCode {
  if (status === 400 || status === 422) return 'VALIDATION';
  if (status === 401) return 'UNAUTHENTICATED';
  if (status === 402) return 'BILLING_EXHAUSTED';
  if (status === 404) return 'NOT_FOUND';
  if (status === 409) return 'CONFLICT';
  if (status === 408 || status === 425 || status >= 500) return 'ApiUnavailable';
  return 'UnknownError';
}

function classify(method: string, path: string, failure: RequestFailure, timeoutMs: number): Classification {
  switch (failure.kind) {
    case 'refused':
      return judgeRefusal(failure, path, timeoutMs);
    case 'network': {
      const { code, host, proxy } = failure;
      const { reason, fix } = describeNetworkCode(code, proxy);
      const way = proxy === null ? '' : ` through the proxy ${proxy}`;
      const cause = `No answer from ${host}${way} to ${method} ${plainText(path)}: ${reason} (${plainText(code, 64)}).`;
      const details = failureDetails('ApiUnavailable', cause, fix === undefined ? {} : { fix, who: 'operator' });
      return { details, retry: 'temporal', benign: false };
    }
    // No JSON is mostly a proxy's doing and gone a moment later; the same key replays what the request did.
    case 'unreadable':
      return { ...judgeAnswer(failure), retry: 'temporal', tries: 3, retryAfterMs: stayAwayMs(2_000) };
    case 'unexpected':
      return judgeAnswer(failure);
    case 'unsendable': {
      const fix = 'Correct the value and retry with the corrected input.';
      const cause = `The request could not be sent: ${failure.problem}.`;
      const details = failureDetails('UnknownError', cause, { fix, who: 'engineer', definite: true });
      return { details, retry: 'no', benign: false };
    }
  }
}

function judgeAnswer({ status, requestId, problem }: UnusableAnswer): Classification {
  const details = failureDetails('UnexpectedResponse', problem, { httpStatus: status, requestId });
  return { details, retry: 'no', benign: false };
}

/**
 * Refusals that come before Layers looks at the idempotency key. They say nothing of an earlier try with that key,
 * which may have had its effect, and they are not stored under it: the same key stays right.
 */
const GATES: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN_SCOPE', 'KILL_SWITCH'];

function judgeRefusal(refusal: Refusal, path: string, timeoutMs: number): Classification {
  const code = refusedCode(refusal);
  const { status, requestId } = refusal;
  const stillRunning = isStillRunning(refusal);
  const transient =
    [408, 425, 429].includes(status) || status >= 500 || stillRunning || CATALOGUE[code].retry === 'temporal';
  const cause =
    code === 'NOT_FOUND'
      ? `Layers has nothing at ${plainText(path)}, or it is another organization's.`
      : causeOf(code, refusal);
  const details = failureDetails(code, cause, {
    httpStatus: status,
    requestId,
    // What answers without Layers' envelope is a proxy in between, and knows nothing of what an earlier try did. Nor is it
    // certain that an error nobody knows, under a status of success, has changed nothing.
    definite:
      refusal.code !== null && !transient && !GATES.includes(code) && (status >= 400 || code !== 'UnknownError'),
    ...(code === 'UnknownError' && status === 403 ? { heals: true } : {}),
    ...dataOf(refusal, code),
  });
  const asked = refusal.retryAfterMs === null ? {} : { retryAfterMs: stayAwayMs(refusal.retryAfterMs) };
  const once = { details, retry: 'no', benign: false, ...asked } as const;
  if (stillRunning) return { ...once, retry: 'temporal', benign: true };
  switch (code) {
    case 'RATE_LIMITED':
      return { details, retry: 'temporal', retryAfterMs: stayAwayMs(refusal.retryAfterMs), benign: true };
    // What was created a moment ago may not be visible everywhere yet.
    case 'NOT_FOUND':
      return { ...once, retry: 'temporal', tries: 3, retryAfterMs: stayAwayMs(1_000) };
    // Our keys always carry the same body, so the first request with this key may still be running. It can do so for
    // about as long as we would have waited for it: 1 + 2 + 4 + 8 times this delay is more than that.
    case 'IDEMPOTENCY_CONFLICT':
      return { ...once, retry: 'temporal', tries: 5, retryAfterMs: stayAwayMs(timeoutMs * 0.08) };
    default:
  }
  return CATALOGUE[code].retry === 'temporal' ? { ...once, retry: 'temporal' } : once;
}

/** Details that are worth handing on as they are. */
const FACTS = ['code', 'subcode', 'status', 'approvalStatus', 'platformCode', 'required', 'available', 'scope'];

/** What a program may want of a refusal: small, and nothing of the request's body. */
function dataOf(refusal: Refusal, code: ErrorCode): { data?: Record<string, unknown> } {
  const { details } = refusal;
  const fields = fieldProblems(refusal);
  const data: Record<string, unknown> = { ...(fields.length > 0 && { fields }) };
  if (refusal.code !== null && refusal.code !== code) data.layersCode = refusal.code;
  for (const name of FACTS) {
    const value = details[name];
    if (typeof value === 'number') data[name] = value;
    else if (typeof value === 'string') data[name] = plainText(value, 100);
  }
  if (Array.isArray(details.candidates))
    data.candidates = details.candidates
      .filter((one) => typeof one === 'string')
      .slice(0, 20)
      .map((one) => plainText(one, 200));
  return Object.keys(data).length === 0 ? {} : { data };
}
