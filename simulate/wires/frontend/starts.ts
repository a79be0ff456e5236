import { temporal } from '@temporalio/proto';
import type { Execution } from '../../temporal/execution';
import type { Service } from '../../temporal/service';
import type { Status } from '../../temporal/temporal';
import type { Methods } from './connection';
import { alreadyStarted } from './errors';
import { isClosed } from './runs';

type Request = temporal.api.workflowservice.v1.StartWorkflowExecutionRequest;
type Response = temporal.api.workflowservice.v1.IStartWorkflowExecutionResponse;

const Reuse = temporal.api.enums.v1.WorkflowIdReusePolicy;
const Conflict = temporal.api.enums.v1.WorkflowIdConflictPolicy;

/** Ends after which `ALLOW_DUPLICATE_FAILED_ONLY` lets another run follow. */
const FAILED: readonly Status[] = ['FAILED', 'CANCELLED', 'TERMINATED'];

/** Starting a workflow: of an id one run at a time, and after its end another where the policy says so. */
export function startMethods(service: Service): Methods {
  /** By run id the request that has started it: the same one again starts nothing. */
  const requests = new Map<string, string>();

  const refusal = ({ workflowId, runId }: Execution, what: string, policy = ''): Error => {
    const which = `WorkflowId: ${workflowId}, RunId: ${runId}.`;
    const why = policy === '' ? '' : ` Workflow Id reuse policy: ${policy}.`;
    return alreadyStarted(`Workflow execution ${what}. ${which}${why}`, runId, requests.get(runId) ?? '');
  };

  /** What stands instead of a new run; `null` where one may start. */
  function inTheWay(run: Execution, { workflowIdConflictPolicy }: Request): Execution | null {
    if (workflowIdConflictPolicy === Conflict.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING) return run;
    if (workflowIdConflictPolicy !== Conflict.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING)
      throw refusal(run, 'is already running');
    run.terminate('TerminateIfRunning WorkflowIdReusePolicy Policy');
    return null;
  }

  function checkMayFollow(run: Execution, { workflowIdReusePolicy }: Request): void {
    if (workflowIdReusePolicy === Reuse.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE)
      throw refusal(run, 'already finished', 'reject duplicate workflow Id');
    const isOnlyAfterFailure = workflowIdReusePolicy === Reuse.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY;
    if (isOnlyAfterFailure && !FAILED.includes(run.status))
      throw refusal(run, 'already finished successfully', 'allow duplicate workflow Id if last run failed');
  }

  function existing(request: Request): Execution | null {
    const run = service.latest(request.workflowId);
    if (run === undefined) return null;
    if (requests.get(run.runId) === request.requestId) return run;
    if (!isClosed(run)) return inTheWay(run, request);
    checkMayFollow(run, request);
    return null;
  }

  return {
    startWorkflowExecution: async (request: Request): Promise<Response> => {
      const found = existing(request);
      if (found !== null) return { runId: found.runId, started: requests.get(found.runId) === request.requestId };
      const { workflowId, workflowType, taskQueue, input, memo, searchAttributes, requestId } = request;
      const { runId } = service.start({
        workflowId,
        type: workflowType!.name!,
        taskQueue: taskQueue!.name!,
        input: input?.payloads ?? [],
        memo: memo?.fields ?? {},
        attributes: searchAttributes?.indexedFields ?? {},
      });
      requests.set(runId, requestId);
      return { runId, started: true };
    },
  };
}
