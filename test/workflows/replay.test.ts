import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { DeterminismViolationError } from '@temporalio/workflow';
import { CORNERS } from '../support/corners';
import { openStack, workflowBundle } from '../support/environment';
import { HISTORIES, readGolden, replayGolden } from '../support/golden';
import { OUTCOMES } from '../support/outcomes';

const RECORDED = { ...OUTCOMES, ...CORNERS };

/**
 * Recorded onboardings, one per outcome and one per corner where an effect is in doubt or no longer wanted, replayed against
 * the workflow code of today: a difference would break those that are under way at a partner. A folder
 * `histories/<patch id>/` keeps what was recorded before a patch, for as long as the patch is there. When to record anew, with `UPDATE_HISTORIES=1`: docs/changing-the-workflow.md.
 */
describe('golden histories', () => {
  if (process.env.UPDATE_HISTORIES)
    it('golden histories are recorded anew', async () => {
      mkdirSync(HISTORIES, { recursive: true });
      const stack = await openStack();
      try {
        const recorded = Object.entries(RECORDED).map(async ([name, run]): Promise<void> => {
          const handle: WorkflowHandle = await run(stack);
          const json = historyToJSON(await handle.fetchHistory());
          writeFileSync(
            join(HISTORIES, `${name}.json`),
            json.replaceAll(hostname(), 'host').replaceAll(process.cwd(), '/app'),
          );
        });
        await Promise.all(recorded);
      } finally {
        await stack.close();
      }
    });

  it('golden histories exist for every outcome and every corner', () => {
    const files = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'));
    expect(files.sort()).toEqual(
      Object.keys(RECORDED)
        .map((name) => `${name}.json`)
        .sort(),
    );
  });

  it.each(Object.keys(RECORDED))('the golden history %s replays', async (name) => {
    await replay(readGolden(`${name}.json`));
  });

  it('golden histories that were recorded before a patch replay, too', async () => {
    const patches = readdirSync(HISTORIES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const patch of patches)
      for (const file of readdirSync(join(HISTORIES, patch.name))) await replay(readGolden(join(patch.name, file)));
  });

  it('a history of another flow is found out', async () => {
    const json = readGolden('scheduled.json');
    const mutated = json
      .replace('"name":"createProject"', '"name":"patchProject"')
      .replace('"name": "createProject"', '"name": "patchProject"');
    expect(mutated).not.toBe(json);
    await expect(replay(mutated)).rejects.toBeInstanceOf(DeterminismViolationError);
  });
});

const replay = (json: string): Promise<void> => replayGolden({ codePath: workflowBundle() }, json);
