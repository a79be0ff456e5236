import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { pino } from 'pino';
import { targetAt } from '../../src/temporal/connect';
import { startWorker, type OnboardingWorker } from '../../src/worker';
import type { WorkflowCode } from '../../src/worker/workflowCode';
import { temporalAddress, until, withStack, workflowBundle } from '../support/environment';
import { approve } from '../support/people';
import { untilReview } from '../support/status';
import { quickest } from '../support/steering';

/**
 * Worker Deployment Versioning, which a deploy opts in to by environment: two builds side by side, of which the second
 * has changed the flow in a way that running onboardings could not be replayed with.
 */
const deploymentName = `onboarding-${randomUUID().slice(0, 8)}`;
const NEW_TIMER = 'new in this build';

const workers: OnboardingWorker[] = [];
afterAll(() => Promise.all(workers.map((worker) => worker.shutdown())));
const stack = withStack({ worker: false });

let next: { code: string };
beforeAll(async () => {
  const workflowsPath = require.resolve('./builds/next');
  next = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
});

/** A worker as a deploy starts it, with `TEMPORAL_DEPLOYMENT_NAME` and `TEMPORAL_WORKER_BUILD_ID`. */
async function deploy(buildId: string, workflowCode: WorkflowCode): Promise<void> {
  const worker = await startWorker({
    target: targetAt(temporalAddress()),
    layers: { baseUrl: stack.sandbox.url, apiKey: 'lp_test_suite' },
    logger: pino({ level: 'silent' }),
    taskQueue: stack.taskQueue,
    workflowCode,
    deployment: { deploymentName, buildId },
  });
  workers.push(worker);
}

/** What `temporal worker deployment set-current-version` does, as soon as the server has heard of the build. */
const makeCurrent = (buildId: string): Promise<unknown> =>
  until(() =>
    stack.client.workflowService.setWorkerDeploymentCurrentVersion({
      namespace: 'default',
      deploymentName,
      buildId,
      identity: 'test',
    }),
  );

async function buildOf(handle: WorkflowHandle): Promise<string | null | undefined> {
  const { raw } = await handle.describe();
  return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;
}

async function hasNewTimer(handle: WorkflowHandle): Promise<boolean> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).some(
    ({ timerStartedEventAttributes, userMetadata }) =>
      timerStartedEventAttributes != null && Buffer.from(userMetadata?.summary?.data ?? []).includes(NEW_TIMER),
  );
}

it('an onboarding stays with the build that began it, while new ones begin with the current one', async () => {
  await deploy('A', { workflowBundle: { codePath: workflowBundle() } });
  await makeCurrent('A');
  const [first, moved] = await Promise.all([stack.start(quickest()), stack.start(quickest())]);
  await Promise.all([untilReview(first), untilReview(moved)]);

  await deploy('B', { workflowBundle: next });
  await makeCurrent('B');
  const second = await stack.start(quickest());
  await untilReview(second);

  // What `layers-onboarding replay` of build B would say of the first: without versions it could not be deployed.
  const replayed = Worker.runReplayHistory({ workflowBundle: next }, await first.fetchHistory());
  await expect(replayed).rejects.toBeInstanceOf(DeterminismViolationError);

  await approve(first);
  await approve(second);
  await expect(first.result()).resolves.toMatchObject({ outcome: 'ready' });
  await expect(second.result()).resolves.toMatchObject({ outcome: 'ready' });
  expect([await buildOf(first), await buildOf(second)]).toEqual(['A', 'B']);
  expect([await hasNewTimer(first), await hasNewTimer(second)]).toEqual([false, true]);

  // Only a reset takes a running one to the current build, where it finds its content again.
  const { containerId } = (await untilReview(moved)).ids;
  const { workflowId } = moved;
  await stack.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId, runId: (await moved.describe()).runId },
    workflowTaskFinishEventId: 4 as never,
    requestId: randomUUID(),
    reason: 'a newer build',
  });
  const again = stack.client.workflow.getHandle(workflowId);
  await until(async () => (await buildOf(again)) === 'B');
  expect((await untilReview(again)).ids.containerId).toBe(containerId);
  expect(await hasNewTimer(again)).toBe(true);
  await again.cancel();
});
