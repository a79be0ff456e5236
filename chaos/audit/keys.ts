import type { RequestEntry } from '../../src/sandbox';
import { shown, timeOf, type Model, type Violation } from './model';

/** Refusals before Layers looks at the key, or that say nothing definite: the same key stays right. */
const NOT_DEFINITE = [401, 408, 425, 429];
const GATES = ['FORBIDDEN_SCOPE', 'UNAUTHENTICATED', 'KILL_SWITCH'];
/** Each time that a customer asks for a consent page is a request of its own. */
const ANEW = /\/social\/(oauth|reauth)-url$/;

/** One key never stands for two requests, and one request never goes by two keys unless the first came to nothing. */
export function sameKeySameBody(model: Model): Violation[] {
  const keyed = model.requests.filter(({ idempotencyKey, bodyHash }) => idempotencyKey !== null && bodyHash !== null);
  return [...twoBodies(model, keyed), ...twoKeys(model, keyed)];
}

function twoBodies(model: Model, keyed: RequestEntry[]): Violation[] {
  const first = new Map<string, RequestEntry>();
  return keyed.flatMap((request) => {
    const key = request.idempotencyKey!;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, request);
    const same = ({ method, path, bodyHash }: RequestEntry): string => `${method} ${path} ${bodyHash}`;
    if (earlier === undefined || same(earlier) === same(request)) return [];
    const what = `the key ${key} stands for two different requests`;
    return [violation(model, what, [earlier, request])];
  });
}

function twoKeys(model: Model, keyed: RequestEntry[]): Violation[] {
  const sent = new Map<string, RequestEntry[]>();
  for (const request of keyed) {
    if (ANEW.test(request.path)) continue;
    const name = `${request.method} ${request.path} ${request.bodyHash}`;
    sent.set(name, [...(sent.get(name) ?? []), request]);
  }
  return [...sent.values()].flatMap((requests) =>
    requests.flatMap((request, index) => {
      const others = requests.slice(0, index).filter(({ idempotencyKey }) => idempotencyKey !== request.idempotencyKey);
      const known = requests.slice(0, index).some(({ idempotencyKey }) => idempotencyKey === request.idempotencyKey);
      const last = others.at(-1);
      if (last === undefined || known || cameToNothing(model, others, request)) return [];
      const what = `${request.method} ${request.path} was sent again under another key, though the first may have taken effect`;
      return [violation(model, what, [last, request])];
    }),
  );
}

/** A refusal that says for certain that nothing was done, so that the next try takes another key. */
export const isDefiniteRefusal = ({ status, code, answeredAt }: RequestEntry): boolean =>
  answeredAt !== null &&
  status !== null &&
  status >= 400 &&
  status < 500 &&
  !NOT_DEFINITE.includes(status) &&
  !GATES.includes(code ?? '');

/** Layers keeps repeating an error under the key, and has made nothing under it: there is no way on but another key. */
const isStuck = (tries: RequestEntry[], request: RequestEntry): boolean =>
  tries.every(({ effects }) => !effects.some((effect) => effect.includes('.created '))) &&
  tries.some(
    ({ replayed, status, answeredAt }) =>
      replayed && (status ?? 0) >= 400 && answeredAt !== null && Date.parse(answeredAt) <= timeOf(request),
  );

/**
 * Layers refused the last key for certain, has stored an error under it, or everything made with it has failed or was
 * cancelled.
 */
function cameToNothing(model: Model, earlier: RequestEntry[], request: RequestEntry): boolean {
  const lastKey = earlier.at(-1)!.idempotencyKey;
  const tries = earlier.filter(({ idempotencyKey }) => idempotencyKey === lastKey);
  const refused = tries.some((one) => isDefiniteRefusal(one) && Date.parse(one.answeredAt!) <= timeOf(request));
  if (refused || isStuck(tries, request) || wasRejected(model, tries[0]!, request)) return true;
  const made = model.ours.filter(
    ({ requestId, effect }) => tries.some((one) => one.requestId === requestId) && effect.endsWith('.created'),
  );
  return made.length > 0 && made.every(({ id }) => model.diedAt(id) <= timeOf(request));
}

/** What a reviewer has rejected with the whole onboarding is made anew when that is started again. */
const wasRejected = (model: Model, first: RequestEntry, request: RequestEntry): boolean =>
  (model.witness(model.customerOf(request))?.runs ?? []).some(
    ({ result, closedAt }) =>
      result?.outcome === 'rejected' && closedAt !== null && closedAt >= timeOf(first) && closedAt <= timeOf(request),
  );

const violation = (model: Model, what: string, requests: RequestEntry[]): Violation => ({
  invariant: 'same key, same body',
  customer: model.customerOf(requests[0]!),
  what,
  evidence: requests.map(shown),
});
