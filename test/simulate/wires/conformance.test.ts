import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { encode } from '../../../simulate/temporal/payloads';
import { createFrontend, within } from './support/world';

/** The frontend answers every call here as a real server does: with the same words and codes, in the same order. */

const { v1: enums } = temporal.api.enums;
const Reuse = enums.WorkflowIdReusePolicy;
const Conflict = enums.WorkflowIdConflictPolicy;
const UNKNOWN_RUN = '0e1b9a49-7a31-4b4c-b1a3-2b0d7a3c1a11';
const NO_RUN = 'no-run';
const [A, B, C] = ['tour-a', 'tour-b', 'tour-c'];

interface Place {
  client: Client;
  pause(ms: number): Promise<void>;
  /** The current run ends with a result. */
  complete(workflowId: string): Promise<void>;
}

/** Asks for everything that the product asks for, and more; says what came back. */
async function tour({ client, pause, complete }: Place): Promise<string[]> {
  const namespace = 'default';
  const taskQueue = `tour-${randomUUID()}`;
  const { workflowService: service } = client;
  const seen: string[] = [];
  const names = new Map<string, string>();
  const named = (text: string): string =>
    text.replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, (id) => {
      if (!names.has(id)) names.set(id, `run ${names.size + 1}`);
      return names.get(id)!;
    });
  const note = (what: string, told: string): void => void seen.push(`${what}: ${named(told)}`);
  const ask = async <T>(what: string, call: Promise<T>, show: (answer: T) => string = () => 'done'): Promise<void> => {
    const told = await call.then(show, ({ code, details }: { code: number; details: string }) => `${code} ${details}`);
    note(what, told);
  };
  const start = (workflowId: string, more: object = {}) =>
    service.startWorkflowExecution({
      ...{ namespace, workflowId, workflowType: { name: 'tour' }, taskQueue: { name: taskQueue } },
      ...{ requestId: randomUUID(), ...more },
    });
  const runId = ({ runId: id }: { runId?: string | null }): string => id!;
  const all = (workflowId: string, run?: string) => {
    const workflowExecution = { workflowId, runId: run ?? '' };
    const update = { meta: { updateId: randomUUID() }, input: { name: 'u' } };
    const waitPolicy = { lifecycleStage: 3 };
    const to = { namespace, workflowExecution };
    return {
      describe: () => service.describeWorkflowExecution({ namespace, execution: workflowExecution }),
      history: () => service.getWorkflowExecutionHistory({ namespace, execution: workflowExecution }),
      signal: () => service.signalWorkflowExecution({ ...to, signalName: 's', requestId: randomUUID() }),
      cancel: (firstExecutionRunId = '') =>
        service.requestCancelWorkflowExecution({ ...to, requestId: randomUUID(), firstExecutionRunId }),
      terminate: () => service.terminateWorkflowExecution({ ...to, reason: 'over' }),
      query: () => service.queryWorkflow({ namespace, execution: workflowExecution, query: { queryType: 'q' } }),
      update: () => service.updateWorkflowExecution({ ...to, request: update, waitPolicy }),
      poll: () =>
        service.pollWorkflowExecutionUpdate({
          namespace,
          updateRef: { workflowExecution, updateId: 'unknown' },
          waitPolicy,
        }),
    };
  };
  const askAll = async (workflowId: string, run?: string): Promise<void> => {
    const { poll, ...others } = all(workflowId, run);
    for (const [what, call] of Object.entries(others)) await ask(`${what} of ${workflowId}`, call());
    // Of what can be no id, this call alone speaks in other words.
    if (workflowId !== '' && run !== NO_RUN) await ask(`poll of ${workflowId}`, poll());
  };

  const requestId = randomUUID();
  await ask('start', start(A, { requestId }), runId);
  await ask('the same request', start(A, { requestId }), runId);
  await ask('another', start(A), runId);
  await ask(
    'another that fails',
    start(A, { workflowIdConflictPolicy: Conflict.WORKFLOW_ID_CONFLICT_POLICY_FAIL }),
    runId,
  );
  const use = { workflowIdConflictPolicy: Conflict.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING };
  await ask('another that takes what is there', start(A, use), runId);

  await askAll('unheard-of');
  await askAll('');
  await askAll(A, UNKNOWN_RUN);
  await askAll(A, NO_RUN);
  await ask('signal', all(A).signal());
  await ask('cancel of another chain', all(A).cancel(UNKNOWN_RUN));
  await ask('cancel', all(A).cancel());
  await ask('cancel again', all(A).cancel());
  const update = all(A).update();
  update.catch(() => undefined);
  await pause(500);
  await ask('terminate', all(A).terminate());
  await ask('update under way', update);
  await ask('terminate again', all(A).terminate());
  await ask('signal when over', all(A).signal());
  await ask('cancel when over', all(A).cancel());
  await ask('update when over', all(A).update());
  const execution = { workflowId: A };
  const { HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT: historyEventFilterType } = enums.HistoryEventFilterType;
  await ask(
    'the end',
    service.getWorkflowExecutionHistory({ namespace, execution, historyEventFilterType, waitNewEvent: true }),
    ({ history }) => (history?.events ?? []).map(({ eventType }) => enums.EventType[eventType!]).join(),
  );

  const onlyFailed = { workflowIdReusePolicy: Reuse.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY };
  await ask('after a termination', start(A, onlyFailed), runId);
  await complete(A);
  await ask('after a success, only failed', start(A, onlyFailed), runId);
  const never = { workflowIdReusePolicy: Reuse.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE };
  await ask('after a success, never', start(A, never), runId);
  const allowed = { workflowIdReusePolicy: Reuse.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE };
  await ask('after a success', start(A, allowed), runId);
  const terminate = { workflowIdConflictPolicy: Conflict.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING };
  await ask('in the place of another', start(A, terminate), runId);

  const attribute = (value: unknown, type: string) => {
    const payload = encode(value);
    return { ...payload, metadata: { ...payload.metadata, type: Buffer.from(type) } };
  };
  const attributed = (indexedFields: object): object => ({ searchAttributes: { indexedFields } });
  const refs = attribute(['job_1', 'cnt_1'], 'KeywordList');
  await pause(50);
  await ask('start b', start(B, attributed({ LayersStage: attribute('review', 'Keyword'), LayersRefs: refs })), runId);
  await pause(50);
  await ask('start c', start(C, attributed({ LayersStage: attribute('social', 'Keyword') })), runId);

  const list = async (query: string, pageSize: number): Promise<string> => {
    const pages: string[] = [];
    let nextPageToken: Uint8Array = Buffer.alloc(0);
    do {
      const page = await service.listWorkflowExecutions({ namespace, query, pageSize, nextPageToken });
      const shown = page.executions.map(
        ({ execution: of, status }) => `${of!.workflowId} ${of!.runId} ${enums.WorkflowExecutionStatus[status!]}`,
      );
      pages.push(shown.join(', '));
      nextPageToken = page.nextPageToken;
    } while (nextPageToken.length > 0);
    return pages.filter(Boolean).join(' | ');
  };
  const here = `TaskQueue = "${taskQueue}"`;
  for (let tries = 0; tries < 100 && !(await list(here, 100)).includes(C); tries += 1) await pause(50);
  for (const query of [
    '',
    ' AND ExecutionStatus = "Running"',
    ' AND ExecutionStatus != "Running"',
    ' AND ExecutionStatus IN ("Completed", "Terminated")',
    ` AND WorkflowId = "${A}" AND WorkflowType = 'tour'`,
    ` AND (WorkflowId = "${B}" OR LayersStage = "social")`,
    ` AND WorkflowId = "${B}" OR WorkflowId = "${C}" AND LayersStage = "review"`,
    ' AND LayersRefs IN ("cnt_1", "cnt_2")',
    ' AND LayersRefs != "cnt_1"',
    ' AND LayersStage != "review"',
    ' AND CloseTime >= "2020-01-01T00:00:00.000Z"',
    ' AND StartTime < "2020-01-01T00:00:00Z"',
    ' AND Nope = "x"',
    ' AND ExecutionStatus = "completed"',
    ' AND CloseTime >= "yesterday"',
  ]) {
    await ask(`list${query}`, list(`${here}${query}`, 100), String);
    await ask(`list in pages${query}`, list(`${here}${query}`, 2), String);
  }
  for (const workflowId of [A, B, C]) await ask(`terminate ${workflowId}`, all(workflowId).terminate());
  return seen;
}

async function realTour(): Promise<string[]> {
  const connection = await Connection.connect({ address: process.env.TEST_TEMPORAL_ADDRESS! });
  const client = new Client({ connection });
  const namespace = 'default';
  try {
    return await tour({
      client,
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      async complete(workflowId) {
        const { taskQueue } = await client.workflow.getHandle(workflowId).describe();
        const { taskToken } = await connection.withDeadline(Date.now() + 20_000, () =>
          client.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: taskQueue }, identity: 'test' }),
        );
        const commandType = enums.CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION;
        const commands = [{ commandType, completeWorkflowExecutionCommandAttributes: {} }];
        await client.workflowService.respondWorkflowTaskCompleted({ namespace, taskToken, commands, identity: 'test' });
      },
    });
  } finally {
    await connection.close();
  }
}

test('the simulated frontend answers as a real server', async () => {
  const { clock, service, client, problems } = createFrontend();
  const simulated = await within(clock, () =>
    tour({
      client,
      pause: (ms) => clock.sleep(ms),
      async complete(workflowId) {
        await clock.sleep(20);
        service.latest(workflowId)!.complete();
      },
    }),
  );
  expect(problems).toEqual([]);
  expect(simulated).toEqual(await realTour());
});
