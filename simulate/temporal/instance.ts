import Long from 'long';
import { TypedSearchAttributes } from '@temporalio/common';
import { coresdk } from '@temporalio/proto';
import type { ReusableVMWorkflow, ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm';
import { decode, timestamp } from './payloads';
import type { Failure, Outcome } from './temporal';

export type Job = coresdk.workflow_activation.IWorkflowActivationJob;
export type Command = coresdk.workflow_commands.IWorkflowCommand;
type Init = coresdk.workflow_activation.IInitializeWorkflow;

/** What Core tells a workflow with each activation; the same again when it is replayed. */
export interface Moment {
  /** Epoch milliseconds: the workflow's own time. */
  at: number;
  historyLength: number;
  isNextRunSuggested: boolean;
}

/** Core has no figure for a history that lies nowhere: about as much as an event of ours takes. */
const BYTES_PER_EVENT = 300;

/** The workflow code has failed, as no plan allows. */
export class TaskFailed extends Error {
  constructor(failure: Failure) {
    super(`a workflow task failed: ${failure.message}\n${failure.stackTrace ?? ''}`);
  }
}

/** A run's workflow code in the SDK's own sandbox: what a worker has in its cache. */
export class Instance {
  private constructor(
    private readonly vm: ReusableVMWorkflow,
    private readonly runId: string,
  ) {}

  static async create(
    creator: ReusableVMWorkflowCreator,
    { runId, taskQueue, init }: { runId: string; taskQueue: string; init: Init },
    { at, historyLength }: Moment,
  ): Promise<Instance> {
    const info = {
      ...{ workflowId: init.workflowId!, runId, workflowType: init.workflowType!, taskQueue, namespace: 'default' },
      ...{ searchAttributes: {}, typedSearchAttributes: new TypedSearchAttributes() },
      firstExecutionRunId: init.firstExecutionRunId!,
      originalExecutionRunId: init.originalExecutionRunId!,
      continuedFromExecutionRunId: init.continuedFromExecutionRunId || undefined,
      startTime: new Date(Number(init.startTime!.seconds) * 1_000 + (init.startTime!.nanos ?? 0) / 1_000_000),
      runStartTime: new Date(at),
      taskTimeoutMs: 10_000,
      attempt: 1,
      historyLength,
      historySize: 0,
      continueAsNewSuggested: false,
      targetWorkerDeploymentVersionChanged: false,
      suggestedContinueAsNewReasons: undefined,
      currentBuildId: '',
      unsafe: { now: () => Date.now(), isReplaying: false, isReplayingHistoryEvents: false, random: Math.random },
    };
    const made = await creator.createWorkflow({
      info: info as never,
      randomnessSeed: Long.fromValue(init.randomnessSeed!).toBytes(),
      now: at,
      showStackTraceSources: false,
    });
    return new Instance(made as ReusableVMWorkflow, runId);
  }

  /**
   * @param flags the SDK's internal flags that are known so far: it decides with them, and adds to them
   * @throws TaskFailed
   */
  async activate(
    jobs: Job[],
    { at, historyLength, isNextRunSuggested }: Moment,
    { flags, isReplaying }: { flags: readonly number[]; isReplaying: boolean },
  ): Promise<{ commands: Command[]; flags: number[] }> {
    const { successful, failed } = await this.vm.activate({
      runId: this.runId,
      timestamp: timestamp(at),
      isReplaying,
      historyLength,
      historySizeBytes: Long.fromInt(historyLength * BYTES_PER_EVENT),
      continueAsNewSuggested: isNextRunSuggested,
      jobs,
      availableInternalFlags: [...flags],
    } as never);
    if (failed?.failure) throw new TaskFailed(failed.failure);
    return {
      commands: upToTheEnd((successful?.commands ?? []) as Command[]),
      flags: successful?.usedInternalFlags ?? [...flags],
    };
  }

  async query(name: string, input: unknown[]): Promise<Outcome> {
    const query = { queryId: 'query', queryType: name, arguments: input as never, headers: {} };
    const activation = { runId: this.runId, jobs: [{ queryWorkflow: query }] };
    const { successful } = await this.vm.activate(
      coresdk.workflow_activation.WorkflowActivation.fromObject(activation) as never,
    );
    const answers = (successful?.commands ?? []) as Command[];
    const answer = answers.find(({ respondToQuery }) => respondToQuery)?.respondToQuery;
    const payload = answer?.succeeded?.response;
    return payload ? { success: [payload] } : { failure: answer?.failed ?? { message: `no answer to ${name}` } };
  }

  async dispose(): Promise<void> {
    await this.vm.dispose();
  }
}

const isEnd = (command: Command): boolean =>
  Boolean(
    command.completeWorkflowExecution ??
    command.failWorkflowExecution ??
    command.cancelWorkflowExecution ??
    command.continueAsNewWorkflowExecution,
  );

/** Core sends nothing that follows the end. */
export function upToTheEnd(commands: Command[]): Command[] {
  const end = commands.findIndex(isEnd);
  return end < 0 ? commands : commands.slice(0, end + 1);
}

export const ends = (commands: readonly Command[]): boolean => commands.some(isEnd);

/** What a command is about: a replay has to decide the same in this. */
export function shapeOf(command: Command): string {
  const { startTimer, cancelTimer, scheduleActivity, requestCancelActivity, scheduleLocalActivity } = command;
  const { updateResponse, startChildWorkflowExecution: child, setPatchMarker } = command;
  // What a validator refuses is not entered, so no replay hears of it.
  if (updateResponse?.rejected) return '';
  const [kind] = Object.keys(command).filter((key) => key !== 'userMetadata');
  const activity = scheduleActivity ?? scheduleLocalActivity;
  const numbered = startTimer ?? cancelTimer ?? activity ?? requestCancelActivity ?? child;
  const which = numbered?.seq ?? updateResponse?.protocolInstanceId ?? setPatchMarker?.patchId ?? '';
  const input = (activity?.arguments ?? child?.input ?? []).map((one) => JSON.stringify(decode(one as never)));
  return `${kind} ${which} ${activity?.activityType ?? child?.workflowType ?? ''} ${input.join()}`;
}
