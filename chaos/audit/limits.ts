import type { RequestEntry } from '../../src/sandbox';
import { shown, timeOf, type Model, type Violation } from './model';

const MINUTE_MS = 60_000;
/** What a client has to wait where a 429 does not say how long (DESIGN.md 7). */
const WITHOUT_HEADER_MS = 30_000;
/** HTTP dates count whole seconds. */
const DATE_ROUNDING_MS = 1_000;

/**
 * No worker sends a call again before the time that Layers named: the same call, by its key or, for a read, by what it asks. Layers
 * limits each API key by itself, so a call under another one was not asked to wait.
 */
export function noCallBeforeRetryAfter(model: Model): Violation[] {
  const until = new Map<string, { at: number; request: RequestEntry }>();
  const violations: Violation[] = [];
  for (const request of [...model.requests].sort((a, b) => timeOf(a) - timeOf(b))) {
    const { method, path, query, idempotencyKey, apiKeyId } = request;
    const name = `${apiKeyId} ${idempotencyKey ?? `${method} ${path}?${query}`}`;
    const asked = until.get(name);
    if (asked !== undefined && timeOf(request) < asked.at && !isExcused(model, asked.request))
      violations.push({
        invariant: 'no call before Retry-After',
        customer: model.customerOf(request),
        what: `${method} ${path} came ${asked.at - timeOf(request)} ms too early`,
        evidence: [shown(asked.request), shown(request)],
      });
    const allowedAt = allowedFrom(request);
    if (allowedAt !== null) until.set(name, { at: allowedAt, request });
  }
  return violations;
}

function allowedFrom({ status, retryAfter, answeredAt }: RequestEntry): number | null {
  if (answeredAt === null || (status !== 429 && retryAfter === null)) return null;
  if (retryAfter === null) return Date.parse(answeredAt) + WITHOUT_HEADER_MS;
  const seconds = Number(retryAfter);
  return Number.isNaN(seconds) ? Date.parse(retryAfter) - DATE_ROUNDING_MS : Date.parse(answeredAt) + seconds * 1_000;
}

/** A report of an answer is on its way for so long. */
const REPORTING_MS = 300;

/**
 * An onboarding whose own clock was moved on has waited by that clock; and what Layers told a worker just before that
 * was killed or frozen, no other worker can know.
 */
function isExcused(model: Model, request: RequestEntry): boolean {
  const { skips, strikes } = model.evidence;
  const answeredAt = Date.parse(request.answeredAt ?? request.at);
  const untold = strikes.some(
    ({ kind, from, to }) => kind !== 'server restarted' && answeredAt >= from - REPORTING_MS && answeredAt <= to,
  );
  return untold || skips.some(({ customer, at }) => customer === model.customerOf(request) && at >= timeOf(request));
}

/** In no minute, wherever it begins, does a key send more than a bucket allows, refused requests included. */
export function noBucketOverItsLimit(model: Model): Violation[] {
  return [...busiestMinutes(model).values()].flatMap(({ name, count, limit, from }) =>
    count <= limit
      ? []
      : [
          {
            invariant: 'no bucket over its limit' as const,
            customer: null,
            what: `${name}: ${count} requests within 60 s, allowed are ${limit}`,
            evidence: [`from ${new Date(from).toISOString()}`],
          },
        ],
  );
}

export interface BusiestMinute {
  name: string;
  bucket: RequestEntry['class'];
  count: number;
  limit: number;
  from: number;
}

/** The busiest 60 s of each bucket of each key. */
export function busiestMinutes({ requests, evidence }: Model): BusiestMinute[] {
  const times = new Map<string, { bucket: RequestEntry['class']; at: number[] }>();
  for (const request of requests) {
    if (request.apiKeyId === null) continue;
    const name = `${request.class} of ${request.apiKeyId}`;
    const known = times.get(name);
    if (known === undefined) times.set(name, { bucket: request.class, at: [timeOf(request)] });
    else known.at.push(timeOf(request));
  }
  return [...times].map(([name, { bucket, at }]) => {
    at.sort((a, b) => a - b);
    let busiest = { count: 0, from: 0 };
    for (let first = 0, last = 0; last < at.length; last++) {
      while (at[last]! - at[first]! >= MINUTE_MS) first += 1;
      if (last - first + 1 > busiest.count) busiest = { count: last - first + 1, from: at[first]! };
    }
    return { name, bucket, limit: evidence.limits[bucket], ...busiest };
  });
}
