import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { replayable } from '../../src/temporal/replayable';
import type { Collected, Evidence } from './evidence';

/** The SDK's native part ends with its last worker, so that two replays in one process must not overlap. */
let last: Promise<unknown> = Promise.resolve();

/** Replays every history with the workflow code that made it. */
export function replayAll(
  bundle: string,
  { histories }: Pick<Collected, 'histories'>,
): Promise<Evidence['replayFailures']> {
  const mine = last.then(() => replay(bundle, histories));
  last = mine.catch(() => undefined);
  return mine;
}

async function replay(bundle: string, histories: Collected['histories']): Promise<Evidence['replayFailures']> {
  silence();
  const failures: { workflowId: string; runId: string; reason: string }[] = [];
  async function* all(): AsyncGenerator<Collected['histories'][number]> {
    for (const one of histories) yield { ...one, history: replayable(one.history) };
  }
  const replays = Worker.runReplayHistories({ workflowBundle: { codePath: bundle } }, all());
  for await (const { workflowId, runId, error } of replays)
    if (error !== undefined) failures.push({ workflowId, runId, reason: error.message });
  return failures;
}

/** What the SDK would log is reported here. */
function silence(): void {
  try {
    Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined), shutdownSignals: [] });
  } catch (error) {
    if ((error as Error).name !== 'IllegalStateError') throw error; // this process has one already
  }
}
