import Long from 'long';
import { temporal } from '@temporalio/proto';
import type { Clock } from '../../clock/clock';
import type { Execution } from '../../temporal/execution';
import { timestamp } from '../../temporal/payloads';
import type { Service } from '../../temporal/service';
import type { Status } from '../../temporal/temporal';
import type { Methods } from './connection';
import { beganAt, isClosed, runOf } from './runs';

type DescribeRequest = temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
type HistoryRequest = temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryRequest;
type Info = temporal.api.workflow.v1.IWorkflowExecutionInfo;

const Statuses = temporal.api.enums.v1.WorkflowExecutionStatus;
const { HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT: CLOSE_EVENT } = temporal.api.enums.v1.HistoryEventFilterType;

/** So long a server waits for an end before it says that there is none yet. */
const LONG_POLL_MS = 20_000;

export const statusCode = (status: Status): number =>
  Statuses[`WORKFLOW_EXECUTION_STATUS_${status === 'CANCELLED' ? 'CANCELED' : status}`];

/** What is known of a run without looking into it; its attributes as they are now. */
export function infoOf(run: Execution): Info {
  const { workflowId, runId, firstRunId, type, taskQueue, closedAt, status, history } = run;
  return {
    execution: { workflowId, runId },
    type: { name: type },
    startTime: timestamp(beganAt(run)),
    executionTime: timestamp(beganAt(run)),
    status: statusCode(status),
    taskQueue,
    memo: { fields: run.memo },
    searchAttributes: { indexedFields: run.attributes },
    historyLength: Long.fromInt(history.length),
    firstRunId,
    ...(closedAt === null ? {} : { closeTime: timestamp(closedAt) }),
  };
}

/** Looking at a run, and waiting for its end. */
export function viewMethods(service: Service, clock: Clock): Methods {
  const hasClosed = (run: Execution, withinMs: number): Promise<boolean> => {
    if (isClosed(run)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const tell = (hasEnded: boolean) => (): void => clock.busily(() => resolve(hasEnded));
      const timer = Number.isFinite(withinMs) ? clock.in(withinMs, tell(false)) : null;
      run.onClose(() => {
        clock.cancel(timer);
        tell(true)();
      });
    });
  };

  return {
    getSystemInfo: async () => ({ serverVersion: 'simulation', capabilities: {} }),

    describeWorkflowExecution: async ({ execution }: DescribeRequest) => ({
      executionConfig: {},
      workflowExecutionInfo: infoOf(runOf(service, execution)),
      pendingActivities: [],
    }),

    getWorkflowExecutionHistory: async ({ execution, historyEventFilterType, waitNewEvent }: HistoryRequest) => {
      const run = runOf(service, execution);
      if (historyEventFilterType !== CLOSE_EVENT) return { history: { events: run.history } };
      // A client that waits asks again and again for as long as it takes: here it asks once.
      const hasEnded = await hasClosed(run, waitNewEvent ? Infinity : LONG_POLL_MS);
      return { history: { events: hasEnded ? run.history.slice(-1) : [] } };
    },
  };
}
