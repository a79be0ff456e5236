import type { ServerResponse } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type Context } from 'hono';
import { controlRoutes } from './control/routes';
import { notFound } from './format/errors';
import { ulid } from './format/ids';
import type { Answer } from './pipeline/answers';
import { bytesOf } from './pipeline/forms';
import { serve } from './pipeline/serve';
import { classOf, route, type Method, type Route } from './requests/route';
import { ROUTES } from './resources';
import { settle } from './resources/lifecycle';
import { mediaRoutes } from './resources/pictures';
import { consentPages } from './resources/social/consentPage';
import type { World } from './world/world';

/** The sockets of a request that came over HTTP; nothing where a program handed it over. */
export type Env = { Bindings: Partial<HttpBindings> };

/** The API under `/v1`, the pages and pictures that its answers link to, and the controls under `/_sandbox`. */
export function createApp(world: World): Hono<Env> {
  const app = new Hono<Env>();
  const answer = async (context: Context<Env>, known: Route, pattern: string | null): Promise<Response> => {
    const params = context.req.param() as Record<string, string>;
    return send(context, await serve(world, { route: known, pattern, params }, context.req.raw));
  };
  for (const known of ROUTES) app.on(known.method, known.path, (context) => answer(context, known, known.path));
  app.all('/v1/*', (context) => answer(context, unknownRoute(context.req.method as Method), null));
  app.use('*', async (_, next) => {
    settle(world);
    await next();
  });
  app.route('/_sandbox', controlRoutes(world));
  app.route('/oauth', consentPages(world));
  app.route('/media', mediaRoutes(world));
  app.notFound((context) => context.json(notFound('Route').body(`req_${ulid(world.core.now())}`), 404));
  return app;
}

const unknownRoute = (method: Method): Route =>
  route(`${method} /v1/*`, {
    class: classOf(method),
    handle() {
      throw notFound('Route');
    },
  });

/** Statuses with which no body may come. */
const BODILESS = new Set([204, 205, 304]);

async function send({ env, req }: Context<Env>, made: Answer): Promise<Response> {
  const { incoming, outgoing } = env;
  if (made.dateless && outgoing) outgoing.sendDate = false;
  if (made.wire === 'answered') {
    const empty = BODILESS.has(made.status);
    return new Response(empty ? null : bytesOf(made), { status: made.status, headers: made.headers });
  }
  return incoming && outgoing
    ? breakOff(made, incoming.socket, outgoing as ServerResponse)
    : networkError(made, req.raw.signal);
}

/** Broken answers go past Hono: only the bare socket can stop in the middle. */
async function breakOff(
  made: Answer,
  socket: HttpBindings['incoming']['socket'],
  outgoing: ServerResponse,
): Promise<Response> {
  if (made.wire === 'closed') socket.destroy();
  else if (made.wire === 'truncated') {
    const body = bytesOf(made);
    outgoing.writeHead(made.status, { ...made.headers, 'Content-Length': body.length });
    outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => socket.destroy());
  } else await new Promise((resolve) => socket.once('close', resolve)); // when the client gives up, or the sandbox closes
  return RESPONSE_ALREADY_SENT;
}

/** The same for a program, in the words of the fetch standard; one that hangs ends when the program gives up. */
async function networkError({ wire }: Answer, signal: AbortSignal): Promise<Response> {
  if (wire === 'hung' && !signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return Response.error();
}
