import type { Payload } from '@temporalio/common';
import type { coresdk } from '@temporalio/proto';
import type { Entry } from '../clock/clock';
import { Attempt, type Report } from './attempts';
import { activityFailure, cancelledActivity, RetryState, timedOut, TimeoutType, type Timeout } from './failures';
import { decode, msOf } from './payloads';
import type { Run } from './run';
import type { Waiting } from './taskQueue';
import type { Failure, HistoryEvent } from './temporal';
import { tsToMs } from '@temporalio/common/lib/time';

type Schedule = coresdk.workflow_commands.IScheduleActivity;
type Result = coresdk.activity_result.IActivityResolution;

/** Cancelled as soon as the workflow asks for it, or when the activity has heard of it and ended. */
const TRY_CANCEL = 0;
/** Core sends the latest heartbeat when so much of the time-out has passed since the one before. */
const HEARTBEAT_THROTTLE = 0.8;
const WITHOUT_TIMEOUT_MS = 75_000;
/** A server that dies hands out again at once; not more often than that for one call. */
const MOST_EARLY = 2;

/** One activity of a workflow, from being scheduled to its end, as the server keeps it. */
export class ScheduledActivity {
  private attempt = 0;
  private current: { attempt: Attempt; startedAt: number; sentAt: number; latest: Payload | null } | null = null;
  private lastStartedAt = 0;
  private isClosed = false;
  private isCancelRequested = false;
  /** The workflow has been told how it ended. */
  private isTold = false;
  private earlyCount = 0;
  private heartbeatDetails: Payload | null = null;
  private lastFailure: Failure | null = null;
  private readonly dueAt: number;
  private attemptDueAt: number;
  private waiting: Waiting | null = null;
  private readonly limits: Record<'backoff' | 'startToClose' | 'heartbeat' | 'scheduleToClose', Entry | null> = {
    backoff: null,
    startToClose: null,
    heartbeat: null,
    scheduleToClose: null,
  };

  constructor(
    private readonly run: Run,
    readonly command: Schedule,
    private readonly scheduledEvent: HistoryEvent,
  ) {
    const { clock } = run.world;
    this.dueAt = clock.now;
    this.attemptDueAt = clock.now;
    this.arm('scheduleToClose', msOf(command.scheduleToCloseTimeout));
    this.offer();
  }

  private get named() {
    const { activityId, activityType } = this.command;
    return { activityId: activityId!, activityType: activityType!, scheduledEvent: this.scheduledEvent };
  }

  private get name(): string {
    return this.command.activityType!;
  }

  // ── Attempts ───────────────────────────────────────────────────────────────────────────────────────────────────

  private offer(): void {
    const priority = this.command.priority?.priorityKey || 3;
    this.waiting = this.run.service.queue(this.command.taskQueue!).offer({ priority, handOut: () => this.begin() });
  }

  private begin(isSecond = false): void {
    if (this.isClosed) return;
    const { run, command } = this;
    const { clock, faults } = run.world;
    if (!isSecond) this.attempt += 1;
    const attempt = new Attempt(
      run.service.takeWorker(),
      {
        attempt: this.attempt,
        activityId: command.activityId!,
        activityType: this.name,
        taskQueue: command.taskQueue!,
        workflowType: run.type,
        workflowExecution: { workflowId: run.workflowId, runId: run.runId },
        scheduledTimestampMs: this.dueAt,
        currentAttemptScheduledTimestampMs: this.attemptDueAt,
        heartbeatTimeoutMs: msOf(command.heartbeatTimeout) ?? undefined,
        startToCloseTimeoutMs: msOf(command.startToCloseTimeout) ?? 0,
        scheduleToCloseTimeoutMs: msOf(command.scheduleToCloseTimeout) ?? 0,
        heartbeatDetails: this.heartbeatDetails,
      },
      run.world.client(),
      (one, details) => this.onHeartbeat(one, details),
    );
    this.current = { attempt, startedAt: clock.now, sentAt: -Infinity, latest: null };
    this.lastStartedAt = clock.now;
    this.arm('startToClose', msOf(command.startToCloseTimeout));
    this.arm('heartbeat', msOf(command.heartbeatTimeout));
    this.strikeMaybe(attempt);
    void clock.busily(() => this.work(attempt, this.attempt));
    if (!isSecond && clock.random.chance(faults.twice)) this.beginTwice(attempt);
  }

  /** From the worker's hands to the server's. */
  private async work(attempt: Attempt, number: number): Promise<void> {
    const { world } = this.run;
    const { clock, faults } = world;
    await attempt.awake;
    if (attempt.isDead) return;
    const startedAt = this.lastStartedAt;
    const report = await attempt.run(this.command.arguments ?? []);
    const isLost = clock.random.chance(faults.loseReport);
    await attempt.awake;
    await clock.sleep(clock.random.spread(1, 30));
    if (attempt.isDead || this.isClosed || this.current?.attempt !== attempt || this.attempt !== number) return;
    if (isLost) {
      world.strike(startedAt, clock.now);
      return world.log(`report of ${this.name} #${number} is lost`);
    }
    // Core reports an end only when the last heartbeat has arrived.
    if (this.current.latest !== null) this.heartbeatDetails = this.current.latest;
    this.take(report);
  }

  private strikeMaybe(attempt: Attempt): void {
    const { world, service } = this.run;
    const { clock, faults } = world;
    const isRunning = (): boolean => !this.isClosed && this.current?.attempt === attempt && !attempt.isDead;
    if (clock.random.chance(faults.crashInActivity))
      clock.in(clock.random.spread(1, 3_000), () => {
        if (isRunning()) service.killWorkers(`while ${this.name} runs`);
      });
    if (clock.random.chance(faults.freeze))
      clock.in(clock.random.spread(1, 3_000), () => {
        if (isRunning()) service.freezeWorkers(clock.random.spread(2_000, 200_000));
      });
  }

  private beginTwice(first: Attempt): void {
    const { clock, log, strike } = this.run.world;
    log(`${this.name} #${this.attempt} is handed out twice`);
    const number = this.attempt;
    clock.in(clock.random.spread(1, 2_000), () => {
      if (this.isClosed || this.current?.attempt !== first || this.attempt !== number) return;
      strike(this.lastStartedAt, clock.now + 60_000);
      this.begin(true);
    });
  }

  // ── Heartbeats ─────────────────────────────────────────────────────────────────────────────────────────────────

  private onHeartbeat(attempt: Attempt, details: Payload): void {
    const { current } = this;
    if (attempt.isDead || attempt.isFrozen) return;
    // Of an attempt that the server has given up, all that a heartbeat does is to say so.
    if (current?.attempt !== attempt) return this.answerHeartbeat(attempt, details);
    const { clock } = this.run.world;
    const isPending = current.latest !== null && current.sentAt > clock.now;
    current.latest = details;
    if (isPending) return;
    const pauseMs = HEARTBEAT_THROTTLE * (msOf(this.command.heartbeatTimeout) ?? WITHOUT_TIMEOUT_MS);
    // Sent when the pause is over, if the attempt still runs then.
    current.sentAt = Math.max(clock.now, current.sentAt + pauseMs);
    if (current.sentAt === clock.now) return this.answerHeartbeat(attempt, details);
    clock.at(current.sentAt, () => {
      if (!attempt.isDead && !attempt.isFrozen && this.current === current && !this.isClosed)
        this.answerHeartbeat(attempt, current.latest!);
    });
  }

  private answerHeartbeat(attempt: Attempt, details: Payload): void {
    const { clock } = this.run.world;
    clock.in(clock.random.spread(1, 20), () =>
      clock.busily(() => {
        if (attempt.isDead) return;
        if (this.isClosed || this.current?.attempt !== attempt) return attempt.cancel('NOT_FOUND');
        this.heartbeatDetails = details;
        this.arm('heartbeat', msOf(this.command.heartbeatTimeout));
        if (this.isCancelRequested) attempt.cancel('CANCELLED');
      }),
    );
  }

  // ── Ends ───────────────────────────────────────────────────────────────────────────────────────────────────────

  private take({ completed, cancelled, failed }: Report): void {
    if (completed) {
      const result = completed.result ?? null;
      return this.close('activityTaskCompleted', { result: { payloads: result ? [result] : [] } }, { completed });
    }
    if (cancelled) return this.closeAsCancelled();
    const failure = failed!.failure!;
    const { nonRetryable, nextRetryDelay } = failure.applicationFailureInfo ?? {};
    const retryState = this.retry(failure, nonRetryable === true, nextRetryDelay ? tsToMs(nextRetryDelay) : null);
    if (retryState === null) return;
    const told = activityFailure(this.named, 'Activity task failed', failure, retryState);
    this.close('activityTaskFailed', { failure, retryState }, { failed: { failure: told } });
  }

  private timeOut(type: Timeout): void {
    if (this.isClosed) return;
    const { SCHEDULE_TO_CLOSE } = TIMEOUTS;
    this.run.world.log(`${this.name} #${this.attempt} times out (${TimeoutType[type]})`);
    let failure = timedOut(type);
    let retryState: number = RetryState.RETRY_STATE_TIMEOUT;
    if (type !== SCHEDULE_TO_CLOSE) {
      const answer = this.retry(failure, false, null);
      if (answer === null) return;
      retryState = answer;
      if (answer === RetryState.RETRY_STATE_TIMEOUT) failure = timedOut(SCHEDULE_TO_CLOSE, failure);
    } else failure = timedOut(SCHEDULE_TO_CLOSE, this.lastFailure);
    const told = activityFailure(this.named, 'Activity task timed out', failure, retryState);
    this.close('activityTaskTimedOut', { failure, retryState }, { failed: { failure: told } });
  }

  /** `null` when there will be another attempt, else why there will be none. */
  private retry(failure: Failure, nonRetryable: boolean, askedMs: number | null): number | null {
    const { clock, faults, log } = this.run.world;
    if (this.isCancelRequested) return RetryState.RETRY_STATE_CANCEL_REQUESTED;
    if (nonRetryable) return RetryState.RETRY_STATE_NON_RETRYABLE_FAILURE;
    const policy = this.command.retryPolicy ?? {};
    const firstMs = msOf(policy.initialInterval) ?? 1_000;
    const mostMs = msOf(policy.maximumInterval) ?? 100 * firstMs;
    const delayMs = askedMs ?? Math.min(firstMs * (policy.backoffCoefficient ?? 2) ** (this.attempt - 1), mostMs);
    const withinMs = msOf(this.command.scheduleToCloseTimeout);
    if (withinMs !== null && clock.now + delayMs > this.dueAt + withinMs) return RetryState.RETRY_STATE_TIMEOUT;
    if (policy.maximumAttempts && this.attempt >= policy.maximumAttempts)
      return RetryState.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED;
    this.lastFailure = failure;
    this.current = null;
    clock.cancel(this.limits.startToClose);
    clock.cancel(this.limits.heartbeat);
    const isEarly = delayMs > 1_000 && this.earlyCount < MOST_EARLY && clock.random.chance(faults.early);
    if (isEarly) {
      this.earlyCount += 1;
      log(`${this.name}: the attempt after #${this.attempt} is handed out up to ${delayMs} ms too early`);
    }
    this.attemptDueAt = clock.now + delayMs;
    this.limits.backoff = clock.in(isEarly ? clock.random.between(1, delayMs) : delayMs, () => this.offer());
    return null;
  }

  requestCancel(): void {
    if ((this.command.cancellationType ?? TRY_CANCEL) === TRY_CANCEL) this.isTold = true;
    if (this.isCancelRequested) return;
    this.isCancelRequested = true;
    const { eventId: scheduledEventId, userMetadata } = this.scheduledEvent;
    const event = this.run.events.add(
      'activityTaskCancelRequested',
      { scheduledEventId, ...this.run.decidedBy },
      this.run.world.clock.now,
    );
    if (userMetadata) event.userMetadata = userMetadata;
    // Its end may have come while this was being decided: then it is entered behind this.
    if (this.isClosed || this.current !== null) return;
    this.closeAsCancelled();
  }

  /** Whether the workflow counts it as ended. */
  get isKnownToBeOver(): boolean {
    return this.isTold;
  }

  get cancelled(): Failure {
    return cancelledActivity(this.named);
  }

  private closeAsCancelled(): void {
    this.close('activityTaskCanceled', {}, { cancelled: { failure: this.cancelled } });
  }

  private close(
    name: 'activityTaskCompleted' | 'activityTaskFailed' | 'activityTaskTimedOut' | 'activityTaskCanceled',
    attributes: object,
    result: Result,
  ): void {
    if (this.isClosed) return;
    const { run, attempt, lastStartedAt, scheduledEvent } = this;
    const isStarted = this.current !== null || (attempt > 0 && name !== 'activityTaskCanceled');
    this.abandon();
    const { scheduledEventId } = { scheduledEventId: scheduledEvent.eventId };
    let startedEventId: HistoryEvent['eventId'] = null;
    const start = { scheduledEventId, identity: 'simulation', attempt };
    if (isStarted)
      run.enter(() => void (startedEventId = run.events.add('activityTaskStarted', start, lastStartedAt).eventId));
    run.enter(() => {
      run.events.add(name, { scheduledEventId, startedEventId, ...attributes }, run.world.clock.now);
      if (this.isTold) return run.tellNothing();
      this.isTold = true;
      run.tell({ resolveActivity: { seq: this.command.seq, result } });
    }, true);
  }

  /** The run has ended: attempts that are under way are told at their next heartbeat that nobody knows them. */
  abandon(): void {
    this.isClosed = true;
    if (this.waiting !== null) this.waiting.isGivenUp = true;
    for (const limit of Object.values(this.limits)) this.run.world.clock.cancel(limit);
  }

  /** The worker that runs it dies: a moment in which what it was told went no further. */
  strikeIfRunning(): void {
    const { clock, strike } = this.run.world;
    if (!this.isClosed && this.current !== null) strike(this.current.startedAt, clock.now);
  }

  private arm(limit: 'startToClose' | 'heartbeat' | 'scheduleToClose', ms: number | null): void {
    const { clock } = this.run.world;
    clock.cancel(this.limits[limit]);
    this.limits[limit] = ms === null ? null : clock.in(ms, () => this.timeOut(LIMITED_BY[limit]));
  }

  /** For reports of what hangs. */
  toString(): string {
    return `${this.name} #${this.attempt} ${JSON.stringify(this.command.arguments?.map(decode)).slice(0, 200)}`;
  }
}

const TIMEOUTS = { SCHEDULE_TO_CLOSE: TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE } as const;
const LIMITED_BY = {
  startToClose: TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE,
  heartbeat: TimeoutType.TIMEOUT_TYPE_HEARTBEAT,
  scheduleToClose: TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE,
} as const;
