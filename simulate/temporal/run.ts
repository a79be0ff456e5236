import type { Payload } from '@temporalio/common';
import type { coresdk } from '@temporalio/proto';
import type Long from 'long';
import type { History } from './history';
import type { Command, Job } from './instance';
import type { Pace } from './pace';
import type { TaskQueue } from './taskQueue';
import type { Failure, Status, WorldOfTemporal } from './temporal';
import type { WorkerProcess } from './worker';
import type { WorkflowTask } from './workflowTask';

/** What a run needs of the service around it. */
export interface Surroundings {
  readonly pace: Pace;
  queue(name: string): TaskQueue;
  takeWorker(): WorkerProcess;
  killWorkers(why: string): void;
  freezeWorkers(ms: number): void;
  runLocally(local: coresdk.workflow_commands.IScheduleLocalActivity, of: Run): Promise<Payload>;
  startChild(command: coresdk.workflow_commands.IStartChildWorkflowExecution, parent: Run): Child;
}

export type Child = Pick<Run, 'runId' | 'status' | 'result' | 'failure'> & { onClose(then: () => void): void };

/** One run of a workflow as its parts see it: its tasks, its updates, what it has decided. */
export interface Run {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly taskQueue: string;
  readonly init: coresdk.workflow_activation.IInitializeWorkflow;
  readonly status: Status;
  readonly result: Payload | null;
  readonly failure: Failure | null;
  readonly memo: Record<string, Payload>;
  readonly events: History;
  readonly world: WorldOfTemporal;
  readonly service: Surroundings;
  readonly updates: {
    refusalsIn(commands: readonly Command[]): coresdk.workflow_commands.IUpdateResponse[];
    refuse(id: string, failure: Failure): void;
    answer(response: coresdk.workflow_commands.IUpdateResponse, scheduledEventId: Long): void;
  };
  readonly decisions: {
    cancelledAtOnce(seq: number, task: WorkflowTask): Failure | null;
    take(command: Command, task: WorkflowTask, scheduledEventId: Long): void;
  };
  /** Of events that a workflow task has led to. */
  readonly decidedBy: { workflowTaskCompletedEventId: Long };
  tell(job: Job): void;
  /** Something has come that the workflow has been told of before. */
  tellNothing(): void;
  /** Enters events, behind those of the workflow task that is under way; `isEnd`: of an activity or a child. */
  enter(act: () => void, isEnd?: boolean): void;
  setAttributes(attributes: Record<string, Payload>): void;
  complete(result: Payload | null): void;
  fail(failure: Failure): void;
  endAsCancelled(): void;
  continueAsNew(command: coresdk.workflow_commands.IContinueAsNewWorkflowExecution): void;
  terminate(reason: string): void;
}
