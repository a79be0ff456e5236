import { isUtf8 } from 'node:buffer';
import { ulid } from '../format/ids';
import type { Method, Route } from '../requests/route';
import { settle } from '../resources/lifecycle';
import { LedgerRefused, type RequestEntry } from '../world/ledger';
import type { World } from '../world/world';
import { refusal, type Answer } from './answers';
import { answer } from './pipeline';

/** Where a request goes: a route, with what its path names. */
export interface Addressed {
  route: Route;
  /** The route's pattern, `null` for an unknown route. */
  pattern: string | null;
  params: Record<string, string>;
}

/** Answers one request. The ledger sees it before anything else does, and once more when its answer leaves. */
export async function serve(world: World, { route, pattern, params }: Addressed, received: Request): Promise<Answer> {
  const requestId = `req_${ulid(world.core.now())}`;
  const { headers } = received;
  const { pathname: path, search, searchParams } = new URL(received.url);
  const method = received.method as Method;
  const request = {
    requestId,
    method,
    path,
    query: search.slice(1),
    endpoint: pattern && `${method} ${pattern}`,
    class: route.class,
    idempotencyKey: headers.get('idempotency-key'),
  };
  let entry: RequestEntry;
  try {
    entry = world.core.ledger.arrived(request);
  } catch (error) {
    if (error instanceof LedgerRefused) return refusal(world, error, requestId);
    throw error;
  }
  const bytes = Buffer.from(await received.arrayBuffer());
  settle(world);
  const read = { raw: new TextDecoder().decode(bytes), decodes: isUtf8(bytes) };
  const incoming = { method, path, search: searchParams, headers, params, ...read };
  const made = await answer({ world, route, incoming, entry });
  world.core.snapshots.changed();
  world.core.ledger.answered(entry, {
    status: made.wire === 'closed' || made.wire === 'hung' ? null : made.status,
    code: codeIn(made),
    retryAfter: made.headers['Retry-After'] ?? null,
    wire: made.wire,
  });
  const more = { 'X-Request-Id': requestId, 'X-RateLimit-Endpoint-Class': route.class };
  return { ...made, headers: { ...made.headers, ...more } };
}

function codeIn({ status, body }: Answer): string | null {
  if (status < 400) return null;
  try {
    return (JSON.parse(body.toString()) as { error?: { code?: string } }).error?.code ?? null;
  } catch {
    return null;
  }
}
