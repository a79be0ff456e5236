import { serve, type ServerType } from '@hono/node-server';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Hono } from 'hono';
import { createGateway } from './app';
import type { GatewayOptions } from './options';

export interface StartGatewayOptions extends Omit<GatewayOptions, 'publicUrl'> {
  /** 0: any free one. */
  port: number;
  /** Default `127.0.0.1`. `::` listens on every address, of IPv6 and IPv4. */
  host?: string;
  /** Default: the address it listens at. */
  publicUrl?: string | null;
}

export interface RunningGateway {
  port: number;
  publicUrl: string;
  /** Takes no new requests, lets those under way finish for a while, then ends. May be called twice. */
  close(): Promise<void>;
}

/** Longer than a page waits for a worker. */
const CLOSE_MS = 20_000;
const DEFAULT_HOST = '127.0.0.1';
const EVERY_ADDRESS = '::';
const EVERY_IPV4_ADDRESS = '0.0.0.0';
/** What listening on `::` fails with where the machine has no IPv6. */
const NO_IPV6 = ['EAFNOSUPPORT', 'EADDRNOTAVAIL'];

/**
 * A balancer in front keeps connections open for a minute or so: one that the gateway closes first may lose a request. Node
 * counts `headersTimeout` from the first byte of a request, so that an idle connection is not cut off by it.
 */
const KEEP_ALIVE_MS = 75_000;
/** Forms and webhooks are small: whoever takes longer holds a connection open on purpose. */
const HEADERS_MS = 15_000;
const REQUEST_MS = 30_000;
const CHECK_MS = 5_000;
const MOST_CONNECTIONS = 4_000;

/** Serves the gateway until it is closed. Rejects when it cannot listen. */
export async function startGateway({
  port,
  host = DEFAULT_HOST,
  publicUrl,
  ...options
}: StartGatewayOptions): Promise<RunningGateway> {
  const served: { app?: Hono } = {}; // its own address is known only once it listens
  const answer = (request: Request, env: object): Response | Promise<Response> =>
    served.app?.fetch(request, env) ?? new Response(null, { status: 503 });
  const server = await listening(port, host, answer);
  const { port: actual } = server.address() as AddressInfo;
  const url = (publicUrl ?? `http://${ownName(host)}:${actual}`).replace(/\/+$/, '');
  served.app = createGateway({ ...options, publicUrl: url });
  let closing: Promise<void> | undefined;
  return { port: actual, publicUrl: url, close: () => (closing ??= close(server)) };
}

/** How this machine reaches what listens on an address. */
function ownName(host: string): string {
  if (host === EVERY_ADDRESS || host === EVERY_IPV4_ADDRESS) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/** Where every address is asked for and there is no IPv6, every one of IPv4 is all there are. */
async function listening(
  port: number,
  hostname: string,
  fetch: (request: Request, env: object) => Response | Promise<Response>,
): Promise<ServerType> {
  try {
    return await listen(port, hostname, fetch);
  } catch (error) {
    const isWithoutIpv6 = NO_IPV6.includes((error as NodeJS.ErrnoException).code ?? '');
    if (hostname !== EVERY_ADDRESS || !isWithoutIpv6) throw error;
    return listen(port, EVERY_IPV4_ADDRESS, fetch);
  }
}

const listen = (
  port: number,
  hostname: string,
  fetch: (request: Request, env: object) => Response | Promise<Response>,
): Promise<ServerType> =>
  new Promise((resolve, reject) => {
    const serverOptions = {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: CHECK_MS,
    };
    const server = serve({ fetch, port, hostname, serverOptions }, () => resolve(server));
    (server as Server).maxConnections = MOST_CONNECTIONS;
    server.once('error', reject);
  });

async function close(server: ServerType): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  if ('closeIdleConnections' in server) server.closeIdleConnections();
  const force = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), CLOSE_MS);
  await ended;
  clearTimeout(force);
}
