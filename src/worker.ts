import { hostname } from 'node:os';
import { GracefulShutdownPeriodExpiredError, type NativeConnection, type Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createLocal } from './activities/local';
import { TemporalClock } from './activities/clock';
import { Pulse } from './activities/pulse';
import { createReads } from './activities/reads';
import { createStarts } from './activities/starts';
import { createWrites } from './activities/writes';
import { MisconfiguredError, UnreachableError } from './client/errors';
import {
  ConfigError,
  EXIT_CONFIG,
  keyMode,
  loadConfig,
  type RateLimits,
  type RateTier,
  type WorkerConfig,
} from './config';
import type { Notifier } from './contract/notifications';
import { DEFAULT_TASK_QUEUE } from './contract/queues';
import { LayersClient } from './layers/client';
import { NoProxyAddress } from './layers/dispatcher';
import { createNotifier } from './notify';
import { temporalTarget, type TemporalTarget } from './temporal/connect';
import { reachLayers, reachTemporal } from './worker/checks';
import { createLogger, installRuntime, secretsOf } from './worker/logging';
import { queueRates, rateLimits } from './worker/rates';
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
  deployment?: { deploymentName: string; buildId: string } | null;
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
  /** Takes no more tasks, finishes those begun within 25 s, and closes all connections. May be called twice. */
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
    const stopped = run(workers, logger).finally(close);
    logger.info({ identity, taskQueue, mode: key.mode, zoneData: ZONE_DATA, ...options.deployment }, 'The worker runs');
    return control(workers, identity, stopped, signal);
  } catch (error) {
    await close().catch(() => undefined); // workers that never ran still hold the connection
    throw error;
  }
}

/** Runs all workers until all have ended. One that fails ends the others: half a process would only look alive. */
async function run(workers: readonly Worker[], logger: Logger): Promise<void> {
  const ends = await Promise.allSettled(
    workers.map((worker) =>
      worker.run().catch((error: unknown) => {
        if (error instanceof GracefulShutdownPeriodExpiredError)
          return logger.warn('Some activities did not end in time; Temporal runs them again on another worker');
        stop(workers);
        throw error;
      }),
    ),
  );
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function stop(workers: readonly Worker[]): void {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
}

function control(
  workers: readonly Worker[],
  identity: string,
  stopped: Promise<void>,
  signal?: AbortSignal,
): OnboardingWorker {
  stopped.catch(() => undefined); // whoever waits for it is told
  const shutdown = async (): Promise<void> => {
    stop(workers);
    await stopped;
  };
  if (signal?.aborted) stop(workers);
  signal?.addEventListener('abort', () => stop(workers), { once: true });
  const isRunning = (): boolean => workers.every((worker) => worker.getState() === 'RUNNING');
  return { identity, stopped, isRunning, shutdown };
}

/** The worker process: configured by the environment, until SIGTERM or SIGINT (a second one ends it at once). */
export async function runWorker(config: WorkerConfig, target = temporalTarget()): Promise<void> {
  const logger = createLogger(config, secretsOf(config));
  installRuntime({ logger, metricsAddress: config.metricsAddress });
  const ending = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const)
    process.on(name, () => {
      if (ending.signal.aborted) process.exit(1);
      logger.info({ signal: name }, 'Ending: no new tasks, those begun are finished');
      ending.abort();
    });
  try {
    const worker = await startWorker({
      target,
      layers: config.layers,
      logger,
      taskQueue: config.taskQueue,
      defaultReturnUrl: config.publicUrl === null ? null : `${config.publicUrl}/c/return`,
      notifier: config.notify === null ? null : createNotifier({ ...config.notify, log: logger }),
      deployment: config.deployment,
      signal: ending.signal,
    });
    await worker.stopped;
    logger.info('The worker has ended');
  } catch (error) {
    if (ending.signal.aborted && error === ending.signal.reason) return;
    logger.fatal({ error }, 'The worker cannot go on');
    throw error;
  }
}

/** What a supervisor can tell from the exit code: 78 needs a person, 75 needs patience. */
function exitCode(error: unknown): number {
  if ([ConfigError, MisconfiguredError, NoProxyAddress].some((type) => error instanceof type)) return EXIT_CONFIG;
  return error instanceof UnreachableError ? 75 : 1;
}

async function main(): Promise<void> {
  try {
    await runWorker(loadConfig('worker'));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(exitCode(error));
  }
}

if (require.main === module) void main();
