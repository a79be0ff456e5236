import type { ServerResponse } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { consentPages } from './resources/social/consentPage';
import { controlRoutes } from './control/routes';
import { notFound } from './format/errors';
import { ulid } from './format/ids';
import { settle } from './resources/lifecycle';
import { mediaRoutes } from './resources/pictures';
import { type Answer, answer } from './pipeline/pipeline';
import { classOf, type Method, type Route, route } from './requests/route';
import { ROUTES } from './resources';
import type { World } from './world/world';

type Env = { Bindings: HttpBindings };

/** The API under `/v1`, the pages and pictures that its answers link to, and the controls under `/_sandbox`. */
export function createApp(world: World): Hono<Env> {
  const app = new Hono<Env>();
  for (const known of ROUTES) app.on(known.method, known.path, (context) => serve(world, known, known.path, context));
  app.all('/v1/*', (context) => serve(world, unknownRoute(context.req.method as Method), null, context));
  app.use('*', async (_, next) => {
    settle(world);
    await next();
  });
  app.route('/_sandbox', controlRoutes(world));
  app.route('/oauth', consentPages(world));
  app.route('/media', mediaRoutes(world));
  app.notFound((context) => context.json(notFound('Route').body(`req_${ulid(world.now())}`), 404));
  return app;
}

const unknownRoute = (method: Method): Route =>
  route(`${method} /v1/*`, {
    class: classOf(method),
    handle() {
      throw notFound('Route');
    },
  });

/** The ledger sees a request before anything else does, and once more when its answer leaves. */
async function serve(world: World, known: Route, endpoint: string | null, context: Context<Env>): Promise<Response> {
  const requestId = `req_${ulid(world.now())}`;
  const { req } = context;
  const url = new URL(req.url);
  const entry = world.ledger.arrived({
    requestId,
    method: req.method,
    path: url.pathname,
    query: url.search.slice(1),
    endpoint: endpoint && `${req.method} ${endpoint}`,
    class: known.class,
    idempotencyKey: req.header('idempotency-key') ?? null,
  });
  const raw = await req.text();
  settle(world);
  const incoming = {
    method: req.method as Method,
    path: url.pathname,
    search: url.searchParams,
    headers: req.raw.headers,
    params: req.param() as Record<string, string>,
    raw,
  };
  const made = await answer(world, known, incoming, entry);
  world.snapshots.changed();
  world.ledger.answered(entry, {
    status: made.wire === 'closed' || made.wire === 'hung' ? null : made.status,
    code: codeIn(made),
    retryAfter: made.headers['Retry-After'] ?? null,
    wire: made.wire,
  });
  const headers = { ...made.headers, 'X-Request-Id': requestId, 'X-RateLimit-Endpoint-Class': known.class };
  return send(context, { ...made, headers });
}

/** Broken answers go past Hono: only the bare socket can stop in the middle. */
async function send({ env }: Context<Env>, made: Answer): Promise<Response> {
  const { incoming } = env;
  const outgoing = env.outgoing as ServerResponse;
  switch (made.wire) {
    case 'answered':
      return new Response(made.status === 304 ? null : made.body, { status: made.status, headers: made.headers });
    case 'closed':
      incoming.socket.destroy();
      return RESPONSE_ALREADY_SENT;
    case 'truncated': {
      const body = Buffer.from(made.body);
      outgoing.writeHead(made.status, { ...made.headers, 'Content-Length': body.length });
      outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => incoming.socket.destroy());
      return RESPONSE_ALREADY_SENT;
    }
    case 'hung':
      // Ends when the client gives up, or the sandbox closes.
      await new Promise((resolve) => incoming.socket.once('close', resolve));
      return RESPONSE_ALREADY_SENT;
  }
}

function codeIn({ status, body }: Answer): string | null {
  if (status < 400) return null;
  try {
    return (JSON.parse(body) as { error?: { code?: string } }).error?.code ?? null;
  } catch {
    return null;
  }
}
