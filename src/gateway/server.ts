import { serve, type ServerType } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import type { Hono } from 'hono';
import { createGateway } from './app';
import type { GatewayOptions } from './options';

export interface StartGatewayOptions extends Omit<GatewayOptions, 'publicUrl'> {
  /** 0: any free one. */
  port: number;
  /** Default `127.0.0.1`. */
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

/** Serves the gateway until it is closed. Rejects when it cannot listen. */
export async function startGateway({
  port,
  host = DEFAULT_HOST,
  publicUrl,
  ...options
}: StartGatewayOptions): Promise<RunningGateway> {
  const served: { app?: Hono } = {}; // its own address is known only once it listens
  const server = serve({
    fetch: (request, env) => served.app?.fetch(request, env) ?? new Response(null, { status: 503 }),
    port,
    hostname: host,
  });
  const actual = await listening(server);
  const url = (publicUrl ?? `http://${host === DEFAULT_HOST ? host : 'localhost'}:${actual}`).replace(/\/+$/, '');
  served.app = createGateway({ ...options, publicUrl: url });
  let closing: Promise<void> | undefined;
  return { port: actual, publicUrl: url, close: () => (closing ??= close(server)) };
}

const listening = (server: ServerType): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => resolve((server.address() as AddressInfo).port));
    if (server.listening) resolve((server.address() as AddressInfo).port);
  });

async function close(server: ServerType): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  if ('closeIdleConnections' in server) server.closeIdleConnections();
  const force = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), CLOSE_MS);
  await ended;
  clearTimeout(force);
}
