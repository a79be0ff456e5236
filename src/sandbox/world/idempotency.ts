import { ApiError, conflict } from '../format/errors';
import { sha256 } from '../format/ids';
import type { Core } from './core';
import type { StoredAnswer } from './state';

/** Keys sorted at every depth, so that the same body in another order is the same body. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
}

/** Of the JSON where there is some, else of the text as it came. */
export function hashBody(raw: string): string | null {
  if (raw === '') return null;
  try {
    return sha256(canonicalJson(JSON.parse(raw)));
  } catch {
    return sha256(raw);
  }
}

export interface KeyedRequest {
  apiKeyId: string;
  method: string;
  path: string;
  key: string;
  bodyHash: string;
}

interface Running {
  bodyHash: string;
  done: Promise<void>;
  finish: () => void;
}

/** What the first request of a key has to do in the end: store its answer, or let the key go. */
export interface Turn {
  store(answer: Pick<StoredAnswer, 'status' | 'body' | 'headers'>): void;
  release(): void;
}

/** Answers by (API key, method and path, idempotency key): the first request's answer is the answer to all that follow. */
export interface AnswerStore {
  /** Either the stored answer, or the turn to make one. */
  begin(request: KeyedRequest): Promise<{ replay: StoredAnswer } | { turn: Turn }>;
  /** Whether an answer of this status stays under its key. */
  keeps(status: number): boolean;
  /** As when the window of all keys of this API key had passed, or of those to one method and path. */
  forget(apiKeyId: string, route?: { method: string; path: string }): void;
  clear(): void;
}

export function createAnswerStore(core: Core): AnswerStore {
  // Only what is finished outlives a restart: what ran when the process died has no answer, as with any server.
  const running = new Map<string, Running>();

  const find = (id: string): StoredAnswer | null => {
    const answer = core.state.answers[id];
    if (!answer) return null;
    if (core.now() - answer.receivedAt < core.config.replay.windowMs) return answer;
    delete core.state.answers[id];
    return null;
  };

  const claim = (id: string, request: KeyedRequest): Turn => {
    const receivedAt = core.now();
    let finish: () => void = () => undefined;
    const done = new Promise<void>((resolve) => (finish = resolve));
    const own: Running = { bodyHash: request.bodyHash, done, finish };
    running.set(id, own);
    const release = () => {
      if (running.get(id) === own) running.delete(id);
      finish();
    };
    return {
      release,
      store(answer) {
        core.state.answers[id] = { bodyHash: request.bodyHash, receivedAt, ...answer };
        core.snapshots.changed();
        release();
      },
    };
  };

  return {
    async begin(request) {
      const id = [request.apiKeyId, request.method, request.path, request.key].join(' ');
      for (;;) {
        const stored = find(id);
        if (stored && stored.bodyHash !== request.bodyHash) throw otherBody();
        if (stored) return { replay: stored };
        const first = running.get(id);
        if (!first) return { turn: claim(id, request) };
        if (first.bodyHash !== request.bodyHash) throw otherBody();
        if (core.config.replay.inFlight === 'conflict')
          throw conflict('A request with this Idempotency-Key is still running.', {
            subcode: 'IDEMPOTENCY_IN_PROGRESS',
          });
        await first.done;
      }
    },
    keeps(status) {
      const { storeErrors } = core.config.replay;
      if (status < 400) return true;
      return storeErrors.includes(status) || storeErrors.includes(status < 500 ? '4xx' : '5xx');
    },
    forget(apiKeyId, route) {
      const { answers } = core.state;
      const prefix = [apiKeyId, ...(route ? [route.method, route.path] : []), ''].join(' ');
      for (const id of Object.keys(answers)) if (id.startsWith(prefix)) delete answers[id];
    },
    clear() {
      for (const { finish } of running.values()) finish();
      running.clear();
    },
  };
}

const otherBody = () =>
  new ApiError(409, 'IDEMPOTENCY_CONFLICT', 'This Idempotency-Key was used with a different body.');
