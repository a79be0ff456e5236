import {
  allHandlersFinished,
  CancellationScope,
  condition,
  makeContinueAsNewFunc,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { refusal } from '../contract/failures';
import type { OnboardingInput } from '../contract/input';
import type { OnboardingResult } from '../contract/result';
import type { Memory } from './memory';
import type { Board } from './status/board';
import type { Wanted } from './wanted';

/** What a run hands to the one that continues it; nothing in the first run. */
export interface Carried {
  /** Epoch milliseconds: when the first run began. */
  startedAt: number;
  memory: Record<string, unknown>;
}

/** What is handed on, and what is given up. */
interface Continued {
  readonly startedAt: Date;
  readonly scope: CancellationScope;
  readonly memory: Memory;
  readonly board: Board;
  readonly wanted: Wanted;
  readonly events: { readonly isHearing: boolean };
  abortFailure(): Error | null;
}

/** Temporal takes no payload of more than 2 MB. */
const LARGEST_BYTES = 1_900_000;

/** A server suggests the next run at 4,096 events, and ends this one at 51,200. */
const OVERDUE_EVENTS = 8_000;

/** In which more of a flood would come. */
const A_MOMENT_MS = 1_000;

/** The workflow as a run starts the next one. */
type NextRun = (input: OnboardingInput, carried: Carried) => Promise<OnboardingResult>;

/**
 * An onboarding may live for a year, and a history must not grow without end: Temporal says when it is time to continue in
 * a new run. Then all that the flow waits for is given up as by a cancel, but nothing is taken back and nothing is shown of
 * it. The next run starts from the top with the memory of this one, and is within its first moment where this one was.
 */
export class Continuing {
  private readonly workflow = CancellationScope.current();
  private isMoving = false;
  private isTooLarge = false;
  private isComingBack: boolean;

  constructor(
    private readonly flow: Continued,
    carried: Carried | undefined,
  ) {
    this.isComingBack = carried !== undefined;
    if (this.isComingBack) this.watchComingBack();
  }

  /** On the way to the next run, where the flow seems to be cancelled. */
  get isUnderWay(): boolean {
    return this.isMoving;
  }

  /** From now on the flow is given up as soon as Temporal suggests it, no message is being handled and no more are coming. */
  watch(): void {
    this.quiet().then(
      () => this.move(),
      () => undefined,
    );
  }

  /**
   * Temporal refuses the end of a run to which more has come meanwhile, and then all of the run is replayed. So in a flood of
   * events, which is over at the 10,000th at the latest, their tasks go on as any others.
   */
  private async quiet(): Promise<void> {
    for (;;) {
      await condition(() => this.isDue && allHandlersFinished());
      if (!this.flow.events.isHearing) return;
      await sleep(A_MOMENT_MS, { summary: 'Many events are coming' });
    }
  }

  private get isDue(): boolean {
    return workflowInfo().continueAsNewSuggested && !this.flow.scope.consideredCancelled && this.canBeHandedOn();
  }

  /** Messages come without a pause, so that there was no moment yet in which none is being handled. */
  private get isOverdue(): boolean {
    return workflowInfo().historyLength >= OVERDUE_EVENTS && this.isDue;
  }

  /** An onboarding whose input alone is near the limit goes on in the run that it has. */
  private canBeHandedOn(): boolean {
    this.isTooLarge ||= bytesOf([this.flow.wanted.input, this.carried()]) > LARGEST_BYTES;
    return !this.isTooLarge;
  }

  private carried(): Carried {
    return { startedAt: this.flow.startedAt.getTime(), memory: this.flow.memory.carried() };
  }

  private move(): void {
    this.isMoving = true;
    this.flow.board.freeze(true);
    this.flow.scope.cancel();
  }

  /** Returns where the onboarding ends after all: its end, a cancel or an abort came on the way to the next run. */
  async toNextRun(): Promise<void> {
    const { flow, workflow } = this;
    if (this.isMoving) await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
    if (this.isMoving && flow.abortFailure() === null && !workflow.consideredCancelled) {
      // Search attributes stay by themselves, the memo does not.
      const { memo } = workflowInfo();
      await makeContinueAsNewFunc<NextRun>({ memo })(flow.wanted.input, this.carried());
    }
    this.stay();
  }

  stay(): void {
    this.isMoving = false;
    this.flow.board.freeze(false);
  }

  /**
   * Judges a message, in its validator: at once, but for one that arrives in the first moment of a run that continues
   * another. That one is judged as soon as the flow is back (`back`).
   *
   * @throws `TooEarly` on the way to the next run, and where it is overdue
   */
  admit(judge: () => void): void {
    if (this.isMoving || this.isOverdue)
      throw refusal('TooEarly', 'The onboarding is going on in a new run. Try again in a moment.');
    if (!this.isComingBack) judge();
  }

  /** Whether the flow is where the run before it was. */
  get isBack(): boolean {
    return !this.isComingBack;
  }

  back(): Promise<void> {
    return condition(() => !this.isComingBack);
  }

  /** A condition is looked at once when it is made, and again when everything that can go on has gone on. */
  private watchComingBack(): void {
    let looks = 0;
    condition(() => looks++ > 0).then(
      () => (this.isComingBack = false),
      () => undefined,
    );
  }
}

const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;
