import { setTimeout as sleep } from 'node:timers/promises';
import { authenticate, type Caller, killSwitch, requireScope } from '../requests/auth';
import { ApiError } from '../format/errors';
import type { Action, JobPlan } from '../faults/rules';
import { hashBody } from '../world/idempotency';
import type { RequestEntry } from '../world/ledger';
import { rateLimited } from '../world/rateLimit';
import type { Call, Method, Route } from '../requests/route';
import { archive } from '../resources/projects/routes';
import { parseBody, parseQuery } from '../requests/validation';
import type { World } from '../world/world';

/** A request with its body read to the end. */
export interface Incoming {
  method: Method;
  path: string;
  search: URLSearchParams;
  headers: Headers;
  params: Record<string, string>;
  raw: string;
}

/** What leaves the server, and in which state. */
export interface Answer {
  wire: 'answered' | 'closed' | 'truncated' | 'hung';
  status: number;
  body: string;
  headers: Record<string, string>;
}

type Outcome = Extract<Action, { kind: 'answer' | 'rate-limit' | 'html' | 'close' | 'hang' | 'truncate' }>;
const outcomes = new Set<string>(['answer', 'rate-limit', 'html', 'close', 'hang', 'truncate']);
const isOutcome = (action: Action): action is Outcome => outcomes.has(action.kind);

/** Authentication, faults, limits, scope, idempotency, validation, handler: in this order. Notes into `entry` what it learns. */
export async function answer(world: World, route: Route, incoming: Incoming, entry: RequestEntry): Promise<Answer> {
  try {
    const caller = authenticate(world, incoming.headers);
    Object.assign(entry, { apiKeyId: caller.apiKeyId, organizationId: caller.organizationId });
    entry.bodyHash = hashBody(incoming.raw);
    const rules = world.faults.onRequest(factsOf(world, route, incoming, caller));
    entry.faults = rules.map(({ id, action }) => `${id}:${action.kind}`);
    return await withFaults(world, route, incoming, entry, caller, rules);
  } catch (error) {
    return refusal(world, error, entry.requestId);
  }
}

async function withFaults(
  world: World,
  route: Route,
  incoming: Incoming,
  entry: RequestEntry,
  caller: Caller,
  rules: { id: string; action: Action }[],
): Promise<Answer> {
  const actions = rules.map(({ action }) => action);
  const delay = async (when: 'before' | 'during' | 'after') => {
    for (const { id, action } of rules) {
      if (action.kind === 'delay' && action.when === when) await sleep(action.ms);
      if (action.kind === 'hold' && action.when === when) await world.faults.untilRemoved(id);
    }
  };
  const before = actions.find((action) => isOutcome(action) && 'when' in action && action.when === 'before') as Outcome;
  const after = actions.find(
    (action) => isOutcome(action) && !('when' in action && action.when === 'before'),
  ) as Outcome;
  await delay('before');
  const current = applyChanges(world, incoming, entry, caller, actions);
  // A refusal that stays under the key has to take the key's turn; any other comes before all else.
  const stored = before?.kind === 'answer' && before.store === 'fault';
  if (before && !stored) return outcomeAnswer(world, before, entry.requestId);
  const execute = async () => {
    await delay('during');
    if (stored) return outcomeAnswer(world, before, entry.requestId);
    return run(world, route, incoming, entry, current, actions);
  };
  const real = await keyed(world, route, incoming, entry, current, execute, stored ? before : after);
  await delay('after');
  return after && !stored ? outcomeAnswer(world, after, entry.requestId, real) : real;
}

/** Changes of the world that a rule makes at its request; the caller as it is afterwards. */
function applyChanges(
  world: World,
  incoming: Incoming,
  entry: RequestEntry,
  caller: Caller,
  actions: Action[],
): Caller {
  for (const action of actions) {
    if (action.kind === 'key') {
      const { kind: _, ...change } = action;
      Object.assign((world.state.keys[caller.apiKeyId] ??= {}), change);
    }
    if (action.kind === 'forget-answers')
      world.answers.forget(caller.apiKeyId, action.of === 'path' ? incoming : undefined);
    if (action.kind === 'credits') world.organization(caller.organizationId).balance = action.balance;
    if (action.kind === 'archive-project') {
      const project = subjectOf(world, incoming);
      if (project?.status === 'active') archive({ world, requestId: entry.requestId }, project);
    }
  }
  return actions.some(({ kind }) => kind === 'key') ? authenticate(world, incoming.headers) : caller;
}

/** One execution per idempotency key, and the same answer to all who send it. */
async function keyed(
  world: World,
  route: Route,
  incoming: Incoming,
  entry: RequestEntry,
  caller: Caller,
  execute: () => Promise<Answer>,
  fault: Outcome | undefined,
): Promise<Answer> {
  if (caller.killed) throw killSwitch('key');
  requireScope(caller, route.scope);
  world.limiter.take(caller.apiKeyId, route.class);
  const key = incoming.headers.get('idempotency-key');
  if (!key || route.method === 'GET') return execute();
  if (key.length > 255) throw new ApiError(422, 'VALIDATION', 'Idempotency-Key: at most 255 characters.');
  const { method, path } = incoming;
  const begun = await world.answers.begin({
    apiKeyId: caller.apiKeyId,
    method,
    path,
    key,
    bodyHash: entry.bodyHash ?? '',
  });
  if ('replay' in begun) {
    entry.replayed = true;
    return json(begun.replay.status, begun.replay.body);
  }
  try {
    const made = await execute();
    const store = fault?.store ?? 'real';
    const kept = store === 'fault' && fault ? outcomeAnswer(world, fault, entry.requestId) : made;
    if (store === 'fault' || (store === 'real' && world.answers.keeps(kept.status))) begun.turn.store(kept);
    return made;
  } finally {
    begun.turn.release();
  }
}

async function run(
  world: World,
  route: Route,
  incoming: Incoming,
  entry: RequestEntry,
  caller: Caller,
  actions: Action[],
): Promise<Answer> {
  try {
    const call: Call = {
      world,
      caller,
      params: incoming.params,
      body: parseBody(route, incoming.raw),
      query: parseQuery(route, incoming.search),
      headers: incoming.headers,
      requestId: entry.requestId,
      jobPlans: actions.filter((action): action is JobPlan => action.kind === 'job'),
    };
    const { status, body, headers } = await route.handle(call);
    return json(status, body === null ? '' : JSON.stringify(body), headers);
  } catch (error) {
    return refusal(world, error, entry.requestId);
  }
}

const json = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
  wire: 'answered',
  status,
  body,
  headers: { 'Content-Type': 'application/json', ...headers },
});

function refusal(world: World, error: unknown, requestId: string): Answer {
  if (error instanceof ApiError) return json(error.status, JSON.stringify(error.body(requestId)), error.headers);
  world.config.log(`${requestId}: ${error instanceof Error ? error.stack : String(error)}`);
  const internal = new ApiError(500, 'INTERNAL', 'The sandbox failed; its log says why.');
  return json(500, JSON.stringify(internal.body(requestId)));
}

/** What a rule puts in the place of the real answer. */
function outcomeAnswer(world: World, action: Outcome, requestId: string, real?: Answer): Answer {
  switch (action.kind) {
    case 'answer':
      return refusal(
        world,
        new ApiError(action.status, action.code, action.message, action.details, action.headers),
        requestId,
      );
    case 'rate-limit': {
      const error = rateLimited('Too many requests.', typeof action.retryAfter === 'number' ? action.retryAfter : null);
      const made = refusal(world, error, requestId);
      if (action.retryAfter === null || typeof action.retryAfter === 'number') return made;
      const date = new Date(world.now() + action.retryAfter.dateIn * 1_000).toUTCString();
      return { ...made, headers: { ...made.headers, 'Retry-After': date } };
    }
    case 'html': {
      const body = `<html><head><title>${action.status}</title></head><body><h1>${action.status} from the proxy</h1></body></html>`;
      return { wire: 'answered', status: action.status, body, headers: { 'Content-Type': 'text/html' } };
    }
    case 'close':
      return { ...(real ?? json(0, '')), wire: 'closed' };
    case 'hang':
      return { ...(real ?? json(0, '')), wire: 'hung' };
    case 'truncate':
      return { ...(real ?? json(200, '{}')), wire: 'truncated' };
  }
}

/** The project that a request is about, wherever its path or body names it. */
function subjectOf(world: World, incoming: Incoming) {
  const { state } = world;
  const { projectId, containerId, influencerId, postId, accountId, jobId, state: consent } = incoming.params;
  const owner =
    state.containers[containerId ?? ''] ??
    state.influencers[influencerId ?? ''] ??
    state.posts[postId ?? ''] ??
    state.accounts[accountId ?? ''] ??
    state.jobs[jobId ?? ''] ??
    state.oauthStates[consent ?? ''];
  return state.projects[projectId ?? owner?.projectId ?? ''];
}

function factsOf(world: World, route: Route, incoming: Incoming, caller: Caller) {
  const named = subjectOf(world, incoming)?.customerExternalId ?? incoming.search.get('customerExternalId');
  const { method, path, raw } = incoming;
  const { apiKeyId, organizationId } = caller;
  const customerExternalId = named ?? handleIn(raw);
  return { method, path, class: route.class, apiKeyId, organizationId, customerExternalId, body: raw };
}

function handleIn(raw: string): string | null {
  try {
    const body = JSON.parse(raw) as { customerExternalId?: unknown } | null;
    return typeof body?.customerExternalId === 'string' ? body.customerExternalId : null;
  } catch {
    return null;
  }
}
