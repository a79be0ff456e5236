import { Connection, Client } from '@temporalio/client';
import {
  cancelOnboarding,
  decideReview,
  getOnboarding,
  InvalidInputError,
  onboardingStatus,
  startOnboarding,
  UnreachableError,
  waitForOnboarding,
} from '../../src';
import {
  AmbiguousCustomerError,
  MisconfiguredError,
  OnboardingNotFoundError,
  RefusedError,
} from '../../src/client/errors';
import { inputDigest } from '../../src/input';
import { until } from '../cli/fixtures/until';
import { startEnvironment, type Environment } from '../cli/fixtures/environment';
import { inputFor } from '../cli/fixtures/input';

let environment: Environment;
let client: Client;
const start = (input: ReturnType<typeof inputFor>, options: object = {}) =>
  startOnboarding(client, input, { taskQueue: environment.taskQueue, ...options });
const decide = async (customer: string, decision: 'approve' | 'reject'): Promise<void> => {
  await until(async () => (await onboardingStatus(client, customer)).status?.review != null);
  await decideReview(client, customer, { decision, reviewer: 'maria', revision: 0, comment: 'because' });
};

beforeAll(async () => {
  environment = await startEnvironment();
  client = environment.client;
});
afterAll(() => environment.stop());

describe('startOnboarding', () => {
  test('starts with everything that a reader of the Web UI needs', async () => {
    const input = { ...inputFor({ stop: 'sleep' }), organizationId: 'org_1' };
    const { customerExternalId } = input.project;
    const { handle, workflowId, runId, state, inputDiffers } = await start(input);

    expect({ workflowId, state, inputDiffers }).toEqual({
      workflowId: `onboard-org_1-${customerExternalId}`,
      state: 'started',
      inputDiffers: false,
    });
    const description = await handle.describe();
    expect(description.runId).toBe(runId);
    expect(description.type).toBe('onboardCustomer');
    expect(description.taskQueue).toBe(environment.taskQueue);
    expect(description.memo).toEqual({
      inputDigest: inputDigest(input),
      customer: { externalId: customerExternalId, name: 'Acme Coffee', timezone: 'America/Los_Angeles' },
    });
    expect(description.searchAttributes).toMatchObject({
      LayersCustomer: [customerExternalId],
      LayersStage: ['validate'],
      LayersAttention: ['none'],
    });
    expect(description.priority?.fairnessKey).toBe('org_1');
    expect(await description.staticSummary()).toBe('Acme Coffee: onboard onto Layers, then stop after the review');
    expect(await description.staticDetails()).toContain(`layers-onboarding watch ${workflowId}`);
  });

  test('an invalid input starts nothing and names every problem', async () => {
    const input = inputFor();
    const bad = { ...input, project: { ...input.project, timezone: 'Los Angeles' }, surprise: 1 };
    const error = await start(bad as never).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as InvalidInputError).problems.map(({ path }) => path).sort()).toEqual([
      'project.timezone',
      'surprise',
    ]);
    await expect(getOnboarding(client, input.project.customerExternalId)).rejects.toThrow(OnboardingNotFoundError);
  });

  test('of ten at once, exactly one is told that it started', async () => {
    const input = inputFor({ stop: 'sleep' });
    const all = await Promise.all(Array.from({ length: 10 }, () => start(input)));
    expect(all.filter(({ state }) => state === 'started')).toHaveLength(1);
    expect(all.filter(({ state }) => state === 'alreadyRunning')).toHaveLength(9);
    expect(new Set(all.map(({ runId }) => runId)).size).toBe(1);
  });

  test('other input while one runs is told and changes nothing', async () => {
    const input = inputFor({ stop: 'sleep' });
    const first = await start(input);
    const again = await start({ ...input, project: { ...input.project, tagline: 'Coffee that shows up' } });
    expect(again).toMatchObject({ state: 'alreadyRunning', inputDiffers: true, runId: first.runId });
    const reordered = JSON.parse(
      JSON.stringify({ project: Object.fromEntries(Object.entries(input.project).reverse()) }),
    );
    expect(await start(reordered)).toMatchObject({ state: 'alreadyRunning', inputDiffers: false });
  });

  test('a finished one is returned with its result; again starts anew only after a no', async () => {
    const input = inputFor();
    const { customerExternalId } = input.project;
    const first = await start(input);
    await decide(customerExternalId, 'reject');
    expect(await waitForOnboarding(client, customerExternalId)).toMatchObject({ outcome: 'rejected' });

    expect(await start(input)).toMatchObject({
      state: 'alreadyFinished',
      runId: first.runId,
      result: { outcome: 'rejected' },
    });
    const second = await start(input, { again: true });
    expect(second.state).toBe('started');
    expect(second.runId).not.toBe(first.runId);

    await decide(customerExternalId, 'approve');
    await waitForOnboarding(client, customerExternalId);
    expect(await start(input, { again: true })).toMatchObject({
      state: 'alreadyFinished',
      result: { outcome: 'ready' },
    });
  });

  test('a cancelled one starts anew', async () => {
    const input = inputFor({ stop: 'sleep' });
    const { customerExternalId } = input.project;
    const first = await start(input);
    await cancelOnboarding(client, customerExternalId);
    await expect(waitForOnboarding(client, customerExternalId)).rejects.toThrow('cancelled');
    const second = await start(input);
    expect(second.state).toBe('started');
    expect(second.runId).not.toBe(first.runId);
  });

  test('the longest organization id is a fairness key that the server takes', async () => {
    const organizationId = `org_${'x'.repeat(60)}`;
    const { handle } = await start({ ...inputFor({ stop: 'sleep' }), organizationId });
    expect((await handle.describe()).priority?.fairnessKey).toBe(organizationId);
  });

  test('a namespace without the search attributes is told what to run', async () => {
    const namespace = `${environment.namespace}-bare`;
    await client.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    const bare = new Client({ connection: client.connection as Connection, namespace });
    const started = until(async () => {
      const error = await startOnboarding(bare, inputFor()).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      return error instanceof MisconfiguredError && error.message.includes('search attribute') ? error : null;
    });
    expect((await started).message).toContain('layers-onboarding setup');
  });

  test('a server that is not there is unreachable', async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1' });
    const nobody = new Client({ connection });
    const quick = {
      withDeadline: (_deadline: number, fn: () => Promise<unknown>) => nobody.withDeadline(Date.now() + 500, fn),
    };
    const impatient = Object.assign(Object.create(nobody) as Client, quick);
    await expect(startOnboarding(impatient, inputFor())).rejects.toThrow(UnreachableError);
    await connection.close();
  });
});

describe('finding and deciding', () => {
  test('by customer, by workflow id, and in an organization by customer alone', async () => {
    const input = inputFor({ stop: 'sleep' });
    const { customerExternalId } = input.project;
    const { workflowId } = await start(input);
    expect((await getOnboarding(client, customerExternalId)).workflowId).toBe(workflowId);
    expect((await getOnboarding(client, workflowId)).workflowId).toBe(workflowId);

    const inOrg = { ...inputFor({ stop: 'sleep' }), organizationId: 'org_a' };
    const started = await start(inOrg);
    const found = await until(() => getOnboarding(client, inOrg.project.customerExternalId).catch(() => null));
    expect(found.workflowId).toBe(started.workflowId);

    await start({ ...inOrg, organizationId: 'org_b' });
    const ambiguous = await until(() =>
      getOnboarding(client, inOrg.project.customerExternalId).then(
        () => null,
        (error: unknown) => error,
      ),
    );
    expect(ambiguous).toBeInstanceOf(AmbiguousCustomerError);
  });

  test('a name with quotes is only a name', async () => {
    await expect(getOnboarding(client, `x" OR WorkflowType = "onboardCustomer`)).rejects.toThrow(
      OnboardingNotFoundError,
    );
  });

  test('a refusal carries its type and what is current', async () => {
    const input = inputFor();
    const { customerExternalId } = input.project;
    await start(input);
    await until(async () => (await onboardingStatus(client, customerExternalId)).status?.review != null);
    const stale = await decideReview(client, customerExternalId, {
      decision: 'approve',
      reviewer: 'x',
      revision: 4,
    }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(stale).toBeInstanceOf(RefusedError);
    expect(stale).toMatchObject({ type: 'StaleRevision', details: [{ revision: 0 }] });
  });

  test('the same update id is one decision', async () => {
    const input = inputFor();
    const { customerExternalId } = input.project;
    await start(input);
    await until(async () => (await onboardingStatus(client, customerExternalId)).status?.review != null);
    const args = { decision: 'approve', reviewer: 'maria', revision: 0 } as const;
    const first = await decideReview(client, customerExternalId, args, { updateId: 'review-0-click' });
    expect(await decideReview(client, customerExternalId, args, { updateId: 'review-0-click' })).toEqual(first);
  });

  test('a finished onboarding is shown without any worker', async () => {
    const input = inputFor();
    const { customerExternalId } = input.project;
    await start(input);
    await decide(customerExternalId, 'approve');
    await waitForOnboarding(client, customerExternalId);
    const parked = inputFor({ stop: 'sleep' });
    await start(parked);
    await until(async () => (await onboardingStatus(client, parked.project.customerExternalId)).status !== null);

    await environment.stopWorker();
    const view = await onboardingStatus(client, customerExternalId);
    expect(view).toMatchObject({
      execution: 'completed',
      noStatus: null,
      result: { outcome: 'ready' },
      status: { stage: 'finished' },
    });

    const silent = await onboardingStatus(client, parked.project.customerExternalId);
    expect(silent).toMatchObject({
      execution: 'running',
      status: null,
      noStatus: 'no worker answers',
      server: { customer: { name: 'Acme Coffee' }, stage: 'validate', attention: 'none' },
    });
  });
});
