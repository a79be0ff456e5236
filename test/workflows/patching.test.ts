import { readdirSync } from 'node:fs';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { HISTORIES, readGolden, replayGolden } from '../support/golden';
import '../support/quiet';

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

  it.each(names)(
    'a change that adds a timer goes on with %s where it is behind patched(), and breaks it where it is not',
    async (name) => {
      await replayGolden(withPatch, readGolden(name));
      await expect(replayGolden(without, readGolden(name))).rejects.toBeInstanceOf(DeterminismViolationError);
    },
  );
});
