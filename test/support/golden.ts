import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';

/** Recorded onboardings, one per outcome. */
export const HISTORIES = join(__dirname, '..', 'histories');

export const readGolden = (name: string): string => readFileSync(join(HISTORIES, name), 'utf8');

/** Replays a recorded onboarding under its own workflow id, which is in its keys and in the ids of its child workflows. */
export async function replayGolden(
  workflowBundle: { code: string } | { codePath: string },
  json: string,
): Promise<void> {
  const history = historyFromJSON(JSON.parse(json));
  const { workflowId } = history.events![0]!.workflowExecutionStartedEventAttributes!;
  await Worker.runReplayHistory({ workflowBundle }, history, workflowId!);
}
