import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { run as runCli } from '../../src/cli/main';
import { fetchHistories } from '../../src/cli/verbs/parts/histories';
import { findTemporalCli } from '../../src/temporal/cli';
import { run } from '../../src/temporal/run';
import { openStack, temporalAddress, underReview, until, untilStatus, type Stack } from '../support/environment';
import { quickest } from '../support/steering';
import { fakeIo } from './fixtures/io';

const HISTORIES = join(__dirname, '../histories');

let stack: Stack;
let handle: WorkflowHandle;
/** One onboarding of the real flow, under review, and nobody at work on it any more. */
beforeAll(async () => {
  stack = await openStack({ worker: false });
  const worker = await stack.startWorker();
  handle = await stack.start(quickest());
  await untilStatus(handle, underReview);
  await worker.shutdown();
});
afterAll(() => stack.close());

async function replay(...line: string[]) {
  const io = fakeIo();
  const { client } = stack;
  const connection = client.connection as never;
  const code = await runCli(['replay', ...line], io, () =>
    Promise.resolve({ client, connection, close: () => Promise.resolve() }),
  );
  return { code, out: io.stdout.join('\n'), err: io.stderr.join('\n') };
}

const offline = () => Promise.reject(new Error('it connected'));

/** The suite's server has onboardings of other tests, too. */
const mine = (): string => `TaskQueue = "${stack.taskQueue}"`;

test('replays what is under way, without any worker', async () => {
  await until(async () => (await stack.client.workflow.count(mine())).count === 1);
  const { code, out, err } = await replay('--query', mine(), '--json');
  expect(err).toBe('Replaying 1 history with the workflow code of this build (src/workflows/index.ts) …');
  expect(JSON.parse(out)).toEqual({ code: 'src/workflows/index.ts', total: 1, replayed: 1, failed: [] });
  expect(code).toBe(0);
});

test('nothing to replay is no failure', async () => {
  const { code, out } = await replay('--query', 'TaskQueue = "nobody"');
  expect(out).toBe('No onboarding is under way: nothing to replay.');
  expect(code).toBe(0);
});

test('files of the Temporal CLI and of historyToJSON; one that does not replay: 1, with the reason', async () => {
  const { path } = await findTemporalCli();
  const show = ['workflow', 'show', '--workflow-id', handle.workflowId, '--output', 'json'];
  const shown = await run(path, [...show, '--address', temporalAddress()]);
  expect(shown).toMatchObject({ ok: true, error: '' });
  const golden = readFileSync(join(HISTORIES, 'ready.json'), 'utf8');
  const files = {
    'shown.json': shown.stdout,
    'changed.json': golden.replace(/"name": ?"createProject"/, '"name":"patchProject"'),
    'foreign.json': golden.replaceAll('"onboardCustomer"', '"onboardPet"'),
    'golden.json': golden,
  };
  const io = fakeIo({ files });
  const code = await runCli(['replay', ...Object.keys(files)], io, offline);
  const workflowId = /"workflowId": ?"(onboard-acme-\w+)"/.exec(golden)![1]!;
  expect(
    io.stdout
      .join('\n')
      .replace(/run [\w-]+/g, 'run R')
      .split('\n'),
  ).toEqual([
    `✖ ${workflowId} (run R)`,
    "    [TMPRL1100] Nondeterminism error: Activity type of scheduled event 'patchProject' does not match activity type of activity command 'createProject'",
    `✖ ${workflowId} (run R)`,
    "    Failed to initialize workflow of type 'onboardPet': no such function is exported by the workflow bundle",
    '2 of 4 histories do not replay.',
  ]);
  expect(io.stderr.join('\n')).toContain('docs/changing-the-workflow.md');
  expect(code).toBe(1);
});

test('what is no history, no query, or both at once is a usage error', async () => {
  const io = fakeIo({ files: { 'input.json': '{"project":{}}' } });
  expect(await runCli(['replay', 'input.json'], io, offline)).toBe(2);
  expect(io.stderr.join()).toContain('input.json is no history of a workflow (Invalid history');
  expect(io.stderr.join()).toContain('temporal workflow show --workflow-id ID --output json > input.json');
  expect(await replay('x.json', '--all')).toMatchObject({
    code: 2,
    err: expect.stringContaining('name no files') as string,
  });
  expect(await replay('--query', 'LayersMod = "live"')).toEqual({
    code: 2,
    out: '',
    err: 'Temporal does not take the --query: invalid query: invalid search attribute: LayersMod',
  });
});

test('a run that was deleted after the list is left out', async () => {
  const { runId } = await handle.describe();
  const { workflowId } = handle;
  const gone = { workflowId: 'onboard-nobody', runId: 'd2b1a6a0-0000-4000-8000-000000000000' };
  const found: string[] = [];
  for await (const history of fetchHistories(stack.client, [gone, { workflowId, runId }, gone]))
    found.push(history.workflowId);
  expect(found).toEqual([workflowId]);
});

test('neither the command line nor the client entry loads the native worker before it is needed', () => {
  const script = `
    require('./src/cli/main');
    require('./src/index');
    process.stdout.write(Object.keys(require.cache).filter((file) => /@temporalio.(worker|core-bridge)/.test(file)).join());`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
});
