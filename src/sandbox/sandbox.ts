import type { HttpBindings } from '@hono/node-server';
import { begin } from './control/scenarios';
import { resume } from './resources/lifecycle';
import { createApp } from './server';
import type { LedgerEntry } from './world/ledger';
import { resolveOptions, type Config, type SandboxOptions } from './world/options';
import type { State } from './world/state';
import { World } from './world/world';

/** Where links lead of a sandbox that listens nowhere, unless `publicUrl` says otherwise. */
const NOWHERE = 'http://sandbox.invalid';

/** A sandbox without a listener: a program hands it requests and takes the answers. */
export interface SandboxInProcess {
  /** Everything it remembers; read it, do not write to it. */
  readonly state: State;
  /** Every request and every effect so far, oldest first. */
  ledger(): LedgerEntry[];
  /** Forgets everything but its options; rules and scenarios chosen since the start as well. */
  reset(): void;
  /** Answers as over HTTP; a connection that a rule breaks is a network error (`Response.error()`). */
  fetch(request: Request): Promise<Response>;
  /** Ends its timers and writes the snapshot. */
  close(): void;
}

/** The Layers Partner API within this process, with a ledger that says what it was asked to do. */
export function createSandbox(options: SandboxOptions = {}): SandboxInProcess {
  const sandbox = assemble(options);
  sandbox.run(NOWHERE);
  return sandbox;
}

interface Assembled extends SandboxInProcess {
  config: Config;
  fetch(request: Request, sockets?: Partial<HttpBindings>): Promise<Response>;
  /** From now on time goes by: what is open falls due. Links in answers lead to `url` unless `publicUrl` is set. */
  run(url: string): void;
  /** Ends its timers and breaks off its webhooks. */
  stop(): void;
}

/** Everything of a sandbox but the way in. */
export function assemble(options: SandboxOptions): Assembled {
  const config = resolveOptions(options);
  const world = new World(config);
  const app = createApp(world);
  begin(world);
  return {
    config,
    get state() {
      return world.core.state;
    },
    ledger: () => world.core.ledger.read(),
    reset() {
      world.reset();
      begin(world);
    },
    fetch: async (request, sockets = {}) => app.fetch(request, sockets),
    run(url) {
      world.core.url = config.publicUrl ?? url;
      resume(world);
    },
    stop: () => world.stop(),
    close() {
      world.stop();
      world.core.snapshots.flush();
    },
  };
}
