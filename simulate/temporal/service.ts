import type { Payload } from '@temporalio/common';
import { temporal, type coresdk } from '@temporalio/proto';
import { runLocally } from './attempts';
import { Execution, seedOf } from './execution';
import { paceByChance, type Pace } from './pace';
import type { Run, Surroundings } from './run';
import { TaskQueue } from './taskQueue';
import type { StartOptions, WorldOfTemporal } from './temporal';
import { WorkerProcess } from './worker';

/** A poll that was open when its process froze still takes tasks for so long, in milliseconds. */
const OPEN_POLL_MS = 1_000;
const { WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW: RESET } = temporal.api.enums.v1.WorkflowTaskFailedCause;

/** The Temporal service and the worker processes of one namespace: what the product runs on. */
export class Service implements Surroundings {
  /** Every run, oldest first. */
  readonly executions: Execution[] = [];
  readonly pace: Pace;
  private readonly queues = new Map<string, TaskQueue>();
  private worker: WorkerProcess;
  /** A process that stands still, and has polls open. */
  private frozen: { worker: WorkerProcess; until: number } | null = null;
  private readonly watchers: ((execution: Execution) => void)[] = [];

  constructor(readonly world: WorldOfTemporal) {
    this.pace = world.pace ?? paceByChance(world.clock);
    this.worker = this.startWorker();
  }

  /** The run that ids without a run are about. */
  latest(workflowId: string): Execution | undefined {
    return this.executions.findLast((one) => one.workflowId === workflowId);
  }

  find(workflowId: string, runId?: string): Execution | undefined {
    if (!runId) return this.latest(workflowId);
    return this.executions.find((one) => one.workflowId === workflowId && one.runId === runId);
  }

  start(options: StartOptions): Execution {
    const execution = this.add(new Execution(this, options, this.world.clock.random.uuid()));
    execution.begin();
    return execution;
  }

  /** To its first task: a new run begins where the old one did, and is told again what that was told. */
  reset(old: Execution): Execution {
    const { clock, log } = this.world;
    log(`${old.workflowId} is reset to its first task`);
    const { firstRunId, originalRunId, startedAt, init } = old;
    const continuedFrom = init.continuedFromExecutionRunId || undefined;
    const origin = { firstRunId, originalRunId, startedAt, ...(continuedFrom ? { continuedFrom } : {}) };
    const fresh = this.add(new Execution(this, old.options, clock.random.uuid(), origin));
    const messages = [...old.history];
    if (old.status === 'RUNNING') old.terminate('reset');
    const ids = fresh.events;
    const scheduled = ids.add(
      'workflowTaskScheduled',
      { taskQueue: { name: old.taskQueue, kind: 1 }, attempt: 1 },
      startedAt,
    );
    const started = ids.add(
      'workflowTaskStarted',
      { scheduledEventId: scheduled.eventId, identity: 'simulation' },
      startedAt,
    );
    ids.add(
      'workflowTaskFailed',
      {
        ...{ scheduledEventId: scheduled.eventId, startedEventId: started.eventId, cause: RESET },
        failure: { message: 'reset', resetWorkflowFailureInfo: {} },
        ...{ identity: 'history-service', baseRunId: old.runId, newRunId: fresh.runId },
      },
      clock.now,
    );
    // The new run's first task is told of its beginning and of all that comes before the task.
    fresh.tasks.hold(() => {
      fresh.begin();
      fresh.tell({ updateRandomSeed: { randomnessSeed: seedOf(fresh.runId) } });
      for (const event of messages) fresh.takeUp(event);
    });
    return fresh;
  }

  continueAsNew(old: Execution, command: coresdk.workflow_commands.IContinueAsNewWorkflowExecution): Execution {
    const { workflowId, taskQueue, attributes, firstRunId, runId } = old;
    const options: StartOptions = {
      ...{ workflowId, taskQueue, attributes: { ...attributes } },
      type: command.workflowType || old.type,
      input: (command.arguments ?? []) as Payload[],
      memo: (command.memo ?? {}) as Record<string, Payload>,
    };
    const nextId = this.world.clock.random.uuid();
    this.world.log(`${workflowId} continues in a new run`);
    return this.add(new Execution(this, options, nextId, { firstRunId, continuedFrom: runId }));
  }

  startChild(command: coresdk.workflow_commands.IStartChildWorkflowExecution, parent: Run): Execution {
    return this.start({
      workflowId: command.workflowId!,
      type: command.workflowType!,
      taskQueue: command.taskQueue || parent.taskQueue,
      input: (command.input ?? []) as Payload[],
      memo: (command.memo ?? {}) as Record<string, Payload>,
    });
  }

  // ── Workers ────────────────────────────────────────────────────────────────────────────────────────────────────

  queue(name: string): TaskQueue {
    let queue = this.queues.get(name);
    if (queue === undefined) {
      queue = new TaskQueue(this.world.clock, this.world.rates[name] ?? null);
      this.queues.set(name, queue);
    }
    return queue;
  }

  /** Who is handed the next activity task. */
  takeWorker(): WorkerProcess {
    const { frozen, world } = this;
    if (frozen === null || world.clock.now > frozen.until) return this.worker;
    return world.clock.random.chance(0.5) ? frozen.worker : this.worker;
  }

  /** The process dies with all that it has in hand, and another one starts. */
  killWorkers(why: string): void {
    this.world.log(`the worker dies: ${why}`);
    this.worker.die();
    if (this.frozen?.worker.isFrozen) this.frozen.worker.die();
    this.replaceWorker();
  }

  /** The process stands still while another one goes on; what it has in hand it finishes when it wakes up. */
  freezeWorkers(ms: number): void {
    const { clock, log } = this.world;
    if (this.frozen?.worker.isFrozen) return;
    log(`the worker is frozen for ${ms} ms`);
    this.worker.freeze(ms);
    this.frozen = { worker: this.worker, until: clock.now + OPEN_POLL_MS };
    this.replaceWorker();
  }

  /** Another process takes over in an orderly way, as after a deployment or a rotation of the key. */
  rotateWorkers(): void {
    this.world.log('another worker takes over');
    this.worker = this.startWorker();
  }

  runLocally(local: coresdk.workflow_commands.IScheduleLocalActivity, of: Run): Promise<Payload> {
    return runLocally(this.worker, local, of, this.world.client());
  }

  /** Called whenever what lists show of a run has changed. */
  watch(watcher: (execution: Execution) => void): void {
    this.watchers.push(watcher);
  }

  onAttributes(execution: Execution): void {
    this.world.clock.busily(() => this.watchers.forEach((watch) => watch(execution)));
  }

  private add(execution: Execution): Execution {
    this.executions.push(execution);
    return execution;
  }

  private startWorker(): WorkerProcess {
    return new WorkerProcess(this.world.clock, this.world.startWorker);
  }

  private replaceWorker(): void {
    this.worker = this.startWorker();
    for (const execution of this.executions) if (execution.status === 'RUNNING') execution.loseWorker();
  }
}
