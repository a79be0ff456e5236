import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { MisconfiguredError } from '../client/errors';
import { keyMode } from '../config';
import { startSandbox, type Sandbox } from '../sandbox';
import { connectClient, temporalTarget, type ConnectedClient } from '../temporal/connect';
import { startDevServer, type DevServer } from '../temporal/devServer';
import { installRuntime, startWorker, type OnboardingWorker } from '../worker';

/** An API key for the sandbox, which takes any that begins with `lp_test_`. */
const SANDBOX_KEY = 'lp_test_demo_0000000000000000';

export interface LocalStackOptions {
  env: NodeJS.ProcessEnv;
  /** Where data and logs are kept, so that a restart goes on where this one stops. */
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
  taskQueue: string;
  logFile: string;
}

/**
 * Everything on this machine and in this process, except for the Temporal server: that is a child, or the one at
 * `TEMPORAL_ADDRESS`. What is begun is ended again when a later part fails.
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
    const sandbox = await layersSandbox(folder, speed, env);
    ends.push(() => sandbox.close());

    const logger = pino({ level: 'info' }, pino.destination({ dest: logFile, sync: true }));
    installRuntime({ logger, metricsAddress: null });
    const taskQueue = env['ONBOARDING_TASK_QUEUE'] || 'layers-onboarding';
    say('Starting the worker …');
    const worker: OnboardingWorker = await startWorker({
      target,
      layers: { baseUrl: sandbox.url, apiKey: SANDBOX_KEY },
      logger,
      taskQueue,
      defaultReturnUrl: 'http://127.0.0.1:3000/c/return',
    });
    ends.push(() => worker.shutdown());
    const connected = await connectClient(target);
    ends.push(() => connected.close());
    return {
      ...connected,
      close,
      temporalAddress: target.address,
      namespace: target.namespace,
      uiUrl: server?.uiUrl ?? null,
      sandbox,
      taskQueue,
      logFile,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The stack talks to the sandbox only; a live key here is a mistake that must not go unseen. */
function refuseLiveKey(env: NodeJS.ProcessEnv): void {
  const key = env['LAYERS_API_KEY'];
  if (key && keyMode(key) === 'live')
    throw new MisconfiguredError(
      'LAYERS_API_KEY is a live key. This command works with the sandbox alone: unset LAYERS_API_KEY and run it again.',
    );
}

async function devServer(folder: string, say: (line: string) => void): Promise<DevServer> {
  say('Starting the Temporal server …');
  return startDevServer({ dbFile: join(folder, 'temporal.db'), port: 7233, uiPort: 8233, log: say });
}

async function layersSandbox(folder: string, speed: number, env: NodeJS.ProcessEnv): Promise<Sandbox> {
  const options = { speed, dataFile: join(folder, 'sandbox.json'), scenario: env['SANDBOX_SCENARIO'] || 'happy' };
  try {
    return await startSandbox({ ...options, port: 4010 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return startSandbox(options);
  }
}
