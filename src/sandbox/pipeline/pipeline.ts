import { setTimeout as sleep } from 'node:timers/promises';
import type { Action, JobPlan } from '../faults/rules';
import { ApiError } from '../format/errors';
import { authenticate, killSwitch, requireScope, type Caller } from '../requests/auth';
import type { Call, Incoming, Route } from '../requests/route';
import { parseBody, parseQuery } from '../requests/validation';
import { archive } from '../resources/projects/archive';
import { hashBody } from '../world/idempotency';
import type { RequestEntry } from '../world/ledger';
import type { World } from '../world/world';
import { json, outcomeAnswer, outcomesOf, refusal, type Answer, type Outcome } from './answers';
import { inForm } from './forms';
import { patched } from './patches';
import { factsOf, subjectOf } from './subject';

/** A request on its way through the pipeline. `entry` is its line in the ledger, which takes down what is learnt of it. */
interface Passage {
  world: World;
  route: Route;
  incoming: Incoming;
  entry: RequestEntry;
}

/** Authentication, faults, limits, scope, idempotency, validation, handler: in this order. */
export async function answer(passage: Passage): Promise<Answer> {
  const { world, route, incoming, entry } = passage;
  try {
    const caller = authenticate(world.core, incoming.headers);
    Object.assign(entry, { apiKeyId: caller.apiKeyId, organizationId: caller.organizationId });
    entry.bodyHash = hashBody(incoming.raw);
    const rules = world.faults.onRequest(factsOf(world, route, incoming, caller));
    entry.faults = rules.map(({ id, action }) => `${id}:${action.kind}`);
    const actions = rules.map(({ action }) => action);
    const forms = actions.filter((action) => action.kind === 'form');
    const patches = actions.filter((action) => action.kind === 'patch');
    const made = await withFaults(passage, caller, rules).catch((error: unknown) =>
      refusal(world, error, entry.requestId),
    );
    return inForm(patched(made, patches), forms, incoming.headers.get('accept-encoding'), world.core.now());
  } catch (error) {
    return refusal(world, error, entry.requestId);
  }
}

async function withFaults(passage: Passage, caller: Caller, rules: { id: string; action: Action }[]): Promise<Answer> {
  const { world, entry } = passage;
  const { requestId } = entry;
  const actions = rules.map(({ action }) => action);
  const delay = async (when: 'before' | 'during' | 'after'): Promise<void> => {
    for (const { id, action } of rules) {
      if (action.kind === 'delay' && action.when === when) await sleep(action.ms);
      if (action.kind === 'hold' && action.when === when) await world.faults.untilRemoved(id);
    }
  };
  const { before, after } = outcomesOf(actions);
  await delay('before');
  const current = applyChanges(passage, caller, actions);
  // A refusal that stays under the key has to take the key's turn; any other comes before all else.
  const stored = before && 'store' in before && before.store === 'fault' ? before : undefined;
  if (before && !stored) return outcomeAnswer(world, before, requestId);
  const execute = async (): Promise<Answer> => {
    await delay('during');
    return stored ? outcomeAnswer(world, stored, requestId) : handled(passage, current, actions);
  };
  const real = await keyed(passage, current, execute, stored ?? after);
  await delay('after');
  return after && !stored ? outcomeAnswer(world, after, requestId, real) : real;
}

/** Changes of the world that a rule makes at its request; the caller as it is afterwards. */
function applyChanges({ world, incoming, entry }: Passage, caller: Caller, actions: Action[]): Caller {
  for (const action of actions) {
    if (action.kind === 'key') {
      const { kind: _, ...change } = action;
      Object.assign((world.core.state.keys[caller.apiKeyId] ??= {}), change);
    }
    if (action.kind === 'forget-answers')
      world.answers.forget(caller.apiKeyId, action.of === 'path' ? incoming : undefined);
    if (action.kind === 'credits') world.core.organization(caller.organizationId).balance = action.balance;
    if (action.kind === 'archive-project') {
      const project = subjectOf(world, incoming);
      if (project?.status === 'active') archive({ world, requestId: entry.requestId }, project);
    }
  }
  return actions.some(({ kind }) => kind === 'key') ? authenticate(world.core, incoming.headers) : caller;
}

/** One execution per idempotency key, and the same answer to all who send it. */
async function keyed(
  { world, route, incoming, entry }: Passage,
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
  const { apiKeyId } = caller;
  const begun = await world.answers.begin({ apiKeyId, method, path, key, bodyHash: entry.bodyHash ?? '' });
  if ('replay' in begun) {
    entry.replayed = true;
    const { status, body, headers } = begun.replay;
    return json(status, body, headers);
  }
  try {
    const made = await execute();
    const store = fault?.store ?? 'real';
    const kept = store === 'fault' && fault ? outcomeAnswer(world, fault, entry.requestId) : made;
    if (store === 'fault' || (store === 'real' && world.answers.keeps(kept.status))) begun.turn.store(storable(kept));
    return made;
  } finally {
    begun.turn.release();
  }
}

/** Rules may make every page smaller than it was asked for. */
function shortened(query: unknown, actions: Action[]): unknown {
  const sizes = actions.flatMap((action) => (action.kind === 'form' && action.pageSize) || []);
  if (sizes.length === 0 || query === null || typeof query !== 'object' || !('limit' in query)) return query;
  return { ...query, limit: Math.min(Number(query.limit), ...sizes) };
}

/** Bytes that are no text cannot stay in a snapshot. */
const storable = ({ status, body, headers }: Answer) => ({ status, body: body.toString(), headers });

/** What the route answers. */
async function handled({ world, route, incoming, entry }: Passage, caller: Caller, actions: Action[]): Promise<Answer> {
  try {
    const call: Call = {
      world,
      caller,
      params: incoming.params,
      body: parseBody(route, incoming),
      query: shortened(parseQuery(route, incoming.search), actions),
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
