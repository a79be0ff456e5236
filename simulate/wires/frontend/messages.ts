import type { temporal } from '@temporalio/proto';
import type { Execution } from '../../temporal/execution';
import type { Service } from '../../temporal/service';
import type { Methods } from './connection';
import { alreadyCompleted, GrpcError, invalid } from './errors';
import { isClosed, runOf, takingMessages } from './runs';

type SignalRequest = temporal.api.workflowservice.v1.SignalWorkflowExecutionRequest;
type CancelRequest = temporal.api.workflowservice.v1.RequestCancelWorkflowExecutionRequest;
type TerminateRequest = temporal.api.workflowservice.v1.TerminateWorkflowExecutionRequest;
type QueryRequest = temporal.api.workflowservice.v1.QueryWorkflowRequest;
type ResetRequest = temporal.api.workflowservice.v1.ResetWorkflowExecutionRequest;

/** One run takes no more (`history.maximumSignalsPerExecution`). */
const MOST_SIGNALS = 10_000;

/** Signals, queries, and what operators do to a run. */
export function messageMethods(service: Service): Methods {
  const running = (...named: [Parameters<typeof runOf>[1], string?]): Execution => {
    const run = runOf(service, ...named);
    if (isClosed(run)) throw alreadyCompleted();
    return run;
  };

  return {
    signalWorkflowExecution: async ({ workflowExecution, signalName, input }: SignalRequest) => {
      const run = await takingMessages(() => running(workflowExecution));
      if (run.signalCount >= MOST_SIGNALS) throw invalid('exceeded workflow execution limit for signal events');
      run.signal(signalName, input?.payloads ?? []);
      return {};
    },

    requestCancelWorkflowExecution: async ({ workflowExecution, firstExecutionRunId }: CancelRequest) => {
      const run = runOf(service, workflowExecution, firstExecutionRunId);
      // Of a run that has ended it counts as done.
      if (!isClosed(run)) run.requestCancel();
      return {};
    },

    terminateWorkflowExecution: async ({ workflowExecution, firstExecutionRunId, reason }: TerminateRequest) => {
      running(workflowExecution, firstExecutionRunId).terminate(reason);
      return {};
    },

    queryWorkflow: async ({ execution, query }: QueryRequest) => {
      const outcome = await runOf(service, execution).query(query!.queryType!, query!.queryArgs?.payloads ?? []);
      if ('failure' in outcome) throw invalid(outcome.failure.message ?? '');
      return { queryResult: { payloads: outcome.success } };
    },

    resetWorkflowExecution: async ({ workflowExecution, workflowTaskFinishEventId: to }: ResetRequest) => {
      const run = runOf(service, workflowExecution);
      const first = run.history.find(({ workflowTaskCompletedEventAttributes: task }) => task != null);
      if (first === undefined || Number(first.eventId) !== Number(to))
        throw new GrpcError('UNIMPLEMENTED', 'the model resets to the first workflow task that was completed, alone');
      return { runId: service.reset(run).runId };
    },
  };
}
