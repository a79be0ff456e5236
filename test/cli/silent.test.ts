import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';
import { run } from '../../src/cli/main';
import { onboardingStatus } from '../../src/client/view';
import { startOnboarding } from '../../src/starter';
import { startEnvironment, type Environment } from './fixtures/environment';
import { inputFor } from './fixtures/input';
import { fakeIo } from './fixtures/io';
import { until } from './fixtures/until';

let environment: Environment;
let native: NativeConnection;
let folder: string;
beforeAll(async () => {
  environment = await startEnvironment();
  native = await NativeConnection.connect({ address: environment.address });
  const cache = join(process.cwd(), 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'silent-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await native.close();
  await environment.stop();
});

/** Workers that give no status run beside nobody else. */
async function withWorker<T>(
  code: string,
  version: { deploymentName: string; buildId: string } | null,
  use: (taskQueue: string) => Promise<T>,
): Promise<T> {
  const workflowsPath = join(folder, `${randomUUID()}.js`);
  writeFileSync(workflowsPath, code);
  const taskQueue = `silent-${randomUUID().slice(0, 8)}`;
  const worker = await Worker.create({
    connection: native,
    namespace: environment.namespace,
    taskQueue,
    workflowsPath,
    ...(version && {
      workerDeploymentOptions: { version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' as const },
    }),
  });
  return worker.runUntil(() => use(taskQueue));
}

async function status(customer: string): Promise<{ code: number; out: string }> {
  const io = fakeIo();
  const { client, connection } = environment;
  const code = await run(['status', customer], io, () =>
    Promise.resolve({ client, connection, close: () => Promise.resolve() }),
  );
  return { code, out: io.stdout.join('\n').replace(/\s+/g, ' ') };
}

test('a worker whose version was never made current is told from none, with the command that mends it', async () => {
  const version = { deploymentName: 'onboarding', buildId: `b-${randomUUID().slice(0, 8)}` };
  await withWorker('exports.onboardCustomer = async () => null;', version, async (taskQueue) => {
    const input = inputFor();
    await startOnboarding(environment.client, input, { taskQueue });
    const seen = await until(async () => {
      const looked = await status(input.project.customerExternalId);
      return looked.out.includes('is not current') ? looked : null;
    }, 60_000);
    expect(seen.out).toContain(`a worker of build "${version.buildId}" polls, but its version is not current`);
    expect(seen.out).toContain(
      `temporal worker deployment set-current-version --deployment-name onboarding --build-id ${version.buildId}`,
    );
    expect(seen.code).toBe(75);
  });
}, 120_000);

test('a workflow task that fails again and again is told with its cause', async () => {
  await withWorker(
    'exports.onboardCustomer = async () => { throw new TypeError("a defect in the flow"); };',
    null,
    async (taskQueue) => {
      const input = inputFor();
      await startOnboarding(environment.client, input, { taskQueue });
      const seen = await until(async () => {
        const looked = await status(input.project.customerExternalId);
        return looked.out.includes('fails again and again') ? looked : null;
      }, 90_000);
      expect(seen.out).toContain('a defect in the flow');
      expect(seen.out).toContain("read the worker's log");
      expect(seen.code).toBe(75);
    },
  );
}, 150_000);

test('no worker at all: start one', async () => {
  const input = inputFor();
  const taskQueue = `nobody-${randomUUID().slice(0, 8)}`;
  await startOnboarding(environment.client, input, { taskQueue });
  const view = await onboardingStatus(environment.client, input.project.customerExternalId);
  expect(view).toMatchObject({
    noStatus: 'no worker answers',
    noStatusFix: `start a worker on the task queue "${taskQueue}" (npm run worker)`,
  });
});
