import { Context } from '@temporalio/activity';
import { defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { Clock } from '../clock/clock';
import { Random } from '../clock/random';
import type { Pace } from '../temporal/pace';
import { decode } from '../temporal/payloads';
import type { Activities, Failure } from '../temporal/temporal';
import type { Answer } from './answers';
import type { Recording } from './recording';

/** Nothing takes time but what the recording says, and runs have the ids that they had. */
export class RecordedClock extends Clock {
  override readonly random: Random;

  constructor({ startedAt, reset, runId, children }: Recording) {
    super(0, startedAt);
    const runIds = [
      ...(reset === null ? [] : [reset.fromRunId]),
      runId,
      ...[...children.values()].map((one) => one.runId),
    ];
    this.random = new (class extends Random {
      override spread = (): number => 0;
      override uuid = (): string => runIds.shift() ?? super.uuid();
    })(0);
  }
}

/** Workflow tasks begin and end when they did, timers fire when they did, or never, and so do children start. */
export class RecordedPace implements Pace {
  private begun = 0;

  constructor(
    private readonly clock: Clock,
    private readonly recording: Recording,
  ) {}

  /** More tasks than recorded never begin; neither do those of a run before its reset. */
  toTask({ runId }: { runId: string }): number {
    if (!this.isRecorded(runId)) return runId === this.recording.reset?.fromRunId ? Infinity : 0;
    const task = this.recording.tasks[this.begun];
    this.begun += 1;
    return this.until(task?.startedAt ?? Infinity);
  }

  toDecision({ runId }: { runId: string }): number {
    return this.isRecorded(runId) ? this.until(this.recording.tasks[this.begun - 1]!.decidedAt) : 0;
  }

  toTimer({ runId }: { runId: string }, timerId: string, ms: number): number {
    return this.isRecorded(runId) ? this.until(this.recording.timers.get(timerId) ?? Infinity) : ms;
  }

  toChild(_parent: object, workflowId: string): number {
    return this.until(this.recording.children.get(workflowId)?.startedAt ?? Infinity);
  }

  private isRecorded(runId: string): boolean {
    return runId === this.recording.runId;
  }

  private until(time: number): number {
    return time - this.clock.now;
  }
}

/**
 * Activities of any name, which answer what was answered when it was; those of a child have nothing to say, and end with it.
 * Others never do.
 */
export function scripted(clock: Clock, { runId, answers, children }: Recording): Activities {
  const until = (time: number): Promise<void> => new Promise((resolve) => clock.at(time, () => clock.busily(resolve)));
  const answer = async (): Promise<unknown> => {
    const context = Context.current();
    const { workflowExecution, activityId, attempt } = context.info;
    const { runId: ofRun = '', workflowId = '' } = workflowExecution ?? {};
    if (ofRun !== runId) return until(children.get(workflowId)?.endedAt ?? Infinity);
    const recorded = answers.get(activityId);
    if (recorded === undefined) return until(Infinity);
    // Between two attempts, until it is given up.
    if (recorded.cancelled === 'unstarted') throw again(recorded.at - clock.now + 1_000, null);
    if (attempt < recorded.attempts) throw inVain(recorded, attempt, clock.now);
    await until(recorded.at);
    if (recorded.cancelled === 'when told') {
      context.heartbeat();
      return context.cancelled;
    }
    if (recorded.failure) throw errorOf(recorded.failure);
    return decode(recorded.result);
  };
  return new Proxy({}, { get: () => answer });
}

/** An attempt that others follow: the last one of them begins when it did. */
const inVain = ({ attempts, lastAttempt }: Answer, attempt: number, now: number): Error =>
  again(attempt === attempts - 1 ? lastAttempt.at - now : 0, lastAttempt.after);

/** What has failed for now. */
const again = (delayMs: number, failure: Failure | null): Error =>
  errorOf({
    message: 'not this time',
    ...failure,
    applicationFailureInfo: {
      ...failure?.applicationFailureInfo,
      nextRetryDelay: msToTs(Math.max(0, Math.floor(delayMs))),
    },
  });

const errorOf = (failure: Failure): Error =>
  defaultFailureConverter.failureToError(failure as never, defaultPayloadConverter);
