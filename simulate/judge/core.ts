import { temporal } from '@temporalio/proto';
import { replayAll } from '../../chaos/judge/replay';
import type { Verdict } from '../explore/verdict';

const { History } = temporal.api.history.v1;

export interface Refused {
  workflowId: string;
  runId: string;
  reason: string;
}

/**
 * Has the SDK's real Core replay what the model has made: it refuses what no Temporal server would have done, and what the
 * workflow would not decide again.
 *
 * @param bundle the file of the workflow bundle
 */
export async function judgedByCore(
  bundle: string,
  histories: Verdict['histories'],
): Promise<{ accepted: number; refused: readonly Refused[] }> {
  const decoded = histories.map(({ workflowId, runId, history }) => ({
    workflowId,
    runId,
    history: History.decode(history),
  }));
  const refused = await replayAll(bundle, { histories: decoded });
  return { accepted: histories.length - refused.length, refused };
}
