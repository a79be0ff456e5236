import { temporal } from '@temporalio/proto';
import type { Execution } from '../../temporal/execution';
import type { Service } from '../../temporal/service';
import { NotFound, type Outcome } from '../../temporal/temporal';
import type { Methods } from './connection';
import { alreadyCompleted, notFound } from './errors';
import { isClosed, runOf, takingMessages } from './runs';

type UpdateRequest = temporal.api.workflowservice.v1.UpdateWorkflowExecutionRequest;
type PollRequest = temporal.api.workflowservice.v1.PollWorkflowExecutionUpdateRequest;

const { UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED: COMPLETED } =
  temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage;

/** What the server says of an update that was taken up, and whose run has ended over it. */
const ENDED_UNDER_WAY: Outcome = {
  failure: {
    message: 'Workflow Update failed because the Workflow completed before the Update completed.',
    source: 'Server',
    applicationFailureInfo: { type: 'AcceptedUpdateCompletedWorkflow', nonRetryable: true },
  },
};

/** Updates: the call lasts until the workflow has answered, whatever stage is asked for, or the caller's deadline is over. */
export function updateMethods(service: Service): Methods {
  return {
    updateWorkflowExecution: async ({ workflowExecution, firstExecutionRunId, request }: UpdateRequest) => {
      const { meta, input } = request!;
      const id = meta!.updateId!;
      for (;;) {
        const run = await takingMessages(() => runOf(service, workflowExecution, firstExecutionRunId));
        if (isClosed(run)) return answered(run, id, recorded(run, id) ?? refuse(alreadyCompleted()));
        const outcome = await outcomeOf(run, id, () => run.update(id, input!.name!, input!.args?.payloads ?? []));
        if (outcome !== null) return answered(run, id, outcome);
        // Not taken up by a run that goes on in another: that one is asked, unless the caller has named the run.
        if (run.status !== 'CONTINUED_AS_NEW' || workflowExecution?.runId)
          throw notFound('workflow update was aborted by closing workflow');
      }
    },

    pollWorkflowExecutionUpdate: async ({ updateRef }: PollRequest) => {
      const run = runOf(service, updateRef?.workflowExecution);
      const id = updateRef!.updateId!;
      const isKnown = run.history.some((event) => acceptedId(event) === id);
      const outcome = isKnown ? await outcomeOf(run, id, () => run.update(id, '', [])) : null;
      return answered(run, id, outcome ?? refuse(notFound(`update "${id}" not found`)));
    },
  };
}

function refuse(error: Error): never {
  throw error;
}

type Event = Execution['history'][number];

const acceptedId = ({ workflowExecutionUpdateAcceptedEventAttributes: accepted }: Event) =>
  accepted?.protocolInstanceId;

const answered = ({ workflowId, runId }: Execution, updateId: string, outcome: Outcome): object => ({
  updateRef: { workflowExecution: { workflowId, runId }, updateId },
  stage: COMPLETED,
  outcome: 'success' in outcome ? { success: { payloads: outcome.success } } : { failure: outcome.failure },
});

/** `null` where the run ends and has never taken the update up. */
async function outcomeOf(run: Execution, id: string, ask: () => Promise<Outcome>): Promise<Outcome | null> {
  if (isClosed(run)) return recorded(run, id);
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NotFound) return recorded(run, id);
    throw error;
  }
}

/** Of a run that has ended: what its history says. */
function recorded({ history }: Execution, id: string): Outcome | null {
  for (const { workflowExecutionUpdateCompletedEventAttributes: completed } of history) {
    if (completed?.meta?.updateId !== id) continue;
    const { success, failure } = completed.outcome ?? {};
    return failure ? { failure } : { success: success?.payloads ?? [] };
  }
  return history.some((event) => acceptedId(event) === id) ? ENDED_UNDER_WAY : null;
}
