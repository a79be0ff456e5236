import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { assemble, type SandboxInProcess } from './sandbox';
import type { SandboxOptions } from './world/options';

export type { Action, Rule } from './faults/rules';
export { UnreadableSnapshot } from './world/snapshots';
export { createSandbox, type SandboxInProcess } from './sandbox';
export type { EffectEntry, LedgerEntry, RequestEntry } from './world/ledger';
export type { Durations, KeyOptions, Limits, SandboxOptions, Tier } from './world/options';
export type { State } from './world/state';

export interface Sandbox extends Pick<SandboxInProcess, 'state' | 'ledger' | 'reset'> {
  /** `http://127.0.0.1:<port>`: the `LAYERS_BASE_URL` of the worker that is tested against it. */
  url: string;
  port: number;
  /** Breaks open connections, writes the snapshot, and stops listening. */
  close(): Promise<void>;
}

/** The Layers Partner API as a local server, with a ledger that says what it was asked to do. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = assemble(options);
  const { host, port: wanted } = sandbox.config;
  const server = createAdaptorServer({
    fetch: (request, env) => sandbox.fetch(request, env as HttpBindings),
  }) as Server;
  server.listen(wanted, host);
  await Promise.race([
    once(server, 'listening'),
    once(server, 'error').then(([error]) => Promise.reject(error as Error)),
  ]);
  const { port } = server.address() as AddressInfo;
  const url = `http://${host}:${port}`;
  sandbox.run(url);
  const close = async (): Promise<void> => {
    sandbox.stop();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    sandbox.close();
  };
  let closing: Promise<void> | undefined;
  return {
    url,
    port,
    get state() {
      return sandbox.state;
    },
    ledger: sandbox.ledger,
    reset: sandbox.reset,
    close: () => (closing ??= close()),
  };
}
