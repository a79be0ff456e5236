import type { EffectEntry, LedgerEntry, RequestEntry } from '../../src/sandbox';
import type { HistoryEvent } from '../temporal/temporal';
import { decisionsIn } from './decisions';
import { Names } from './names';

/** One onboarding where it was played. */
export interface Side {
  /** Of the sandbox, which may have had others. */
  ledger: readonly LedgerEntry[];
  /** Of its runs, oldest first. */
  histories: readonly (readonly HistoryEvent[])[];
}

/** What is the same wherever the same plan is played, as lines that may come in any order; and how often it has looked. */
export interface Account {
  lines: string[];
  /** By what is read: requests, and calls of the workflow. */
  reads: Map<string, number>;
}

/**
 * So many times more or less the one side may look than the other: how often a wait looks depends on how long it takes and on
 * when a webhook comes.
 */
const MAY_LOOK_MORE = 3;
/** Intents into which an id of Layers goes: it goes into their keys, too. */
const KEYED_BY_IDS = [
  ...['/content/slideshow-remix', '/schedule', '/approve', '/reject', '/cancel', '/social/oauth-url'],
].map((end) => new RegExp(`${end}$`));
/** Requests with an id of Layers in the body. */
const WITH_IDS = [/\/content\/slideshow-remix$/, /\/schedule$/, /\/social\/oauth-url$/];

/**
 * Where two ways to play one plan have done different things: effects at Layers with what they belong to and what has caused
 * them, writes with keys and bodies, decisions of the workflow, stages and results. Reads may differ in number, a little.
 */
export function ledgersCompared(customer: string, server: Side, model: Side): string[] {
  const [one, other] = [server, model].map((side) => accountOf(customer, side));
  const counts = new Map<string, [number, number]>();
  const count = (line: string, index: 0 | 1): void => {
    const both = counts.get(line) ?? [0, 0];
    both[index] += 1;
    counts.set(line, both);
  };
  for (const line of one!.lines) count(line, 0);
  for (const line of other!.lines) count(line, 1);
  const differing = [...counts].filter(([, [there, here]]) => there !== here);
  const reads = new Set([...one!.reads.keys(), ...other!.reads.keys()]);
  return [
    ...differing.map(([line, [there, here]]) => `${there} on the server, ${here} in the model: ${line}`),
    ...[...reads].flatMap((read) => {
      const [there, here] = [one!.reads.get(read) ?? 0, other!.reads.get(read) ?? 0];
      return Math.abs(there - here) > MAY_LOOK_MORE ? [`${there} on the server, ${here} in the model: ${read}`] : [];
    }),
  ];
}

export function accountOf(customer: string, { ledger, histories }: Side): Account {
  const effects = ledger.filter(
    (entry): entry is EffectEntry => entry.type === 'effect' && entry.customerExternalId === customer,
  );
  const names = new Names(effects);
  const ids = new Set([customer, ...effects.flatMap(({ id, projectId }) => [id, projectId ?? id])]);
  const causes = new Set(effects.map(({ requestId }) => requestId));
  const requests = ledger.filter(
    (entry): entry is RequestEntry =>
      entry.type === 'request' &&
      (causes.has(entry.requestId) || `${entry.path}?${entry.query}`.split(/[/?&=]/).some((part) => ids.has(part))),
  );
  const worker = requests.find(({ endpoint }) => endpoint === 'POST /v1/projects')?.apiKeyId;
  const byWorker = requests.filter(({ apiKeyId }) => apiKeyId === worker);
  const decisions = decisionsIn(histories, names);
  const reads = new Map<string, number>();
  const looks = [
    ...byWorker.filter(isRead).map(({ endpoint }) => `requests of ${endpoint}`),
    ...decisions.reads.map((name) => `calls of ${name}`),
  ];
  for (const look of looks) reads.set(look, (reads.get(look) ?? 0) + 1);
  return {
    lines: [
      ...effects.map((effect) => effectLine(effect, requests, worker, names)),
      ...writeLines(
        byWorker.filter((request) => !isRead(request)),
        names,
      ),
      ...decisions.lines,
    ],
    reads,
  };
}

const isRead = ({ method }: RequestEntry): boolean => method === 'GET';

function effectLine(
  { effect, id, projectId, requestId, data }: EffectEntry,
  requests: readonly RequestEntry[],
  worker: string | null | undefined,
  names: Names,
): string {
  const request = requests.find((one) => one.requestId === requestId);
  const by =
    request === undefined ? 'time' : `${request.endpoint}${request.apiKeyId === worker ? '' : ', by a person'}`;
  return names.in(`effect ${effect} ${id} of ${projectId ?? 'nothing'}, by ${by} ${names.in(data ?? {})}`);
}

/** A key that cannot be the same is the same when it was used before. */
function writeLines(writes: readonly RequestEntry[], names: Names): string[] {
  const seen = new Set<string>();
  return writes.map(({ method, path, idempotencyKey: key, bodyHash, status, code, replayed }) => {
    const isUsed = key !== null && seen.has(key);
    if (key !== null) seen.add(key);
    const own = KEYED_BY_IDS.some((end) => end.test(path));
    const shown = key === null ? 'no key' : own ? `a key of ids${isUsed ? ', used before' : ''}` : `key ${key}`;
    const body = WITH_IDS.some((end) => end.test(path)) ? 'a body of ids' : `body ${bodyHash ?? 'none'}`;
    const answer = [status, code, replayed ? 'replayed' : null].filter((part) => part !== null).join(' ');
    // Keys and hashes look like ids.
    return `write ${method} ${names.in(path)}, ${shown}, ${body}: ${answer}`;
  });
}
