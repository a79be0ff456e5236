import { bundleWorkflowCode, DefaultLogger, Runtime, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import pino, { type Logger } from 'pino';
import { MisconfiguredError, UnreachableError } from '../../src/client/errors';
import { connectClient, type ConnectedClient, targetAt } from '../../src/temporal/connect';
import { freePort } from '../../src/temporal/ports';
import { type OnboardingWorker, type OnboardingWorkerOptions, startWorker } from '../../src/worker';
import { ZONE_DATA } from '../../src/zones';
import { acmeCoffee } from '../input/acme';
import { type FakeLayers, fakeLayers, WHOAMI } from './fakeLayers';

const API_KEY = 'lp_test_ABCDEFGHIJKLMNOP_secret9f2c';
const target = targetAt(process.env.TEST_TEMPORAL_ADDRESS!); // the suite's own server
let connected: ConnectedClient;
let workflowBundle: WorkflowBundleWithSourceMap;
let layers: FakeLayers;
let running: OnboardingWorker | undefined;
let queues = 0;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: require.resolve('./workflows'),
    logger: new DefaultLogger('ERROR'),
  });
  connected = await connectClient(target);
});
afterAll(async () => {
  await connected?.close();
});
beforeEach(async () => {
  layers = await fakeLayers();
});
afterEach(async () => {
  await running?.shutdown();
  running = undefined;
  await layers.close();
});

/** A logger whose lines can be looked at. */
function recorder(): { logger: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>);
  return { logger: pino({ base: null }, { write }), lines };
}

async function start(more: Partial<OnboardingWorkerOptions> = {}): Promise<OnboardingWorker> {
  running = await startWorker({
    target,
    layers: { baseUrl: layers.baseUrl, apiKey: API_KEY },
    logger: pino({ level: 'silent' }),
    taskQueue: `worker-test-${(queues += 1)}`,
    workflowCode: { workflowBundle },
    reachableWithinMs: 500,
    ...more,
  });
  return running;
}

const onboard = (taskQueue: string, input: unknown): Promise<unknown> =>
  connected.client.workflow.execute('onboardCustomer', {
    workflowId: `onboard-${taskQueue}`,
    taskQueue,
    args: [input],
  });

describe('the worker', () => {
  it('says at start what it found, runs the workflow and each bucket, and ends when told', async () => {
    const { logger, lines } = recorder();
    const worker = await start({
      logger,
      taskQueue: 'whole',
      layers: { baseUrl: layers.baseUrl, apiKey: API_KEY, perMinute: { starts: 30 } },
    });
    expect(worker.isRunning()).toBe(true);
    expect(worker.identity).toMatch(/^layers-onboarding@.+#\d+$/);
    expect(lines.map(({ msg, time: _time, level: _level, ...rest }) => [msg, rest])).toEqual([
      ['Temporal answers', { address: target.address, namespace: 'default' }],
      ['The search attributes are there', { registered: [] }],
      [
        'The API key works',
        { key: 'lp_test_…9f2c', apiKeyId: 'key_1', organizationId: 'org_1', rateLimitTier: 'pilot' },
      ],
      ['Rate limit of a bucket', { bucket: 'reads', perMinute: 1200, partitions: 1, tasksPerSecond: 19.512 }],
      ['Rate limit of a bucket', { bucket: 'writes', perMinute: 600, partitions: 1, tasksPerSecond: 9.756 }],
      ['Rate limit of a bucket', { bucket: 'starts', perMinute: 30, partitions: 1, tasksPerSecond: 0.45 }],
      ['The worker runs', { identity: worker.identity, taskQueue: 'whole', mode: 'sandbox', zoneData: ZONE_DATA }],
    ]);

    expect(await onboard('whole', acmeCoffee())).toEqual({
      mode: 'sandbox',
      apiKeyId: 'key_1',
      notifies: false,
      found: [],
    });
    expect(layers.requests).toEqual(['GET /v1/whoami', expect.stringContaining('customerExternalId=acme-coffee')]);

    await Promise.all([worker.shutdown(), worker.shutdown()]);
    await worker.stopped;
    expect(worker.isRunning()).toBe(false);
  });

  it('hands the server the rate of each bucket for the whole queue', async () => {
    const worker = await start({
      taskQueue: 'rated',
      layers: { baseUrl: layers.baseUrl, apiKey: API_KEY, rateTier: 'standard' },
    });
    const limitOf = async (bucket: string) => {
      const { pollers } = await connected.connection.workflowService.describeTaskQueue({
        namespace: 'default',
        taskQueue: { name: `rated-${bucket}` },
        taskQueueType: 2, // activities
      });
      return [
        ...new Set((pollers ?? []).map(({ identity, ratePerSecond }) => `${identity} ${ratePerSecond?.toFixed(3)}`)),
      ];
    };
    for (const deadline = Date.now() + 10_000; (await limitOf('starts')).length === 0 && Date.now() < deadline;)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await limitOf('reads')).toEqual([`${worker.identity} 1.950`]);
    expect(await limitOf('writes')).toEqual([`${worker.identity} 0.950`]);
    expect(await limitOf('starts')).toEqual([`${worker.identity} 0.283`]);
  });

  it('ends by its signal', async () => {
    const ending = new AbortController();
    const worker = await start({ signal: ending.signal });
    ending.abort();
    await worker.stopped;
    expect(worker.isRunning()).toBe(false);
  });

  it('takes a notifier and says so to the workflow', async () => {
    await start({ taskQueue: 'notified', notifier: { notify: () => Promise.resolve() } });
    expect(await onboard('notified', acmeCoffee())).toMatchObject({ notifies: true });
  });

  it('can be one version of several, which onboardings stay with', async () => {
    const deployment = { deploymentName: 'onboarding-test', buildId: 'build-1' };
    const { logger, lines } = recorder();
    await start({ taskQueue: 'versioned', deployment, logger });
    const { workflowService } = connected.connection;
    for (const deadline = Date.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 200)))
      try {
        await workflowService.setWorkerDeploymentCurrentVersion({ namespace: 'default', ...deployment }); // once it has polled
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    expect(await onboard('versioned', acmeCoffee())).toMatchObject({ found: [] }); // buckets are not versioned
    const { raw } = await connected.client.workflow.getHandle('onboard-versioned').describe();
    expect(raw.workflowExecutionInfo?.versioningInfo).toMatchObject({
      behavior: 1, // pinned
      deploymentVersion: deployment,
    });

    // whether new onboardings come to it stands in the log
    const isToldOf = /This build is (not )?the current one/;
    const told = async (said: typeof lines) => {
      for (const deadline = Date.now() + 10_000; Date.now() < deadline; await new Promise((go) => setTimeout(go, 50))) {
        const line = said.find(({ msg }) => isToldOf.test(String(msg)));
        if (line !== undefined) return line;
      }
      return undefined;
    };
    const command =
      'temporal worker deployment set-current-version --deployment-name onboarding-test --build-id build-1';
    expect(await told(lines)).toMatchObject({ level: 40, current: null, command });
    for (const [buildId, expected] of [
      ['build-1', { level: 20 }],
      ['build-2', { level: 40, current: 'build-1' }],
    ] as const) {
      await running?.shutdown();
      const again = recorder();
      again.logger.level = 'debug';
      await start({ taskQueue: 'versioned', deployment: { ...deployment, buildId }, logger: again.logger });
      expect(await told(again.lines)).toMatchObject({ buildId, ...expected });
    }
  });
});

describe('the worker does not start', () => {
  it.each([
    [401, 'UNAUTHENTICATED', 'lp_test_…9f2c (LAYERS_API_KEY): UNAUTHENTICATED (HTTP 401)'],
    [403, 'FORBIDDEN_SCOPE', 'FORBIDDEN_SCOPE (HTTP 403)'],
    [503, 'KILL_SWITCH', 'KILL_SWITCH (HTTP 503)'],
  ])('with a key that Layers answers with %d %s', async (status, code, text) => {
    layers.answer = () => ({ status, body: { error: { code, message: 'No.', requestId: 'req_1' } } });
    const failed = start();
    await expect(failed).rejects.toThrow(MisconfiguredError);
    await expect(failed).rejects.toThrow(text);
    expect(layers.requests).toHaveLength(1);
  });

  it('while Layers has a fault, until it has none', async () => {
    const { logger, lines } = recorder();
    let faults = 1;
    layers.answer = ({ url }) =>
      faults-- > 0 ? { status: 500, body: {} } : { status: 200, body: url === '/v1/whoami' ? WHOAMI : {} };
    await start({ logger, reachableWithinMs: 10_000 });
    expect(lines.map(({ msg }) => msg)).toContainEqual(
      expect.stringMatching(/^Waiting for Layers: Layers does not answer \(LAYERS_BASE_URL\)/),
    );
  });

  it('when Layers stays away', async () => {
    const baseUrl = `http://127.0.0.1:${await freePort()}`;
    await expect(start({ layers: { baseUrl, apiKey: API_KEY } })).rejects.toThrow(UnreachableError);
  });

  it('when Temporal stays away', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const failed = start({ target: targetAt(address) });
    await expect(failed).rejects.toThrow(UnreachableError);
    await expect(failed).rejects.toThrow(`Temporal does not answer at ${address}`);
    expect(layers.requests).toEqual([]);
  });

  it('in a namespace that does not exist', async () => {
    const failed = start({ target: targetAt(target.address, 'nowhere') });
    await expect(failed).rejects.toThrow(MisconfiguredError);
    await expect(failed).rejects.toThrow('temporal operator namespace create --namespace nowhere');
  });
});
