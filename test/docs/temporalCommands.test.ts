import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { WorkflowHandle } from '@temporalio/client';
import { findTemporalCli } from '../../src/temporal/cli';
import { effects, temporalAddress, underReview, until, untilStatus, withStack } from '../support/environment';
import { untilBlocked } from '../support/status';
import { bend, customerOf, quickest } from '../support/steering';

/** The documented commands of the plain Temporal CLI, typed as they stand there, with another workflow id. */
const stack = withStack();
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  const { path } = await findTemporalCli();
  env = {
    ...process.env,
    PATH: `${dirname(path)}${delimiter}${process.env.PATH}`,
    TEMPORAL_ADDRESS: temporalAddress(),
  };
});

/** The command of a page that begins like this, with the lines that continue it. */
function documented(page: string, beginning: string): string {
  const text = readFileSync(join(__dirname, '../..', page), 'utf8');
  const command = [...text.matchAll(/^(?:.*\\\n)*.*$/gm)]
    .map(([lines]) => lines)
    .find((lines) => lines.startsWith(beginning));
  if (command === undefined) throw new Error(`${page} has no command that begins with ${beginning}`);
  return command;
}

async function type(handle: WorkflowHandle, command: string): Promise<string> {
  const mine = command.replaceAll('onboard-acme-coffee', handle.workflowId);
  expect(mine).toContain(handle.workflowId);
  const { stdout } = await promisify(execFile)('sh', ['-c', mine], { env });
  return stdout;
}

it('the documented commands retry a blocked step, tell the status, and approve', async () => {
  const input = quickest();
  await bend(stack.sandbox, customerOf(input), {
    match: { method: 'POST', path: '/slideshow-remix$' },
    times: 1,
    action: { kind: 'answer', status: 402, code: 'BILLING_EXHAUSTED', store: 'fault' },
  });
  const handle = await stack.start(input);
  await untilBlocked(handle, 'content');
  await type(handle, documented('docs/errors.md', 'temporal workflow update execute'));
  await untilStatus(handle, underReview);
  expect(await type(handle, documented('README.md', 'temporal workflow query'))).toContain('reviewer');
  await type(handle, documented('README.md', 'temporal workflow signal'));
  expect(await handle.result()).toMatchObject({ outcome: 'ready' });
});

it('the documented commands begin anew by a reset, with nothing made twice, and reject by the update', async () => {
  const input = quickest();
  const first = await stack.start(input);
  const { ids } = await untilStatus(first, underReview);
  const { runId } = await first.describe();
  await type(first, documented('docs/runbook.md', 'temporal workflow reset'));
  const handle = stack.client.workflow.getHandle(first.workflowId);
  await until(async () => (await handle.describe()).runId !== runId);
  expect((await untilStatus(handle, underReview)).ids).toMatchObject({
    projectId: ids.projectId,
    containerId: ids.containerId,
  });
  await type(handle, documented('README.md', 'temporal workflow update execute'));
  expect(await handle.result()).toMatchObject({ outcome: 'rejected' });
  for (const effect of ['project.created', 'content.created'])
    expect(effects(stack.sandbox, effect, customerOf(input))).toHaveLength(1);
});
