import { defaultFailureConverter, defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { coresdk, temporal } from '@temporalio/proto';
import Long from 'long';
import { ends, Instance, shapeOf, type Command, type Job, type Moment } from './instance';
import { encode, timestamp } from './payloads';
import type { Run } from './run';
import type { HistoryEvent, Outcome } from './temporal';
import type { Turn, WorkflowTask } from './workflowTask';

const TASK_TIMEOUT_MS = 10_000;
/** Flags that Core itself uses since 1.24. */
const CORE_FLAGS = [1, 3, 2];
const LOCAL_RETRY_MS = 1_000;
/** So long a query waits for a workflow that has not begun. */
const FIRST_TASK_MS = 10_000;

const enum Cause {
  UnhandledCommand = 1,
}

/**
 * A run's workflow tasks, as the server and Core have them together: what has come is handed to the worker in one go, what
 * comes meanwhile is entered behind its decisions, and a worker without the workflow in its cache replays all of it first.
 */
export class WorkflowTasks {
  private readonly past: WorkflowTask[] = [];
  private pending: Job[] = [];
  private buffered: { act: () => void; isEnd: boolean }[] = [];
  private state: 'none' | 'scheduled' | 'started' = 'none';
  /** What is under way; one that is not any more belongs to a task that was given up. */
  private current = Symbol('task');
  private inHand: Job[] = [];
  private instance: Instance | null = null;
  private flags: readonly number[] = [];
  private readonly recordedFlags = new Set<number>();
  private readonly refused = new Set<string>();
  private isHeld = false;
  private hasTriedToEnd = false;
  private scheduledEvent: HistoryEvent | null = null;
  private startedEvent: HistoryEvent | null = null;
  /** Of the last task that was completed. */
  lastCompletedId: Long = Long.ZERO;

  constructor(private readonly run: Run) {}

  /** Something that the workflow is to be told. */
  tell(job: Job): void {
    this.pending.push(job);
    this.schedule();
  }

  /** Something has come that the workflow has been told of before: there is a task all the same. */
  tellNothing(): void {
    this.schedule();
  }

  /** Schedules no task before all of it has come. */
  hold(act: () => void): void {
    this.isHeld = true;
    act();
    this.isHeld = false;
    this.schedule();
  }

  /**
   * What comes while a task is under way is entered behind what it decides: the ends of activities and children last, as the
   * server has it.
   */
  enter(act: () => void, isEnd: boolean): void {
    if (this.state === 'started') this.buffered.push({ act, isEnd });
    else act();
  }

  private enterBuffered(): void {
    const buffered = this.buffered.splice(0);
    for (const { act } of buffered.toSorted((one, other) => Number(one.isEnd) - Number(other.isEnd))) act();
  }

  /** The end was refused once, and is being decided again: so that messages cannot put it off for ever, none is taken. */
  get isClosing(): boolean {
    return this.hasTriedToEnd && this.state === 'started';
  }

  /** The worker has lost it: the next task begins with a replay. */
  evict(): void {
    const { instance } = this;
    this.instance = null;
    if (instance !== null) void this.run.world.clock.still(() => instance.dispose());
  }

  /** The worker is gone: what it had in hand is handed out again once the server has noticed. */
  loseWorker(): void {
    this.evict();
    if (this.state === 'started') this.giveUp(TASK_TIMEOUT_MS);
  }

  /**
   * Needs no task of its own, but the workflow in a worker's cache; that of a run that has ended is replayed. One whose first
   * task is still to come is waited for, as the server does.
   */
  async query(name: string, input: Payload[]): Promise<Outcome> {
    const { clock } = this.run.world;
    for (let waitedMs = 0; this.past.length === 0 && waitedMs < FIRST_TASK_MS; waitedMs += 100) await clock.sleep(100);
    return clock.still(async () => {
      if (this.past.length === 0) return { failure: { message: 'no workflow task has been completed yet' } };
      if (this.instance === null) await this.replay();
      const answer = await this.instance!.query(name, input);
      if (this.run.status !== 'RUNNING') this.evict();
      return answer;
    });
  }

  private schedule(): void {
    const { run } = this;
    if (this.isHeld || this.state !== 'none' || run.status !== 'RUNNING') return;
    const { clock } = run.world;
    this.state = 'scheduled';
    this.scheduledEvent = run.events.add(
      'workflowTaskScheduled',
      {
        taskQueue: { name: run.taskQueue, kind: 1 },
        startToCloseTimeout: { seconds: Long.fromInt(TASK_TIMEOUT_MS / 1_000) },
        attempt: 1,
      },
      clock.now,
    );
    const isLost = this.instance === null && this.past.length > 0;
    const current = this.current;
    clock.in(run.service.pace.toTask(run, isLost), () => {
      if (current === this.current && run.status === 'RUNNING') void this.begin();
    });
  }

  private async begin(): Promise<void> {
    const { run, current } = this;
    const { clock, faults, problem, nextRunAfter } = run.world;
    this.state = 'started';
    const isNextRunSuggested = run.events.length >= nextRunAfter;
    this.startedEvent = run.events.add(
      'workflowTaskStarted',
      {
        scheduledEventId: this.scheduledEvent!.eventId,
        identity: 'simulation',
        requestId: 'simulation',
        historySizeBytes: Long.fromInt(run.events.length * 300),
        suggestContinueAsNew: isNextRunSuggested,
      },
      clock.now,
    );
    this.inHand = this.pending.splice(0);
    const moment: Moment = { at: clock.now, historyLength: run.events.length, isNextRunSuggested };
    const task: WorkflowTask = { moment, turns: [] };
    try {
      if (this.instance === null) await clock.still(() => this.replay(moment));
      for (let jobs = inOrder(this.inHand); jobs.length > 0;) {
        const at = clock.now;
        const commands = await clock.still(() => this.activate(jobs, { ...moment, at }));
        const turn = { jobs, at, commands, flags: this.flags };
        task.turns.push(turn);
        jobs = await this.answerAtOnce(task, turn);
        if (current !== this.current) return;
      }
    } catch (error) {
      problem((error as Error).message);
      return run.terminate('its workflow task failed');
    }
    clock.in(run.service.pace.toDecision(run), () => {
      if (current !== this.current || run.status !== 'RUNNING') return;
      if (clock.random.chance(faults.crashInTask)) run.service.killWorkers('after a workflow task, before its report');
      else this.complete(task);
    });
  }

  private async activate(jobs: Job[], moment: Moment): Promise<Command[]> {
    const { commands, flags } = await this.instance!.activate(jobs, moment, { flags: this.flags, isReplaying: false });
    this.flags = flags;
    return commands;
  }

  /** A new sandbox is fed all that was told before, and has to decide what was decided. */
  private async replay(first?: Moment): Promise<void> {
    const { run, past } = this;
    const moment = past[0]?.moment ?? first!;
    const instance = await Instance.create(run.world.workflows, run, moment);
    this.instance = instance;
    const decided: string[] = [];
    const again: string[] = [];
    for (const { moment: then, turns } of past)
      for (const { jobs, at, commands, flags } of turns) {
        const fed = [...patchesIn(commands), ...jobs.filter((job) => !this.isRefused(job)).map(withoutValidator)];
        const now = await instance.activate(fed, { ...then, at }, { flags, isReplaying: true });
        decided.push(...commands.map(shapeOf).filter(Boolean));
        again.push(...now.commands.map(shapeOf).filter(Boolean));
      }
    const index = decided.findIndex((one, position) => one !== again[position]);
    if (index >= 0 || decided.length !== again.length) {
      const at = index >= 0 ? index : decided.length;
      run.world.problem(`does not replay: decided "${decided[at] ?? 'nothing'}", now "${again[at] ?? 'nothing'}"`);
    }
  }

  private isRefused({ doUpdate }: Job): boolean {
    return doUpdate ? this.refused.has(doUpdate.protocolInstanceId!) : false;
  }

  /** What Core answers within the same task: local activities, and calls that are not waited for. */
  private async answerAtOnce(task: WorkflowTask, { commands }: Turn): Promise<Job[]> {
    const jobs: Job[] = [];
    for (const { requestCancelActivity: stop } of commands) {
      if (!stop) continue;
      const cancelled = this.run.decisions.cancelledAtOnce(stop.seq!, task);
      if (cancelled !== null)
        jobs.push({ resolveActivity: { seq: stop.seq, result: { cancelled: { failure: cancelled } } } });
    }
    for (const { scheduleLocalActivity: local } of commands)
      if (local)
        jobs.push({ resolveActivity: { seq: local.seq, isLocal: true, result: await this.runLocally(local) } });
    return jobs;
  }

  private async runLocally(
    local: coresdk.workflow_commands.IScheduleLocalActivity,
  ): Promise<coresdk.activity_result.IActivityResolution> {
    const { world, service } = this.run;
    const { current } = this;
    for (let delayMs = LOCAL_RETRY_MS; ; delayMs *= 2) {
      await world.clock.sleep(1);
      try {
        const result = await service.runLocally(local, this.run);
        return { completed: { result } };
      } catch (error) {
        const failure = defaultFailureConverter.errorToFailure(error, defaultPayloadConverter);
        const isFinal = failure.applicationFailureInfo?.nonRetryable === true || delayMs > 60_000;
        if (isFinal || current !== this.current) return { failed: { failure } };
      }
      await world.clock.sleep(delayMs);
    }
  }

  private complete(task: WorkflowTask): void {
    const { run, scheduledEvent, startedEvent } = this;
    const { clock, faults, log } = run.world;
    const commands = task.turns.flatMap((turn) => turn.commands);
    if (ends(commands) && (this.buffered.length > 0 || this.pending.length > 0)) {
      // Something has come that the decision to end does not know of: the server refuses it.
      log('the end is refused: something has come meanwhile');
      this.hasTriedToEnd = true;
      this.evict();
      run.events.add(
        'workflowTaskFailed',
        { ...this.ids, cause: Cause.UnhandledCommand as never, identity: 'simulation' },
        clock.now,
      );
      return this.again();
    }
    const refusals = run.updates.refusalsIn(commands);
    for (const { protocolInstanceId, rejected } of refusals) {
      this.refused.add(protocolInstanceId!);
      run.updates.refuse(protocolInstanceId!, rejected!);
    }
    const isRefused = this.inHand.length > 0 && this.inHand.every((job) => this.isRefused(job));
    const isNothing = isRefused && commands.length === refusals.length;
    const isAlone = this.buffered.length === 0 && run.events.endsWith(scheduledEvent!, startedEvent!);
    if (isNothing && isAlone) run.events.dropLast(2);
    else this.record(task);
    this.state = 'none';
    this.inHand = [];
    if (run.status !== 'RUNNING') return;
    this.enterBuffered();
    if (this.pending.length > 0) this.schedule();
    if (clock.random.chance(faults.evict)) this.evict();
  }

  private record(task: WorkflowTask): void {
    const { run, past, flags, recordedFlags } = this;
    const isFirst = past.length === 0;
    const completed = run.events.add(
      'workflowTaskCompleted',
      {
        ...this.ids,
        identity: 'simulation',
        sdkMetadata: {
          coreUsedFlags: isFirst ? CORE_FLAGS : [],
          langUsedFlags: flags.filter((flag) => !recordedFlags.has(flag)),
          ...(isFirst ? { sdkName: 'temporal-typescript', sdkVersion: '1.24.0' } : {}),
        },
      },
      run.world.clock.now,
    );
    for (const flag of flags) recordedFlags.add(flag);
    this.lastCompletedId = completed.eventId as Long;
    past.push(task);
    const scheduledId = this.scheduledEvent!.eventId as Long;
    for (const { commands, jobs, at } of task.turns) {
      for (const { resolveActivity } of jobs) if (resolveActivity?.isLocal) this.mark(resolveActivity, task, at);
      for (const command of commands) run.decisions.take(command, task, scheduledId);
    }
  }

  /** How a local activity has ended, as Core notes it. */
  private mark({ seq, result }: coresdk.workflow_activation.IResolveActivity, task: WorkflowTask, at: number): void {
    const commands = task.turns.flatMap((turn) => turn.commands);
    const command = commands.find(({ scheduleLocalActivity: local }) => local?.seq === seq);
    const local = command?.scheduleLocalActivity;
    const { seconds, nanos } = timestamp(at);
    const time = { seconds: Number(seconds), nanos };
    const data = {
      ...{ seq, attempt: 1, activity_id: local?.activityId, activity_type: local?.activityType },
      ...{ complete_time: time, backoff: null, original_schedule_time: time },
    };
    const { completed, failed } = result!;
    const details: Record<string, temporal.api.common.v1.IPayloads> = { data: { payloads: [encode(data)] } };
    if (completed?.result) details['result'] = { payloads: [completed.result] };
    const event = this.run.events.add(
      'markerRecorded',
      {
        markerName: 'core_local_activity',
        details,
        ...(failed ? { failure: failed.failure } : {}),
        workflowTaskCompletedEventId: this.lastCompletedId,
      },
      this.run.world.clock.now,
    );
    if (command?.userMetadata) event.userMetadata = command.userMetadata as HistoryEvent['userMetadata'];
  }

  private get ids() {
    return { scheduledEventId: this.scheduledEvent!.eventId, startedEventId: this.startedEvent!.eventId };
  }

  /** The task has come to nothing: what it was for is handed out again. */
  private giveUp(afterMs: number): void {
    const { run } = this;
    const { clock } = run.world;
    const current = (this.current = Symbol('task'));
    clock.in(afterMs, () => {
      if (current !== this.current || run.status !== 'RUNNING') return;
      run.events.add('workflowTaskTimedOut', { ...this.ids, timeoutType: 1 }, clock.now);
      this.again();
    });
  }

  private again(): void {
    this.current = Symbol('task');
    this.state = 'none';
    this.pending = [...this.inHand, ...this.pending];
    this.enterBuffered();
    this.schedule();
  }
}

/** As Core hands them out, whatever the order in which they came. */
const inOrder = (jobs: readonly Job[]): Job[] => jobs.toSorted((one, two) => rankOf(one) - rankOf(two));

const rankOf = ({ initializeWorkflow, updateRandomSeed, signalWorkflow, doUpdate }: Job): number =>
  initializeWorkflow ? 0 : updateRandomSeed ? 1 : signalWorkflow || doUpdate ? 2 : 3;

/** Core looks ahead in a history, so that the workflow knows which way it has gone before it comes there. */
const patchesIn = (commands: readonly Command[]): Job[] =>
  commands.flatMap(({ setPatchMarker }) =>
    setPatchMarker ? [{ notifyHasPatch: { patchId: setPatchMarker.patchId } }] : [],
  );

const withoutValidator = (job: Job): Job =>
  job.doUpdate ? { doUpdate: { ...job.doUpdate, runValidator: false } } : job;
