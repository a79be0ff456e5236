import type { z } from 'zod';
import type { JobPlan } from '../faults/rules';
import type { EndpointClass } from '../world/ledger';
import type { World } from '../world/world';
import type { Caller } from './auth';

/** A request with its body read to the end. */
export interface Incoming {
  method: Method;
  path: string;
  search: URLSearchParams;
  headers: Headers;
  params: Record<string, string>;
  raw: string;
  /** Whether the bytes of the body were UTF-8. */
  decodes: boolean;
}

/** One request on its way through a handler. */
export interface Call<Body = unknown, Query = unknown> {
  world: World;
  caller: Caller;
  params: Record<string, string>;
  body: Body;
  query: Query;
  headers: Headers;
  requestId: string;
  /** How rules want the jobs of this request to end. */
  jobPlans: JobPlan[];
}

export interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** How a route reports what it refuses: `details.fieldErrors{}` or `details.issues[]`. */
export type ErrorShape = 'fieldErrors' | 'issues';

export interface Route {
  method: Method;
  path: string;
  scope: string | null;
  class: EndpointClass;
  /** Without it the route takes no body. */
  body?: z.ZodType;
  query?: z.ZodType;
  errors: ErrorShape;
  /** A body with `id` is refused as `VALIDATION_FAILED`. */
  mintsId: boolean;
  handle(call: Call): Reply | Promise<Reply>;
}

interface Definition<B extends z.ZodType, Q extends z.ZodType> {
  scope?: string;
  /** Default: GET is `read-light`, everything else `write-light`. */
  class?: EndpointClass;
  body?: B;
  query?: Q;
  errors?: ErrorShape;
  mintsId?: boolean;
  handle(call: Call<z.output<B>, z.output<Q>>): Reply | Promise<Reply>;
}

/** `route('GET /v1/jobs/:id', { scope, body, query, handle })`. */
export function route<B extends z.ZodType = z.ZodType<undefined>, Q extends z.ZodType = z.ZodType<undefined>>(
  address: `${Method} ${string}`,
  definition: Definition<B, Q>,
): Route {
  const [method, path] = address.split(' ') as [Method, string];
  return {
    method,
    path,
    scope: definition.scope ?? null,
    class: definition.class ?? classOf(method),
    ...(definition.body && { body: definition.body }),
    ...(definition.query && { query: definition.query }),
    errors: definition.errors ?? 'issues',
    mintsId: definition.mintsId ?? false,
    handle: definition.handle as Route['handle'],
  };
}

export const classOf = (method: string): EndpointClass => (method === 'GET' ? 'read-light' : 'write-light');

export const reply = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  body,
  headers,
});
