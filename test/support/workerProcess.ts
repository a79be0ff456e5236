/** A worker in a process of its own, which a test can kill: everything it needs stands in its environment. */
import { pino } from 'pino';
import { targetAt } from '../../src/temporal/connect';
import { installRuntime, startWorker } from '../../src/worker';

const { TEST_TEMPORAL_ADDRESS, TEST_WORKFLOW_BUNDLE, TEST_TASK_QUEUE, TEST_LAYERS_URL, TEST_LAYERS_KEY } = process.env;

async function main(): Promise<void> {
  const logger = pino({ level: 'error' });
  installRuntime({ logger, metricsAddress: null });
  const worker = await startWorker({
    target: targetAt(TEST_TEMPORAL_ADDRESS!),
    layers: { baseUrl: TEST_LAYERS_URL!, apiKey: TEST_LAYERS_KEY! },
    logger,
    taskQueue: TEST_TASK_QUEUE!,
    defaultReturnUrl: 'http://127.0.0.1:3000/c/return',
    workflowCode: { workflowBundle: { codePath: TEST_WORKFLOW_BUNDLE! } },
  });
  process.send?.('running');
  await worker.stopped;
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
