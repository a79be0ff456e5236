import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request as send, type Dispatcher } from 'undici';
import type { z } from 'zod';
import type { Bucket } from '../contract/queues';
import { LayersError, type RequestFailure } from './errors';
import { networkCode } from './networkErrors';
import { path, type Path } from './path';
import { parseRefusal, plainText } from './refusal';
import { parseRetryAfter } from './retryAfter';
import { whoami, type Whoami } from './schemas';

const DEFAULT_TIMEOUT_MS = 20_000;
/** The largest documented answer, 200 containers with their assets, is well under a megabyte. */
const LARGEST_ANSWER_BYTES = 8 * 1024 * 1024;

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
  /** Default: an agent of its own, which `close` closes. */
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
  bucket: Bucket;
  idempotencyKey?: string;
  /** Sent as `X-Layers-Organization`. */
  organizationId?: string | null;
  signal?: AbortSignal;
  timeoutMs?: number;
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
  readonly #warned = new Set<string>();

  constructor(options: LayersClientOptions) {
    if (!/^[\x21-\x7e]+$/.test(options.apiKey))
      throw new TypeError('The API key is empty or has other than ASCII characters.');
    this.timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#options = options;
    this.#baseUrl = new URL(options.baseUrl.replace(/\/*$/, '/'));
    this.#dispatcher = options.dispatcher ?? new Agent();
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

  /** Sends one request and returns the parsed answer. Throws `LayersError`, whose `classification` says what to do. */
  async request<T>(request: LayersRequest<T>): Promise<T> {
    const { badId } = request.path;
    if (badId !== undefined)
      throw this.#error(request, { kind: 'unsendable', problem: `${JSON.stringify(plainText(badId))} is no id` });
    const { status, headers, body } = await this.#send(request);
    const requestId = header(headers, 'x-request-id');
    this.#checkEndpointClass(request, header(headers, 'x-ratelimit-endpoint-class'));

    if (status >= 300 && status < 400) {
      const problem = 'Layers answered with a redirect, which is not followed: LAYERS_BASE_URL may be wrong.';
      throw this.#error(request, { kind: 'unexpected', status, requestId, problem });
    }
    if (status >= 400) {
      const retryAfterMs = parseRetryAfter(header(headers, 'retry-after'), header(headers, 'date'), Date.now());
      // Nothing that repeats our own request may carry the key onwards.
      const safe = body.replaceAll(this.#options.apiKey, '…');
      throw this.#error(request, { kind: 'refused', ...parseRefusal(status, safe, { requestId, retryAfterMs }) });
    }

    let json: unknown;
    try {
      json = body === '' ? undefined : JSON.parse(body);
    } catch {
      const problem = `Layers answered ${request.method} ${request.path.path} with something that is not JSON, or cut off.`;
      throw this.#error(request, { kind: 'unreadable', status, requestId, problem });
    }
    const parsed = request.schema.safeParse(json);
    if (parsed.success) return parsed.data;
    if (json === undefined) {
      const problem = `Layers answered ${request.method} ${request.path.path} with nothing.`;
      throw this.#error(request, { kind: 'unreadable', status, requestId, problem });
    }
    const issues = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
    const problem = `The answer to ${request.method} ${request.path.route} has another shape than documented: ${plainText(issues.join('; '))}.`;
    throw this.#error(request, { kind: 'unexpected', status, requestId, problem });
  }

  async #send(request: LayersRequest<unknown>): Promise<{ status: number; headers: Headers; body: string }> {
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
      const body = await readText(answer.body).catch((error: unknown) => {
        if (answer.statusCode >= 300) return ''; // The status has said enough.
        throw error;
      });
      return { status: answer.statusCode, headers: answer.headers, body };
    } catch (error) {
      throw this.#error(request, this.#sendFailure(error, request.signal?.aborted === true));
    }
  }

  #sendFailure(error: unknown, aborted: boolean): RequestFailure {
    const code = aborted ? 'AbortError' : networkCode(error);
    if (error instanceof AnswerTooLarge)
      return { kind: 'unexpected', status: 200, requestId: null, problem: error.message };
    if (code === 'UND_ERR_INVALID_ARG' || code === 'ERR_INVALID_URL')
      return { kind: 'unsendable', problem: plainText((error as Error).message) };
    return { kind: 'network', code, host: this.#baseUrl.host };
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

type Headers = Record<string, string | string[] | undefined>;

const header = (headers: Headers, name: string): string | null => [headers[name]].flat()[0] ?? null;

class AnswerTooLarge extends Error {
  constructor() {
    super(`The answer is larger than ${LARGEST_ANSWER_BYTES / 1024 / 1024} MB.`);
  }
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > LARGEST_ANSWER_BYTES) throw new AnswerTooLarge();
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
