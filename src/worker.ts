import { hostname } from 'node:os';
import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createLocal } from './activities/local';
import { TemporalClock } from './activities/clock';
import { Pulse } from './activities/pulse';
import { createReads } from './activities/reads';
import { createStarts } from './activities/starts';
import { createWrites } from './activities/writes';
import { MisconfiguredError } from './client/errors';
import { keyMode, loadConfig, type RateLimits, type RateTier, type WorkerConfig } from './config';
import type { Notifier } from './contract/notifications';
import { DEFAULT_TASK_QUEUE } from './contract/queues';
import { LayersClient } from './layers/client';
import { NoProxyAddress } from './layers/dispatcher';
import { createNotifier } from './notify';
import { endBySignal, exitCode, readEnvFile, type EnvFile } from './process';
import { temporalTarget, type TemporalTarget } from './temporal/connect';
import { reachLayers, reachTemporal } from './worker/checks';
import { warnUnlessCurrent, type Deployment } from './worker/deployment';
import { createLogger, installRuntime, secretsOf } from './worker/logging';
import { queueRates, rateLimits } from './worker/rates';
import { ENDING, runWorkers } from './worker/running';
import { createWorkers } from './worker/workers';
import { defaultWorkflowCode, type WorkflowCode } from './worker/workflowCode';
import { ZONE_DATA } from './zones';

export { createLogger, installRuntime } from './worker/logging';

export interface OnboardingWorkerOptions {
  target: TemporalTarget;
  layers: {
    baseUrl: string;
    apiKey: string;
    rateTier?: RateTier | null;
    perMinute?: Partial<RateLimits>;
  };
  logger: Logger;
  /** Default `layers-onboarding`; the queues of the API buckets are named after it. */
  taskQueue?: string;
  /** Where customers return to after connecting an account, unless the input says so. */
  defaultReturnUrl?: string | null;
  /** The partner's backend, which is told that a person has to act; `null`: there is none. */
  notifier?: Notifier | null;
  /** Default: the bundle of the build, or bundled here from the sources. */
  workflowCode?: WorkflowCode;
  /** Default 500. */
  maxCachedWorkflows?: number;
  /** Opts in to Worker Deployment Versioning. */
  deployment?: Deployment | null;
  /** How long to wait for Temporal and for Layers; default 60 s each. */
  reachableWithinMs?: number;
  /** Ends the worker in an orderly way, or its start. */
  signal?: AbortSignal;
}

export interface OnboardingWorker {
  identity: string;
  /** Resolves when everything has ended; rejects when a worker failed, after the others have ended. */
  stopped: Promise<void>;
  /** Whether all workers poll: what readiness means. */
  isRunning(): boolean;
  /** Takes no more tasks, finishes those begun or breaks them off within 25 s, and closes all connections. May be called twice. */
  shutdown(): Promise<void>;
}

/**
 * Starts everything that onboardings need in one process: the workflow worker, and one worker for each rate-limit bucket of
 * the API. Checks first that Temporal, the search attributes and the API key are fit for it, and says so in the log.
 * Throws `MisconfiguredError` where an operator must change something, `UnreachableError` where waiting did not help.
 */
export async function startWorker(options: OnboardingWorkerOptions): Promise<OnboardingWorker> {
  const { target, logger, signal, taskQueue = DEFAULT_TASK_QUEUE, notifier = null } = options;
  const { baseUrl, apiKey, rateTier = null, perMinute = {} } = options.layers;
  const starting = { logger, withinMs: options.reachableWithinMs ?? 60_000, signal };
  const identity = `layers-onboarding@${hostname()}#${process.pid}`;

  const layers = new LayersClient({
    baseUrl,
    apiKey,
    logger: { warn: (message, fields) => logger.warn(fields, message) },
  });
  const pulse = new Pulse();
  let connection: NativeConnection | undefined;
  const close = async (): Promise<void> => {
    pulse.stop();
    await layers.close();
    await connection?.close();
  };
  try {
    connection = await reachTemporal(target, starting);
    const whoami = await reachLayers(layers, apiKey, starting);
    const limits = rateLimits({ rateTier, perMinute }, whoami.rateLimitTier, logger);
    const key = { apiKeyId: whoami.apiKeyId, mode: keyMode(apiKey) };
    const deps = {
      layers,
      identity: () => key,
      defaultReturnUrl: options.defaultReturnUrl ?? null,
      pulse,
      clock: new TemporalClock(),
    };
    const workers = await createWorkers({
      connection,
      namespace: target.namespace,
      taskQueue,
      identity,
      workflowCode: options.workflowCode ?? defaultWorkflowCode(),
      maxCachedWorkflows: options.maxCachedWorkflows ?? 500,
      activities: {
        reads: createReads(deps),
        writes: createWrites(deps),
        starts: createStarts(deps),
        local: createLocal({ identity: deps.identity, notifies: notifier !== null }),
        notifier,
      },
      rates: await queueRates(connection, target.namespace, taskQueue, limits, logger),
      deployment: options.deployment ?? null,
    });
    const { stopped, isRunning, stop } = runWorkers(workers, { cut: () => layers.destroy(), close }, logger);
    logger.info({ identity, taskQueue, mode: key.mode, zoneData: ZONE_DATA, ...options.deployment }, 'The worker runs');
    if (options.deployment) void warnUnlessCurrent(connection, target.namespace, options.deployment, logger);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    const shutdown = async (): Promise<void> => {
      stop();
      await stopped;
    };
    return { identity, stopped, isRunning, shutdown };
  } catch (error) {
    await close().catch(() => undefined); // workers that never ran still hold the connection
    throw error;
  }
}

/** The worker process: configured by the environment, until SIGTERM or SIGINT (a second one ends it at once). */
async function runWorker(config: WorkerConfig, envFile: EnvFile | null): Promise<void> {
  const target = temporalTarget();
  const logger = createLogger(config, secretsOf(config));
  if (envFile !== null) logger.info(envFile, 'Settings are read from .env, too');
  for (const warning of config.warnings) logger.warn(warning);
  installRuntime({ logger, metricsAddress: config.metricsAddress });
  const signal = endBySignal({ withinMs: ENDING.exitMs, log: logger });
  try {
    const worker = await startWorker({
      target,
      layers: config.layers,
      logger,
      taskQueue: config.taskQueue,
      defaultReturnUrl: config.publicUrl === null ? null : `${config.publicUrl}/c/return`,
      notifier: config.notify === null ? null : createNotifier({ ...config.notify, log: logger }),
      deployment: config.deployment,
      signal,
    });
    await worker.stopped;
    logger.info('The worker has ended');
  } catch (error) {
    if (!signal.aborted) {
      logger.fatal({ error }, 'The worker cannot go on');
      throw error;
    }
    // It was told to end, and ends: what broke off on the way is no failure of the process.
    if (error !== signal.reason) logger.warn({ error }, 'The worker has ended, not in an orderly way');
  }
}

async function main(): Promise<void> {
  try {
    const envFile = readEnvFile();
    await runWorker(loadConfig('worker'), envFile);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(exitCode(error instanceof NoProxyAddress ? new MisconfiguredError(error.message) : error));
  }
}

if (require.main === module) void main();
