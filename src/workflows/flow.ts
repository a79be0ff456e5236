import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Wait } from '../contract/activities';
import { ABORTED, refusal } from '../contract/failures';
import type { OnboardingInput } from '../contract/input';
import * as messages from '../contract/messages';
import type { Notification } from '../contract/notifications';
import type { WaitPlan } from '../contract/plan';
import type { Mode, Stage, Step } from '../contract/steps';
import { Continuing, type Carried } from './continuing';
import { CleanUp } from './effects/cleanUp';
import { Effects } from './effects/effects';
import { LayersApi } from './layersApi';
import { Memory } from './memory';
import { Board } from './status/board';
import { Notifications } from './status/notify';
import { BlockedSteps, Skipped } from './waiting/blocked';
import { LayersEvents } from './waiting/events';
import { waitFromNow } from './waiting/waits';
import { Wanted } from './wanted';

/** What a step has learned: the value for the steps after it, and a fact in a few words for people. */
export interface Done<T> {
  value: T;
  fact?: string;
}

export const done = <T>(value: T, fact?: string): Done<T> => ({ value, ...(fact === undefined ? {} : { fact }) });

/** Who this is about, and whether the worker has a backend to notify: known once the input has been checked. */
export interface Identity {
  mode: Mode;
  notifies: boolean;
}

/**
 * What every step works with: the API, the ledger of what was made there, what is wanted, what is shown, and who is told.
 * It knows no step. Rebuilt by replay, never stored; what has to outlive the run is in its memory.
 */
export class Flow {
  readonly workflowId = workflowInfo().workflowId;
  /** A reset keeps it, and so does a run that continues another: it tells this onboarding's effects from an earlier one's. */
  readonly startedAt: Date;
  /** Everything that can be cancelled runs in here, so that an abort can end it. */
  readonly scope = new CancellationScope();
  readonly memory: Memory;
  readonly board: Board;
  readonly events: LayersEvents;
  readonly layers = new LayersApi();
  readonly cleanUp: CleanUp;
  readonly effects: Effects<Flow>;
  readonly wanted: Wanted;
  readonly notifications: Notifications;
  readonly blockedSteps: BlockedSteps;
  readonly continuing: Continuing;
  /** This run goes on for one whose history grew too long. */
  readonly isContinued: boolean;
  private aborted: { step: Step; reason: string } | null = null;
  private stopping = false;

  constructor(input: OnboardingInput, carried: Carried | undefined) {
    this.startedAt = carried === undefined ? workflowInfo().startTime : new Date(carried.startedAt);
    this.isContinued = carried !== undefined;
    this.memory = new Memory(carried?.memory);
    this.continuing = new Continuing(this, carried);
    this.board = new Board(this.memory);
    this.events = new LayersEvents(this.memory);
    this.cleanUp = new CleanUp(this.memory, this.board.changed);
    this.effects = new Effects<Flow>(this, this.isContinued);
    this.wanted = new Wanted(input, this.memory, this.layers, this);
    this.notifications = new Notifications(this.memory, () => this.about());
    this.blockedSteps = new BlockedSteps(this.memory, {
      open: (asked) => this.board.open(asked),
      close: (asked) => this.board.close(asked),
      show: (step, blocked) =>
        this.showBlocked(
          step,
          blocked.map(({ code }) => code),
        ),
      tell: ({ step, item, code, cause, fix, who }) =>
        this.tell({ type: 'step.blocked', step, ...(item === undefined ? {} : { item }), code, cause, fix, who }),
      abort: (step, reason) => this.abort(step, reason),
    });
    this.board.shows({
      mode: () => this.identity?.mode ?? 'sandbox',
      customer: () => this.customer,
      blocked: () => this.blockedSteps.shown,
      cleanup: () => this.cleanUp.items,
      scheduledFor: () => this.wanted.scheduledFor,
    });
    this.registerMessages();
  }

  /** `null` until the input has been checked. */
  get identity(): Identity | null {
    return this.memory.get<Identity>('identity') ?? null;
  }

  get notifies(): boolean {
    return this.identity?.notifies ?? false;
  }

  /** Cancelled, aborted or at its end: there is nothing to decide any more. */
  get isOver(): boolean {
    return this.scope.consideredCancelled && !this.continuing.isUnderWay;
  }

  /** Tells the partner's backend, where there is one to tell; never waited for. */
  tell(notification: Notification): void {
    this.notifications.tell(notification);
  }

  /** Enters a stage, once in each round. */
  enter(stage: Stage, round = 0): void {
    this.enterWith(stage, () => undefined, round);
  }

  /** Enters a stage with what begins there, so that one upsert shows both. */
  enterWith<T>(stage: Stage, begin: () => T, round = 0): T {
    return this.memory.isFirst(`stage/${stage}/r${round}`) ? this.board.enter(stage, begin) : begin();
  }

  /**
   * One step of the flow: shown as running, then done with the fact that it learned. A step that cannot go on is blocked
   * until an operator or time resolves it. What it learned is remembered: a run that continues this one gets it at once.
   *
   * @param round what the step is remembered under, where it runs more than once
   */
  step<T>(name: Step, body: () => Promise<Done<T>>, round = ''): Promise<T> {
    // What may not be skipped offers no operator to skip it (`STEP_TABLE`).
    return this.skippable(name, body, round) as Promise<T>;
  }

  /** The same for a step that an operator may skip, or that finds by itself that it has nothing to do. */
  async skippable<T>(name: Step, body: () => Promise<Done<T> | Skipped>, round = ''): Promise<T | Skipped> {
    const remembered = `step/${name}${round}`;
    const known = this.memory.get<Done<T> | { skipped: string }>(remembered);
    if (known !== undefined) return this.recall(name, known);
    this.board.set(name, 'running');
    const answer = await this.blockedSteps.attempt(name, name + round, body);
    if (answer instanceof Skipped) {
      this.memory.set(remembered, { skipped: answer.reason });
      this.board.set(name, 'skipped', { fact: answer.reason });
      return answer;
    }
    this.memory.set(remembered, answer);
    this.board.set(name, 'done', answer.fact === undefined ? {} : { fact: answer.fact });
    return answer.value;
  }

  private recall<T>(name: Step, known: Done<T> | { skipped: string }): T | Skipped {
    if ('skipped' in known) {
      this.board.setEnded(name, 'skipped', known.skipped);
      return new Skipped(known.skipped);
    }
    this.board.setEnded(name, 'done', known.fact);
    return known.value;
  }

  /** A step that has nothing to do from the start. */
  skip(name: Step, reason: string): void {
    this.board.setEnded(name, 'skipped', reason);
  }

  /**
   * Runs one part of a step, which blocks by itself: an asset of several, say. Its outcome is remembered under `name`.
   * @param item names it for people
   */
  async attempt<T>(step: Step, run: () => Promise<T>, name: string, item?: () => string): Promise<T | Skipped> {
    const known = this.memory.get<Done<T> | { skipped: string }>(`part/${name}`);
    if (known !== undefined) return 'skipped' in known ? new Skipped(known.skipped) : known.value;
    const outcome = await this.blockedSteps.attempt(step, name, run, item);
    this.memory.set(`part/${name}`, outcome instanceof Skipped ? { skipped: outcome.reason } : done(outcome));
    return outcome;
  }

  /**
   * Shows a step as waiting for Layers, and gives the wait as an activity takes it. It counts from the first time, also in
   * a run that continues this one; a step that is tried again gets a new deadline.
   *
   * @param relaxedMs milliseconds from the start until which no other step needs the answer
   */
  async waitingFor<T>(
    step: Step,
    name: string,
    { plan, relaxedMs = 0, fact }: { plan: Omit<WaitPlan, 'earliestMs'>; relaxedMs?: number; fact?: string },
    look: (wait: Wait) => Promise<T>,
  ): Promise<T> {
    const { typicalMs, deadlineMs } = plan;
    const wait = this.memory.once(`wait/${name}`, () => waitFromNow(typicalMs, deadlineMs, relaxedMs));
    this.board.set(step, 'waiting', {
      ...(fact === undefined ? {} : { fact }),
      typical: `${typicalMs / 1000}s`,
      deadline: new Date(wait.startedAt + deadlineMs).toISOString(),
    });
    try {
      const seen = await look(wait);
      this.memory.forget(`wait/${name}`);
      return seen;
    } catch (error) {
      if (!isCancellation(error)) this.memory.forget(`wait/${name}`);
      throw error;
    }
  }

  /** Cancelled or aborted: from now on everything is taken back. */
  stop(): void {
    this.stopping = true;
    this.board.stop();
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  /** What an abort ends the workflow with; `null` when no operator has aborted it. */
  abortFailure(): ApplicationFailure | null {
    return this.aborted === null
      ? null
      : ApplicationFailure.nonRetryable(`${this.aborted.step}: ${this.aborted.reason}`, ABORTED);
  }

  private abort(step: Step, reason: string): never {
    this.aborted = { step, reason };
    this.scope.cancel();
    throw new CancelledFailure('aborted');
  }

  private showBlocked(step: Step, codes: string[]): void {
    if (codes.length > 0) this.board.set(step, 'blocked', { fact: codes.join(', ') });
    else this.board.set(step, 'running');
    this.board.publish();
  }

  private get customer(): { externalId: string; name: string } {
    if (!this.wanted.isKnown) return { externalId: '', name: '' };
    const { customerExternalId, name } = this.wanted.plan.project;
    return { externalId: customerExternalId, name };
  }

  private about(): {
    customer: { externalId: string; name: string };
    mode: Mode;
    organizationId: string | null;
  } | null {
    if (!this.notifies) return null;
    const { layers, customer } = this;
    return { customer, mode: layers.caller?.mode ?? 'sandbox', organizationId: layers.caller?.organizationId ?? null };
  }

  /** The messages that answer no question. Every description is an instruction: the Web UI shows it beside the message. */
  private registerMessages(): void {
    setHandler(messages.status, () => this.board.status(), {
      description: 'Where this onboarding is, what is blocked and what to do next. No arguments.',
    });
    setHandler(messages.layersEvent, (event) => this.events.receive(event), {
      description: 'For the webhook receiver: a verified Layers event. It only makes a wait look sooner.',
    });
  }

  /** After a reset, messages are applied again before any step has run: they must not act on nothing. */
  begun(): void {
    if (!this.wanted.isKnown) throw refusal('TooEarly', 'The onboarding has not begun yet. Try again in a moment.');
  }
}
