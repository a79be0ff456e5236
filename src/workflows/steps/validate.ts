import { ApplicationFailure, upsertMemo, workflowInfo } from '@temporalio/workflow';
import { INVALID_INPUT } from '../../contract/failures';
import type { Run } from '../run';

/**
 * The workflow checks its own input, because any SDK can start it. Zod and time zones live outside the workflow
 * bundle, so a local activity does the reading; the workflow itself throws, so that every SDK sees `InvalidInput`. Times are judged as of the start, so that a reset does not
 * make an old input wrong.
 */
export async function validate(run: Run): Promise<void> {
  const { progress, workflowId } = run;
  progress.set('validate', 'running');
  const answer = await run.api.local.validateInput.executeWithOptions({ summary: 'Check the input' }, [
    { input: run.input, workflowId, now: run.startedAt.getTime() },
  ]);
  if ('problems' in answer) {
    const { problems } = answer;
    const lines = problems.map(({ path, message }) => `${path}: ${message}`);
    progress.set('validate', 'failed', { fact: `${problems.length} problem${problems.length === 1 ? '' : 's'}` });
    throw ApplicationFailure.nonRetryable(lines.join('\n'), INVALID_INPUT, { problems });
  }
  const { plan, mode, apiKeyId, notifies, digest } = answer.valid;
  run.notifies = notifies;
  run.plan = plan;
  run.caller = { organizationId: plan.organizationId, mode, apiKeyId };
  progress.mode = mode;
  progress.customer = { externalId: plan.project.customerExternalId, name: plan.project.name };
  progress.scheduledFor = plan.schedule?.at ?? null;
  progress.set('validate', 'done');
  // Our starter puts the digest there; another SDK does not, and a later start must still see a changed input.
  if (workflowInfo().memo?.inputDigest !== digest) upsertMemo({ inputDigest: digest });
}
