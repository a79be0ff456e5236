import { mkdirSync, rmSync } from 'node:fs';
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
import { announceRunning, withdrawRunning } from '../running';
import { checkKept, damagedDatabase, keptIn, secretsIn } from './kept';
import { lockFolder } from './lock';

/** An API key for the sandbox, which takes any that begins with `lp_test_`. */
const SANDBOX_KEY = 'lp_test_demo_0000000000000000';

export interface LocalStackOptions {
  env: NodeJS.ProcessEnv;
  /** Where data and logs are kept, so that the next start goes on where this one stops. */
  folder: string;
  /** How it was begun, for people; default `npm run demo`. */
  command?: string;
  /** Forgets what the folder has. */
  fresh?: boolean;
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
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { env, folder, command = 'npm run demo', fresh = false, speed, say } = options;
  refuseLiveKey(env);
  const unlock = await lockFolder(folder, say);
  const { log: logFile, sandbox: dataFile } = keptIn(folder);
  const ends: (() => Promise<unknown>)[] = [];
  const { pid } = process;
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse())
      await end().catch((error: unknown) => say(`While ending: ${String(error)}`));
  };
  ends.push(unlock, () => Promise.resolve(withdrawRunning(folder)));
  try {
    if (fresh) rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    announceRunning(folder, { pid, command });
    checkKept(folder, command);
    const server = env['TEMPORAL_ADDRESS'] ? null : await devServer(folder, command, say);
    if (server !== null) ends.push(() => server.stop());
    const target = server?.target ?? temporalTarget(env);
    const connected = await connectClient(target);
    // Closed after all that calls: a call to Temporal that is still being retried must find its channel open.
    ends.splice(2, 0, () => connected.close());

    const logger = pino({ level: 'info' }, pino.destination({ dest: logFile, sync: true }));
    const { client } = connected;
    const [linkSecret, webhookSecret] = secretsIn(folder, command);
    const gateway = await firstFree(3000, (port) =>
      startGateway({ client, secrets: [linkSecret], webhookSecrets: [webhookSecret], log: logger, port }),
    );
    ends.push(() => gateway.close());
    const webhook = { url: `${gateway.publicUrl}/webhooks/layers`, secret: webhookSecret };
    const scenario = env['SANDBOX_SCENARIO'] || 'happy';
    const log = (line: string): void => logger.warn({ component: 'sandbox' }, line);
    const sandbox = await firstFree(4010, (port) =>
      startSandbox({ port, speed, dataFile, scenario, webhook, log }),
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
    const { publicUrl } = gateway;
    const uiUrl = server?.uiUrl ?? null;
    const { address: temporalAddress, namespace } = target;
    announceRunning(folder, {
      ...{ pid, command },
      reach: { temporalAddress, namespace, taskQueue, uiUrl, publicUrl, linkSecret },
    });
    return {
      ...connected,
      close,
      temporalAddress,
      namespace,
      uiUrl,
      sandbox,
      links: { publicUrl, secret: linkSecret },
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

async function devServer(folder: string, command: string, say: (line: string) => void): Promise<DevServer> {
  say('Starting the Temporal server …');
  try {
    return await startDevServer({ dbFile: keptIn(folder).database, port: 7233, uiPort: 8233, log: say });
  } catch (error) {
    throw damagedDatabase(folder, (error as Error).message, command) ?? error;
  }
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
