import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import '../support/quiet';

const HISTORIES = join(__dirname, '..', 'histories');
const names = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'));

/** The recipe of docs/changing-the-workflow.md: the same change with and without a patch, against what was recorded before. */
describe('a change that adds a timer', () => {
  let withPatch: { code: string };
  let without: { code: string };
  beforeAll(async () => {
    const bundle = (workflowsPath: string): Promise<{ code: string }> =>
      bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
    withPatch = await bundle(require.resolve('./builds/patched'));
    without = await bundle(require.resolve('./builds/next'));
  });

  const replay = async (workflowBundle: { code: string }, name: string): Promise<void> => {
    const history = historyFromJSON(JSON.parse(readFileSync(join(HISTORIES, name), 'utf8')));
    await Worker.runReplayHistory({ workflowBundle }, history, name);
  };

  it.each(names)('goes on with %s where it is behind patched(), and breaks it where it is not', async (name) => {
    await replay(withPatch, name);
    await expect(replay(without, name)).rejects.toBeInstanceOf(DeterminismViolationError);
  });
});
