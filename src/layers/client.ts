import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { request as send, type Dispatcher } from 'undici';
import type { z } from 'zod';
import type { Bucket } from '../contract/queues';
import { ACCEPT_ENCODING, AnswerTooLarge, readText, Undecodable } from './body';
import { routeTo } from './dispatcher';
import { LayersError, type RequestFailure } from './errors';
import { parseHttpDate } from './httpDate';
import { networkCode } from './networkErrors';
import { path, type Path } from './path';
import { isErrorBody, parseRefusal, plainText, requestIdOf } from './refusal';
import { parseRetryAfter } from './retryAfter';
import { whoami, type Whoami } from './schemas';
import { without } from './secrets';

const DEFAULT_TIMEOUT_MS = 20_000;

/** What `X-RateLimit-Endpoint-Class` calls our buckets (layers/API.md 3). */
const ENDPOINT_CLASS: Record<Bucket, string> = { reads: 'read-light', writes: 'write-light', starts: 'long-running' };

const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };

/** A request was counted by Layers in another bucket than the one it was sent from. */
export interface EndpointClassMismatch {
  method: string;
  route: string;
  bucket: Bucket;
  expected: string;
  actual: string;
}

export interface LayersClientOptions {
  /** `https://api.layers.com`, or the sandbox; a path in front of `/v1` is kept. */
  baseUrl: string;
  apiKey: string;
  /** Default: one of its own, which `close` closes; it goes through a proxy where the environment names one. */
  dispatcher?: Dispatcher;
  /** For one whole request; default 20 s. */
  timeoutMs?: number;
  logger?: { warn(message: string, fields?: Record<string, unknown>): void };
  onEndpointClass?: (mismatch: EndpointClassMismatch) => void;
}

export interface LayersRequest<T> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: Path;
  /** Arrays repeat the parameter; `undefined` is left out. */
  query?: Record<string, string | number | readonly string[] | undefined>;
  body?: unknown;
  /** What the answer must look like; gets `undefined` for an empty one. */
  schema: z.ZodType<T>;
  /** What a success without content (204, 205) stands for, where the answer tells nothing that is needed. */
  withoutContent?: T;
  /** The resource itself has a field `error`: what a job failed of is no refusal of the request. */
  hasErrorField?: boolean;
  bucket: Bucket;
  idempotencyKey?: string;
  /** Sent as `X-Layers-Organization`. */
  organizationId?: string | null;
  signal?: AbortSignal;
  timeoutMs?: number;
}

export interface Answer<T> {
  value: T;
  /** When Layers gave it, in epoch milliseconds by its own clock; `null` where it does not say. */
  answeredAt: number | null;
}

/**
 * The Layers API: one request per call. Nothing is retried and no redirect followed, because the Temporal server counts
 * requests (one per activity attempt) and is the only one to repeat them.
 */
export class LayersClient {
  /** How long a request may take that does not say otherwise. */
  readonly timeoutMs: number;
  readonly #baseUrl: URL;
  readonly #options: LayersClientOptions;
  readonly #dispatcher: Dispatcher;
  readonly #proxy: string | null;
  readonly #warned = new Set<string>();

  constructor(options: LayersClientOptions) {
    if (!/^[\x21-\x7e]+$/.test(options.apiKey))
      throw new TypeError('The API key is empty or has other than ASCII characters.');
    this.timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#options = options;
    this.#baseUrl = new URL(options.baseUrl.replace(/\/*$/, '/'));
    const { dispatcher, proxy } =
      options.dispatcher === undefined ? routeTo(options.baseUrl) : { dispatcher: options.dispatcher, proxy: null };
    this.#dispatcher = dispatcher;
    this.#proxy = proxy;
  }

  /** Closes the client's own connections; an injected dispatcher is its owner's. */
  async close(): Promise<void> {
    if (this.#options.dispatcher === undefined) await this.#dispatcher.close();
  }

  /** Cuts the client's own connections: requests under way fail as they do when the network does. */
  async destroy(): Promise<void> {
    if (this.#options.dispatcher === undefined) await this.#dispatcher.destroy();
  }

  /** Who the key is. Without an `apiKeyId` in the answer, a digest of the key stands in for it. */
  async whoami({ signal }: { signal?: AbortSignal } = {}): Promise<Whoami> {
    const answer = await this.request({
      method: 'GET',
      path: path`/v1/whoami`,
      schema: whoami,
      bucket: 'reads',
      signal,
    });
    const digest = createHash('sha256').update(this.#options.apiKey).digest('hex').slice(0, 12);
    return { ...answer, apiKeyId: answer.apiKeyId ?? `sha256:${digest}` };
  }

  /** As `ask`, for whoever does not need to know when. */
  async request<T>(request: LayersRequest<T>): Promise<T> {
    return (await this.ask(request)).value;
  }

  /** Sends one request and returns the parsed answer. Throws `LayersError`, whose `classification` says what to do. */
  async ask<T>(request: LayersRequest<T>): Promise<Answer<T>> {
    const { badId } = request.path;
    if (badId !== undefined)
      throw this.#error(request, { kind: 'unsendable', problem: `${JSON.stringify(plainText(badId))} is no id` });
    const { status, headers, body } = await this.#send(request);
    const requestId = requestIdOf(...(headers('x-request-id')?.split(/, */) ?? []));
    this.#checkEndpointClass(request, headers('x-ratelimit-endpoint-class'));

    if (status >= 300 && status < 400) {
      const problem = 'Layers answered with a redirect, which is not followed: LAYERS_BASE_URL may be wrong.';
      throw this.#error(request, { kind: 'unexpected', status, requestId, problem });
    }
    // Nothing that repeats our own request may carry the key onwards.
    const json = without(this.#options.apiKey, body === '' ? undefined : parsed(body));
    const success = status < 400 && json !== NO_JSON ? request.schema.safeParse(json) : null;
    if (status >= 400 || (isErrorBody(json) && !(request.hasErrorField && success?.success))) {
      const retryAfterMs = parseRetryAfter(headers('retry-after'), headers('date'), Date.now());
      throw this.#error(request, { kind: 'refused', ...parseRefusal(status, json, { requestId, retryAfterMs }) });
    }

    const answeredAt = answeredAtOf(headers);
    if (json === undefined && WITHOUT_CONTENT.includes(status) && request.withoutContent !== undefined)
      return { value: request.withoutContent, answeredAt };
    if (success?.success) return { value: success.data, answeredAt };
    const asked = `${request.method} ${plainText(request.path.path)}`;
    if (json === undefined || success === null) {
      const what = json === undefined ? 'nothing' : 'something that is not JSON, or cut off';
      throw this.#error(request, {
        kind: 'unreadable',
        status,
        requestId,
        problem: `Layers answered ${asked} with ${what}.`,
      });
    }
    const issues = success.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
    const problem = `The answer to ${request.method} ${request.path.route} has another shape than documented: ${plainText(issues.join('; '))}.`;
    throw this.#error(request, { kind: 'unexpected', status, requestId, problem });
  }

  async #send(request: LayersRequest<unknown>): Promise<{ status: number; headers: Headers; body: string }> {
    let status = 0;
    const timeoutMs = request.timeoutMs ?? this.timeoutMs;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await send(this.#url(request), {
        dispatcher: this.#dispatcher,
        method: request.method,
        headers: this.#headers(request),
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
        // undici's own default of 300 s would cut a long upload short.
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      status = answer.statusCode;
      const headers = (name: string): string | null =>
        headerOf(answer.headers, name)?.replaceAll(this.#options.apiKey, '…') ?? null;
      const body = await readText(answer.body, headers('content-encoding')).catch((error: unknown) => {
        if (answer.statusCode >= 300) return ''; // The status has said enough.
        throw error;
      });
      return { status, headers, body };
    } catch (error) {
      throw this.#error(request, this.#sendFailure(request, error, status));
    }
  }

  /** @param status `0` where no answer has begun */
  #sendFailure({ method, path, signal }: LayersRequest<unknown>, error: unknown, status: number): RequestFailure {
    const code = signal?.aborted === true ? 'AbortError' : networkCode(error);
    if (error instanceof AnswerTooLarge) return { kind: 'unexpected', status, requestId: null, problem: error.message };
    if (error instanceof Undecodable) {
      const problem = `The answer to ${method} ${path.route} ${plainText(error.message)}.`;
      return { kind: 'unreadable', status, requestId: null, problem };
    }
    if (code === 'UND_ERR_INVALID_ARG' || code === 'ERR_INVALID_URL')
      return { kind: 'unsendable', problem: plainText(without(this.#options.apiKey, (error as Error).message)) };
    return { kind: 'network', code, host: this.#baseUrl.host, proxy: this.#proxy };
  }

  #url({ path: { path }, query = {} }: LayersRequest<unknown>): string {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      for (const one of [value].flat()) if (one !== undefined) parameters.append(name, String(one));
    const search = parameters.size === 0 ? '' : `?${parameters.toString()}`;
    return `${this.#baseUrl.origin}${this.#baseUrl.pathname.slice(0, -1)}${path}${search}`;
  }

  #headers({ body, idempotencyKey, organizationId }: LayersRequest<unknown>): Record<string, string> {
    return {
      authorization: `Bearer ${this.#options.apiKey}`,
      'user-agent': `layers-onboarding/${version}`,
      'accept-encoding': ACCEPT_ENCODING,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...(organizationId != null && { 'x-layers-organization': organizationId }),
    };
  }

  #error(request: LayersRequest<unknown>, failure: RequestFailure): LayersError {
    return new LayersError(request.method, request.path.path, failure, request.timeoutMs ?? this.timeoutMs);
  }

  /** A wrong bucket means that the queue's limit guards the wrong budget; one warning per route is enough. */
  #checkEndpointClass({ method, path: { route }, bucket }: LayersRequest<unknown>, actual: string | null): void {
    const expected = ENDPOINT_CLASS[bucket];
    if (actual === null || actual === expected) return;
    this.#options.onEndpointClass?.({ method, route, bucket, expected, actual });
    if (this.#warned.has(`${method} ${route} ${actual}`)) return;
    this.#warned.add(`${method} ${route} ${actual}`);
    this.#options.logger?.warn(`Layers counts ${method} ${route} as ${plainText(actual, 50)}, not as ${expected}`, {
      bucket,
    });
  }
}

/** A header by its name in lower case; `null` where there is none. */
type Headers = (name: string) => string | null;

/** Several of one name are one list (RFC 9110, 5.3). */
function headerOf(all: Record<string, string | string[] | undefined>, name: string): string | null {
  const value = all[name];
  return Array.isArray(value) ? value.join(', ') : (value ?? null);
}

/** Layers' clock: what a cache on the way has kept for a while was given that much earlier. */
function answeredAtOf(headers: Headers): number | null {
  const date = parseHttpDate(headers('date'), Date.now());
  const age = headers('age')?.trim() ?? '';
  return date === null ? null : date + (/^\d{1,9}$/.test(age) ? Number(age) * 1_000 : 0);
}

/** A success that has nothing to say, by its status. */
const WITHOUT_CONTENT = [204, 205];

const NO_JSON = Symbol('no JSON');

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return NO_JSON;
  }
}
