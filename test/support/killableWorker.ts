import { fork } from 'node:child_process';
import { once } from 'node:events';
import { temporalAddress, workflowBundle, type Stack } from './environment';

export interface KillableWorker {
  /** SIGKILL: nothing is finished, nothing is said. */
  kill(): Promise<void>;
}

/** Starts a worker in a process of its own and waits until it polls. */
export async function forkWorker({ taskQueue, sandbox }: Stack, apiKey = 'lp_test_suite'): Promise<KillableWorker> {
  const child = fork(require.resolve('./workerProcess.ts'), [], {
    execArgv: ['--import', 'tsx'],
    env: {
      ...process.env,
      TEST_TEMPORAL_ADDRESS: temporalAddress(),
      TEST_WORKFLOW_BUNDLE: workflowBundle(),
      TEST_TASK_QUEUE: taskQueue,
      TEST_LAYERS_URL: sandbox.url,
      TEST_LAYERS_KEY: apiKey,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('the worker ended while it started'))),
  ]);
  return {
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}
