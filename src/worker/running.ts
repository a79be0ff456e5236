import { GracefulShutdownPeriodExpiredError, type Worker } from '@temporalio/worker';
import type { Logger } from 'pino';

/**
 * Whoever stops a process mostly gives it 30 s before killing it, so everything happens before that. Requests under way have
 * `graceMs` to end by themselves. Then reads are cancelled and the connections to Layers are cut: writes are never cancelled,
 * and an upload may take minutes. `forceMs` is the SDK's own end, and at `exitMs` the process goes, whatever still hangs.
 */
export const ENDING = { graceMs: 22_000, forceMs: 25_000, exitMs: 27_000 } as const;

/** The workers of a process, as one. */
export interface Running {
  /** Resolves when everything has ended; rejects when a worker failed, after the others have ended. */
  stopped: Promise<void>;
  isRunning(): boolean;
  /** No more tasks. May be called twice. */
  stop(): void;
}

export interface Connections {
  /** Every request to Layers that is under way fails, as it does when the network does. */
  cut(): Promise<void>;
  /** After the last worker. */
  close(): Promise<void>;
}

/** Runs all workers until all have ended. One that fails ends the others: half a process would only look alive. */
export function runWorkers(workers: readonly Worker[], { cut, close }: Connections, logger: Logger): Running {
  let grace: NodeJS.Timeout | undefined;
  const endOfGrace = (): void => {
    logger.warn(
      'Requests to Layers did not end in time and are cut off; Temporal sends them again, under the same keys',
    );
    cut().catch((error: unknown) => logger.warn({ error }, 'The connections to Layers cannot be cut off'));
  };
  const stop = (): void => {
    grace ??= setTimeout(endOfGrace, ENDING.graceMs);
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const runOne = async (worker: Worker): Promise<void> => {
    try {
      await worker.run();
    } catch (error) {
      stop();
      if (!(error instanceof GracefulShutdownPeriodExpiredError)) throw error;
      logger.warn('Some activities did not end in time; Temporal runs them again on another worker');
    }
  };
  const runAll = async (): Promise<void> => {
    const ends = await Promise.allSettled(workers.map(runOne));
    clearTimeout(grace);
    await close();
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
  const stopped = runAll();
  stopped.catch(() => undefined); // whoever waits for it is told
  return { stopped, stop, isRunning: () => workers.every((worker) => worker.getState() === 'RUNNING') };
}
