import type { Payload } from '@temporalio/common';
import type { coresdk } from '@temporalio/proto';
import Long from 'long';
import { Decisions, payloadsOf } from './decisions';
import { History, type EventName } from './history';
import type { Job } from './instance';
import { timestamp } from './payloads';
import type { Run, Surroundings } from './run';
import { NotFound } from './temporal';
import type { Failure, HistoryEvent, Outcome, StartOptions, Status, WorldOfTemporal } from './temporal';
import { Updates } from './updates';
import { WorkflowTasks } from './workflowTasks';

type Init = coresdk.workflow_activation.IInitializeWorkflow;

/** The service that has it. */
interface ServiceOf extends Surroundings {
  readonly world: WorldOfTemporal;
  onAttributes(execution: Execution): void;
  continueAsNew(old: Execution, command: coresdk.workflow_commands.IContinueAsNewWorkflowExecution): Execution;
}

/** Where a run comes from that is not a client's start. */
export interface Origin {
  firstRunId: string;
  originalRunId: string;
  /** The run that this one goes on for. */
  continuedFrom?: string;
  startedAt: number;
}

/** One run of a workflow, as the service keeps it, with what clients can do to it. */
export class Execution implements Run {
  readonly workflowId: string;
  readonly type: string;
  readonly taskQueue: string;
  readonly firstRunId: string;
  readonly originalRunId: string;
  readonly startedAt: number;
  readonly init: Init;
  readonly attributes: Record<string, Payload>;
  readonly memo: Record<string, Payload>;
  readonly events = new History();
  readonly tasks: WorkflowTasks = new WorkflowTasks(this);
  readonly updates: Updates = new Updates(this);
  readonly decisions: Decisions = new Decisions(this);
  closedAt: number | null = null;
  status: Status = 'RUNNING';
  result: Payload | null = null;
  failure: Failure | null = null;
  /** How many it has been sent. */
  signalCount = 0;
  private isCancelRequested = false;
  private readonly onEnd: (() => void)[] = [];

  constructor(
    readonly service: ServiceOf,
    readonly options: StartOptions,
    readonly runId: string,
    origin: Partial<Origin> = {},
  ) {
    const { clock } = service.world;
    Object.assign(this, { workflowId: options.workflowId, type: options.type, taskQueue: options.taskQueue });
    this.workflowId = options.workflowId;
    this.type = options.type;
    this.taskQueue = options.taskQueue;
    this.firstRunId = origin.firstRunId ?? runId;
    this.originalRunId = origin.originalRunId ?? runId;
    this.startedAt = origin.startedAt ?? clock.now;
    this.attributes = { ...options.attributes };
    this.memo = { ...options.memo };
    const { continuedFrom = '' } = origin;
    const ids = {
      ...{ workflowId: this.workflowId, firstExecutionRunId: this.firstRunId, attempt: 1 },
      ...{ originalExecutionRunId: this.originalRunId, workflowTaskTimeout: { seconds: Long.fromInt(10) } },
    };
    const texts = {
      memo: { fields: { ...options.memo } },
      searchAttributes: { indexedFields: { ...options.attributes } },
    };
    this.init = {
      ...{ ...ids, ...texts, workflowType: this.type, arguments: options.input, headers: {}, identity: 'simulation' },
      ...{ randomnessSeed: seedOf(this.originalRunId), startTime: timestamp(this.startedAt) },
      continuedFromExecutionRunId: continuedFrom,
    };
    this.events.add(
      'workflowExecutionStarted',
      {
        ...{ ...ids, ...texts, workflowType: { name: this.type }, taskQueue: { name: this.taskQueue, kind: 1 } },
        ...{ input: { payloads: options.input }, identity: 'simulation', header: {} },
        continuedExecutionRunId: continuedFrom,
      },
      this.startedAt,
    );
  }

  get world(): WorldOfTemporal {
    return this.service.world;
  }

  /** What it has been through; the same list as long as it lives. */
  get history(): HistoryEvent[] {
    return this.events.events;
  }

  begin(): void {
    this.tell({ initializeWorkflow: this.init });
  }

  // ── What clients do ────────────────────────────────────────────────────────────────────────────────────────────

  /** @throws NotFound where it has ended, as for all that clients ask for */
  signal(signalName: string, input: Payload[]): void {
    this.demandRunning();
    this.signalCount += 1;
    this.enter(() => {
      const signal = { signalName, identity: 'simulation' };
      this.events.add('workflowExecutionSignaled', { ...signal, input: { payloads: input }, header: {} }, this.now);
      this.tell({ signalWorkflow: { ...signal, input, headers: {} } });
    });
  }

  requestCancel(): void {
    this.demandRunning();
    if (this.isCancelRequested) return;
    this.isCancelRequested = true;
    this.enter(() => {
      this.events.add('workflowExecutionCancelRequested', { identity: 'simulation' }, this.now);
      this.tell({ cancelWorkflow: { reason: '' } });
    });
  }

  /** Resolves when the workflow has answered: a refusal is a failure, too. */
  async update(id: string, name: string, input: Payload[]): Promise<Outcome> {
    this.demandRunning();
    return this.updates.send(id, name, input);
  }

  query(name: string, input: Payload[]): Promise<Outcome> {
    return this.tasks.query(name, input);
  }

  /** Takes no messages for now: whoever has one waits. */
  get isClosing(): boolean {
    return this.tasks.isClosing;
  }

  terminate(reason: string): void {
    this.end('TERMINATED', 'workflowExecutionTerminated', { reason });
  }

  onClose(then: () => void): void {
    if (this.status === 'RUNNING') this.onEnd.push(then);
    else then();
  }

  // ── What happens to it ─────────────────────────────────────────────────────────────────────────────────────────

  tell(job: Job): void {
    this.tasks.tell(job);
  }

  tellNothing(): void {
    this.tasks.tellNothing();
  }

  /** Enters events, behind those of the workflow task that is under way. */
  enter(act: () => void, isEnd = false): void {
    if (this.status === 'RUNNING') this.tasks.enter(() => this.status === 'RUNNING' && act(), isEnd);
  }

  setAttributes(attributes: Record<string, Payload>): void {
    Object.assign(this.attributes, attributes);
    this.service.onAttributes(this);
  }

  /** Takes up what the run before a reset was told, as the server does: messages, and no cancel. */
  takeUp(event: HistoryEvent): void {
    const {
      workflowExecutionSignaledEventAttributes: signal,
      workflowExecutionUpdateAcceptedEventAttributes: accepted,
    } = event;
    const { workflowExecutionUpdateAdmittedEventAttributes: admitted } = event;
    const request = accepted?.acceptedRequest ?? admitted?.request;
    if (signal) this.signal(signal.signalName!, (signal.input?.payloads ?? []) as Payload[]);
    else if (request) {
      const { name, args } = request.input!;
      this.events.add('workflowExecutionUpdateAdmitted', { request, origin: REAPPLY as never }, this.now);
      void this.updates.send(request.meta!.updateId!, name!, (args?.payloads ?? []) as Payload[], true);
    }
  }

  loseWorker(): void {
    this.decisions.strikeRunning();
    this.tasks.loseWorker();
  }

  /** Of events that a workflow task has led to. */
  get decidedBy(): { workflowTaskCompletedEventId: Long } {
    return { workflowTaskCompletedEventId: this.tasks.lastCompletedId };
  }

  complete(result: Payload | null): void {
    this.result = result;
    this.end('COMPLETED', 'workflowExecutionCompleted', { result: payloadsOf(result), ...this.decidedBy });
  }

  fail(failure: Failure): void {
    this.failure = failure;
    this.end('FAILED', 'workflowExecutionFailed', { failure, retryState: NO_RETRY as never, ...this.decidedBy });
  }

  endAsCancelled(): void {
    this.end('CANCELLED', 'workflowExecutionCanceled', this.decidedBy);
  }

  continueAsNew(command: coresdk.workflow_commands.IContinueAsNewWorkflowExecution): void {
    const next = this.service.continueAsNew(this, command);
    const { workflowType, arguments: input } = command;
    this.end('CONTINUED_AS_NEW', 'workflowExecutionContinuedAsNew', {
      ...{ newExecutionRunId: next.runId, workflowType: { name: workflowType || this.type } },
      ...{ taskQueue: { name: this.taskQueue, kind: 1 }, input: { payloads: input }, ...this.decidedBy },
    });
    next.begin();
  }

  private end<Name extends EventName>(
    status: Status,
    name: Name,
    attributes: HistoryEvent[`${Name}EventAttributes`],
  ): void {
    if (this.status !== 'RUNNING') return;
    this.events.add(name, attributes, this.now);
    this.status = status;
    this.closedAt = this.now;
    this.world.log(`${this.workflowId} has ended: ${status}`);
    this.decisions.abandon();
    this.updates.giveUp();
    this.tasks.evict();
    this.world.clock.busily(() => this.onEnd.splice(0).forEach((then) => then()));
  }

  private get now(): number {
    return this.world.clock.now;
  }

  private demandRunning(): void {
    if (this.status !== 'RUNNING') throw new NotFound('workflow execution already completed');
  }
}

const REAPPLY = 1;
const NO_RETRY = 5;

/** Core makes a run's seed of its id; any figure serves that is the same each time. */
export function seedOf(runId: string): Long {
  let hash = 7;
  for (const letter of runId) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0;
  return Long.fromInt(hash >>> 1);
}
