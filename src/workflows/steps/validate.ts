import { ApplicationFailure, upsertMemo, workflowInfo } from '@temporalio/workflow';
import type { Caller } from '../../contract/activities';
import { INVALID_INPUT, told } from '../../contract/failures';
import { Unreadable } from '../../contract/payloads';
import type { Problem } from '../../contract/plan';
import type { Flow, Identity } from '../flow';
import { faultOfSize } from '../shapes';

/**
 * The workflow checks its own input, because any SDK can start it. Zod and time zones live outside the workflow bundle,
 * so a local activity does the reading; the workflow itself throws, so that every SDK sees `InvalidInput`. Times are
 * judged as of the start, so that a reset does not make an old input wrong.
 */
export async function validate(flow: Flow): Promise<void> {
  const { board, layers, memory, startedAt, wanted, workflowId } = flow;
  const known = memory.get<Caller>('caller');
  if (known !== undefined) return layers.actAs(known);
  board.set('validate', 'running');
  const { input } = wanted;
  const fault = input instanceof Unreadable ? input.why : faultOfSize(input);
  if (fault !== null) throw refused(flow, [{ path: 'input', message: fault }]);
  const answer = await layers.local.validateInput.executeWithOptions({ summary: 'Check the input' }, [
    { input, workflowId, now: startedAt.getTime() },
  ]);
  if ('problems' in answer) throw refused(flow, answer.problems);
  const { plan, mode, apiKeyId, notifies, digest } = answer.valid;
  const caller: Caller = { organizationId: plan.organizationId, mode, apiKeyId };
  const identity: Identity = { mode, notifies };
  wanted.plan = plan;
  layers.actAs(caller);
  memory.set('identity', identity);
  memory.set('caller', caller);
  board.set('validate', 'done');
  // Our starter puts the digest there; another SDK does not, and a later start must still see a changed input.
  if (workflowInfo().memo?.inputDigest !== digest) upsertMemo({ inputDigest: digest });
}

function refused({ board }: Flow, found: Problem[]): ApplicationFailure {
  const problems = told(found);
  const lines = problems.map(({ path, message }) => `${path}: ${message}`);
  board.set('validate', 'failed', { fact: `${problems.length} problem${problems.length === 1 ? '' : 's'}` });
  return ApplicationFailure.nonRetryable(lines.join('\n'), INVALID_INPUT, { problems });
}
