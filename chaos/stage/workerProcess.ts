/** One worker in a process of its own, so that a signal can kill or freeze it. Configured by its environment. */
import { pino } from 'pino';
import { targetAt } from '../../src/temporal/connect';
import { createLogger, installRuntime, startWorker } from '../../src/worker';
import type { WorkerSettings } from './workers';

async function main(): Promise<void> {
  const settings = JSON.parse(process.env['CHAOS_WORKER']!) as WorkerSettings;
  // Without the list of secrets that are blotted out: a leak is to be found, not hidden.
  const logger = createLogger(settings, [], pino.destination({ dest: settings.logFile, sync: true }));
  installRuntime({ logger, metricsAddress: null });
  const worker = await startWorker({
    target: targetAt(settings.temporalAddress),
    layers: { baseUrl: settings.layersUrl, apiKey: settings.apiKey, perMinute: settings.perMinute },
    logger,
    taskQueue: settings.taskQueue,
    defaultReturnUrl: 'http://127.0.0.1:3000/c/return',
    workflowCode: { workflowBundle: { codePath: settings.bundle } },
  });
  process.send?.('running');
  await worker.stopped;
}

// The harness that started it may die first.
process.on('disconnect', () => process.exit(0));
main().catch((error: unknown) => {
  process.stderr.write(`worker: ${String(error)}\n`);
  process.exit(1);
});
