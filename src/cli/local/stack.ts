import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { MisconfiguredError } from '../../client/errors';
import { keyMode } from '../../config';
import { DEFAULT_TASK_QUEUE } from '../../contract/queues';
import { startGateway } from '../../gateway';
import type { LinkMaker } from '../../links';
import { startSandbox, UnreadableSnapshot, type Sandbox } from '../../sandbox';
import { connectClient, temporalTarget, type ConnectedClient } from '../../temporal/connect';
import { startDevServer, type DevServer } from '../../temporal/devServer';
import { installRuntime, startWorker } from '../../worker';

/** An API key for the sandbox, which takes any that begins with `lp_test_`. */
const SANDBOX_KEY = 'lp_test_demo_0000000000000000';

export interface LocalStackOptions {
  env: NodeJS.ProcessEnv;
  /** Where data and logs are kept, so that the next start goes on where this one stops. */
  folder: string;
  /** How much faster than Layers the sandbox is. */
  speed: number;
  say: (line: string) => void;
}

export interface LocalStack extends ConnectedClient {
  temporalAddress: string;
  /** `null` with a server of your own: only you know where its Web UI is. */
  uiUrl: string | null;
  namespace: string;
  sandbox: Sandbox;
  /** The gateway's address and secret. */
  links: LinkMaker;
  taskQueue: string;
  logFile: string;
}

/**
 * Everything on this machine and in this process, except for the Temporal server: that is a child, or the one at
 * `TEMPORAL_ADDRESS`. When a part fails to start, those that have started are stopped again.
 */
export async function startLocalStack({ env, folder, speed, say }: LocalStackOptions): Promise<LocalStack> {
  refuseLiveKey(env);
  mkdirSync(folder, { recursive: true });
  const logFile = join(folder, 'worker.log');
  const ends: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse())
      await end().catch((error: unknown) => say(`While ending: ${String(error)}`));
  };
  try {
    const server = env['TEMPORAL_ADDRESS'] ? null : await devServer(folder, say);
    if (server !== null) ends.push(() => server.stop());
    const target = server?.target ?? temporalTarget(env);
    const connected = await connectClient(target);
    // Closed last of all: a call to Temporal that is still being retried must find its channel open.
    ends.unshift(() => connected.close());

    const logger = pino({ level: 'info' }, pino.destination({ dest: logFile, sync: true }));
    const { client } = connected;
    const [linkSecret, webhookSecret] = secrets(folder);
    const gateway = await firstFree(3000, (port) =>
      startGateway({ client, secrets: [linkSecret], webhookSecrets: [webhookSecret], log: logger, port }),
    );
    ends.push(() => gateway.close());
    const webhook = { url: `${gateway.publicUrl}/webhooks/layers`, secret: webhookSecret };
    const scenario = env['SANDBOX_SCENARIO'] || 'happy';
    const dataFile = join(folder, 'sandbox.json');
    const sandbox = await firstFree(4010, (port) =>
      startSandbox({
        port,
        speed,
        dataFile,
        scenario,
        webhook,
        log: (line) => logger.warn({ component: 'sandbox' }, line),
      }),
    ).catch(asMisconfigured);
    ends.push(() => sandbox.close());

    installRuntime({ logger, metricsAddress: null });
    const taskQueue = env['ONBOARDING_TASK_QUEUE'] || DEFAULT_TASK_QUEUE;
    say('Starting the worker …');
    const worker = await startWorker({
      target,
      layers: { baseUrl: sandbox.url, apiKey: SANDBOX_KEY },
      logger,
      taskQueue,
      defaultReturnUrl: `${gateway.publicUrl}/c/return`,
    });
    ends.push(() => worker.shutdown());
    return {
      ...connected,
      close,
      temporalAddress: target.address,
      namespace: target.namespace,
      uiUrl: server?.uiUrl ?? null,
      sandbox,
      links: { publicUrl: gateway.publicUrl, secret: linkSecret },
      taskQueue,
      logFile,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The stack talks to the sandbox only: a live key here means that the user expects Layers itself. */
function refuseLiveKey(env: NodeJS.ProcessEnv): void {
  const key = env['LAYERS_API_KEY'];
  if (key && keyMode(key) === 'live')
    throw new MisconfiguredError(
      'LAYERS_API_KEY is a live key. This command works with the sandbox alone: unset LAYERS_API_KEY and run it again.',
    );
}

/** Of the gateway's links and of the sandbox's webhooks; kept, so that links outlive a restart. */
function secrets(folder: string): [string, string] {
  const file = join(folder, 'secrets.json');
  if (!existsSync(file)) {
    const made = [randomBytes(32).toString('base64url'), `whsec_${randomBytes(24).toString('base64url')}`];
    writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as [string, string];
}

async function devServer(folder: string, say: (line: string) => void): Promise<DevServer> {
  say('Starting the Temporal server …');
  return startDevServer({ dbFile: join(folder, 'temporal.db'), port: 7233, uiPort: 8233, log: say });
}

/** A file of the sandbox that was cut off is for the user to delete: no defect. */
function asMisconfigured(error: unknown): never {
  throw error instanceof UnreadableSnapshot ? new MisconfiguredError(error.message) : error;
}

/** Listens on the usual port; on any free one where another program has taken it. */
async function firstFree<T>(port: number, listen: (port: number) => Promise<T>): Promise<T> {
  try {
    return await listen(port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return listen(0);
  }
}
