import { asyncLocalStorage } from '@temporalio/activity';
import {
  isGrpcCancelledError,
  isGrpcDeadlineError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import {
  cancelOnboarding,
  decideReview,
  OnboardingEndedError,
  OnboardingNotFoundError,
  onboardingStatus,
  startOnboarding,
} from '../../../src';
import { wasRejected } from '../../../src/activities/earlierRuns';
import { deliver } from '../../../src/gateway/webhooks/deliver';
import { createFrontend, START, within } from './support/world';
import type { FakeRun } from './support/fakeService';

const INPUT = {
  project: { name: 'Acme', customerExternalId: 'acme', timezone: 'Europe/Berlin' },
  review: { required: false },
} as never;
const ID = 'onboard-acme';

const started = async (stage: ReturnType<typeof createFrontend>): Promise<FakeRun> => {
  await within(stage.clock, () => startOnboarding(stage.client, INPUT));
  return stage.service.latest(ID)!;
};

describe('startOnboarding', () => {
  test('starts once, and tells everybody else what there is', async () => {
    const { clock, client, service } = createFrontend();
    const start = (again = false) => within(clock, () => startOnboarding(client, INPUT, { again }));
    expect(await start()).toMatchObject({ state: 'started', runId: service.latest(ID)!.runId });
    expect(await start()).toMatchObject({ state: 'alreadyRunning', inputDiffers: false });
    service.latest(ID)!.complete({ outcome: 'rejected' });
    expect(await start()).toMatchObject({ state: 'alreadyFinished', result: { outcome: 'rejected' } });
    expect(await start(true)).toMatchObject({ state: 'started' });
    expect(service.latest(ID)!.memo).toHaveProperty('previousOutcome');
    service.latest(ID)!.terminate('test');
    expect(await start()).toMatchObject({ state: 'started' });
    expect(service.executions).toHaveLength(3);
  });

  test('of many at once one has started it', async () => {
    const { clock, client, service } = createFrontend();
    const all = await within(clock, () => Promise.all([1, 2, 3, 4].map(() => startOnboarding(client, INPUT))));
    expect(all.map(({ state }) => state).sort()).toEqual([
      'alreadyRunning',
      'alreadyRunning',
      'alreadyRunning',
      'started',
    ]);
    expect(service.executions).toHaveLength(1);
  });

  test('the SDK knows the error', async () => {
    const { clock, client } = createFrontend();
    const start = () =>
      within(clock, () =>
        client.workflow.start('t', { workflowId: 'w', taskQueue: 'q', workflowIdConflictPolicy: 'FAIL' }),
      );
    await start();
    await expect(start()).rejects.toThrow(WorkflowExecutionAlreadyStartedError);
  });
});

describe('a call', () => {
  test('ends with its deadline, and what it has begun goes on', async () => {
    const stage = createFrontend();
    const { clock, client } = stage;
    const run = await started(stage);
    const handle = client.workflow.getHandle(ID);
    const before = clock.now;
    const error: unknown = await within(clock, () =>
      client
        .withDeadline(before + 5_000, () => handle.executeUpdate('u', { updateId: 'click' }))
        .catch((thrown) => thrown),
    );
    expect(isGrpcDeadlineError(error)).toBe(true);
    expect(clock.now).toBe(before + 5_000);
    expect([...run.updates.keys()]).toEqual(['click']);
  });

  test('ends when it is not wanted any more', async () => {
    const stage = createFrontend();
    await started(stage);
    const controller = new AbortController();
    const error: unknown = await within(stage.clock, () => {
      setTimeout(() => controller.abort(), 1_000);
      const result = () => stage.client.workflow.getHandle(ID).result();
      return stage.client.withAbortSignal(controller.signal, result).catch((thrown) => thrown);
    });
    expect(isGrpcCancelledError(error)).toBe(true);
  });

  test('takes time and is counted', async () => {
    const stage = createFrontend();
    await started(stage);
    expect(stage.clock.now).toBeGreaterThan(START);
    expect(Object.fromEntries(stage.frontend.calls)).toEqual({ StartWorkflowExecution: 1 });
  });

  test('tells of a failure of the model', async () => {
    const stage = createFrontend();
    const run = await started(stage);
    run.query = () => Promise.reject(new Error('a bug'));
    await expect(within(stage.clock, () => stage.client.workflow.getHandle(ID).query('q'))).rejects.toThrow();
    expect(stage.problems).toEqual([expect.stringContaining('QueryWorkflow: Error: a bug')]);
  });

  test('that is not modelled is unknown', async () => {
    const { clock, client } = createFrontend();
    const call = within(clock, () => client.workflowService.describeTaskQueue({ namespace: 'default' }));
    await expect(call).rejects.toMatchObject({ code: 12 });
  });
});

describe('the result', () => {
  test('is waited for, however long it takes, over all the runs', async () => {
    const stage = createFrontend();
    const { clock, client, service } = stage;
    const first = await started(stage);
    const days = 20 * 86_400_000;
    const result = await within(clock, () => {
      clock.in(days, () => {
        const second = service.start({ workflowId: ID, type: 'onboardCustomer', taskQueue: 'q', input: [] });
        first.continueIn(second);
        clock.in(days, () => second.complete({ outcome: 'scheduled' }));
      });
      return client.workflow.getHandle(ID, first.runId).result();
    });
    expect(result).toEqual({ outcome: 'scheduled' });
    expect(clock.now).toBeGreaterThan(START + 2 * days);
    expect(stage.frontend.calls.get('GetWorkflowExecutionHistory')).toBe(2);
  });

  test('of a run that was stopped is a failure', async () => {
    const stage = createFrontend();
    const run = await started(stage);
    const result = within(stage.clock, () => {
      stage.clock.in(100, () => run.terminate('test'));
      return stage.client.workflow.getHandle(ID).result();
    });
    await expect(result).rejects.toThrow(WorkflowFailedError);
  });
});

describe('an update', () => {
  const update = (stage: ReturnType<typeof createFrontend>, runId?: string, updateId = 'click') =>
    stage.client.workflow.getHandle(ID, runId).executeUpdate('u', { updateId });

  test('is answered, also when it is sent again after the end', async () => {
    const stage = createFrontend();
    const run = await started(stage);
    const answer = await within(stage.clock, () => {
      stage.clock.in(3_000, () => {
        run.accept('click');
        run.answer('click', 'yes');
        run.complete();
      });
      return update(stage);
    });
    expect(answer).toBe('yes');
    expect(await within(stage.clock, () => update(stage))).toBe('yes');
  });

  test('that was accepted fails when the run ends over it; one that was not finds nobody', async () => {
    const stage = createFrontend();
    const run = await started(stage);
    const handle = stage.client.workflow.getHandle(ID);
    const [accepted, other] = await within(stage.clock, () => {
      stage.clock.in(1_000, () => run.accept('click'));
      stage.clock.in(2_000, () => run.complete());
      return Promise.allSettled([update(stage), handle.executeUpdate('u', { updateId: 'other' })]);
    });
    expect(accepted).toMatchObject({ reason: { cause: { type: 'AcceptedUpdateCompletedWorkflow' } } });
    expect((accepted as PromiseRejectedResult).reason).toBeInstanceOf(WorkflowUpdateFailedError);
    expect((other as PromiseRejectedResult).reason).toBeInstanceOf(WorkflowNotFoundError);
  });

  test('goes to the run that continues, unless a run is named', async () => {
    const stage = createFrontend();
    const { clock, service } = stage;
    const first = await started(stage);
    const [any, named] = await within(clock, () => {
      clock.in(1_000, () => {
        const next = service.start({ workflowId: ID, type: 'onboardCustomer', taskQueue: 'q', input: [] });
        first.continueIn(next);
        clock.in(1_000, () => next.answer('click', 'from the next'));
      });
      return Promise.allSettled([update(stage), update(stage, first.runId, 'other')]);
    });
    expect(any).toMatchObject({ value: 'from the next' });
    expect((named as PromiseRejectedResult).reason).toBeInstanceOf(WorkflowNotFoundError);
  });
});

describe('lists', () => {
  test('are behind by chance, and never go back', async () => {
    const stage = createFrontend({ lagMs: 1_500 });
    const { clock, client } = stage;
    const run = await started(stage);
    const delays: number[] = [];
    const seen: string[] = [];
    await within(clock, async () => {
      for (let round = 0; round < 40; round += 1) {
        run.setAttributes({ LayersStage: `${round}` });
        await clock.sleep(200);
        const before = clock.now;
        for await (const { searchAttributes } of client.workflow.list()) {
          seen.push(String(searchAttributes['LayersStage']?.[0]));
          delays.push(round - Number(searchAttributes['LayersStage']?.[0]));
        }
        expect(clock.now).toBeGreaterThan(before);
      }
    });
    const rounds = seen.map(Number).filter((round) => !Number.isNaN(round));
    expect(rounds).toEqual([...rounds].sort((a, b) => a - b));
    expect(delays.some((delay) => delay > 0)).toBe(true);
  });

  test('a webhook finds the onboarding that waits for it', async () => {
    const stage = createFrontend();
    const run = await started(stage);
    const event = { id: 'evt_1', type: 'job.completed', data: { jobId: 'job_1' } } as never;
    const send = () => within(stage.clock, () => deliver(stage.client, event, () => true));
    expect(await send()).toEqual({ delivered: 0, held: 0, refused: [] });
    run.setAttributes({ LayersRefs: ['job_1', 'cnt_1'] });
    expect(await send()).toEqual({ delivered: 1, held: 0, refused: [] });
    expect(run.history.at(-1)?.workflowExecutionSignaledEventAttributes?.signalName).toBe('layersEvent');
    run.setAttributes({ LayersRefs: [] });
    expect(await send()).toMatchObject({ delivered: 0 });
  });

  test('wasRejected finds the run before', async () => {
    const stage = createFrontend();
    const { clock, client } = stage;
    const asked = () =>
      within(clock, () =>
        asyncLocalStorage.run({ client } as never, () => wasRejected({ workflowId: ID, madeAt: START } as never)),
      );
    const run = await started(stage);
    expect(await asked()).toBe(false);
    run.complete({ outcome: 'rejected' });
    expect(await asked()).toBe(true);
  });
});

test('an onboarding is cancelled, and looked at, by the name of its customer', async () => {
  const stage = createFrontend();
  const { clock, client } = stage;
  const run = await started(stage);
  await within(clock, () => cancelOnboarding(client, 'acme'));
  expect(run.history.at(-1)).toHaveProperty('workflowExecutionCancelRequestedEventAttributes');
  const view = await within(clock, () => onboardingStatus(client, 'acme'));
  expect(view).toMatchObject({
    execution: 'running',
    status: null,
    noStatus: expect.stringContaining('handler for status') as string,
    server: { customer: { externalId: 'acme' }, stage: 'validate' },
  });
  await expect(within(clock, () => onboardingStatus(client, 'nobody'))).rejects.toThrow(OnboardingNotFoundError);
  run.terminate('test');
  expect(await within(clock, () => onboardingStatus(client, 'acme'))).toMatchObject({ execution: 'terminated' });
  const approve = within(clock, () =>
    decideReview(client, 'acme', { decision: 'approve', reviewer: 'maria', revision: 0 }),
  );
  await expect(approve).rejects.toThrow(OnboardingEndedError);
});
