import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { LedgerEntry } from './world/ledger';
import { resume } from './resources/lifecycle';
import { resolveOptions, type SandboxOptions } from './world/options';
import { begin } from './control/scenarios';
import { createApp } from './server';
import type { State } from './world/state';
import { World } from './world/world';

export type { Action, Rule } from './faults/rules';
export type { EffectEntry, LedgerEntry, RequestEntry } from './world/ledger';
export type { Durations, KeyOptions, Limits, SandboxOptions, Tier } from './world/options';
export type { State } from './world/state';

export interface Sandbox {
  /** `http://127.0.0.1:<port>`: the `LAYERS_BASE_URL` of whoever tests against it. */
  url: string;
  port: number;
  /** Everything it remembers; read it, do not write to it. */
  readonly state: State;
  /** Every request and every effect so far, oldest first. */
  ledger(): LedgerEntry[];
  /** Forgets everything but its options; rules and scenarios chosen since the start as well. */
  reset(): void;
  /** Breaks open connections, writes the snapshot, and stops listening. */
  close(): Promise<void>;
}

/** The Layers Partner API as a local server, with a ledger that says what it was asked to do. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const config = resolveOptions(options);
  const world = new World(config);
  begin(world);
  const server = createAdaptorServer({ fetch: createApp(world).fetch }) as Server;
  server.listen(config.port, config.host);
  await Promise.race([
    once(server, 'listening'),
    once(server, 'error').then(([error]) => Promise.reject(error as Error)),
  ]);
  const { port } = server.address() as AddressInfo;
  const url = `http://${config.host}:${port}`;
  world.url = config.publicUrl ?? url;
  resume(world);
  let closing: Promise<void> | undefined;
  return {
    url,
    port,
    get state() {
      return world.state;
    },
    ledger: () => world.ledger.read(),
    reset() {
      world.reset();
      begin(world);
    },
    close() {
      return (closing ??= close());
    },
  };
  async function close() {
    world.stop();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    world.snapshots.flush();
  }
}
