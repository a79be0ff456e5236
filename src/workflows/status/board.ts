import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { Blocked, CleanupItem, OnboardingIds, OnboardingStatus, StepStatus } from '../../contract/status';
import { harmless } from '../../contract/text';
import { STEPS, type Attention, type Mode, type Stage, type Step, type StepState } from '../../contract/steps';
import type { Memory } from '../memory';
import { now } from '../waiting/now';
import type { Asked, OpenQuestions } from '../waiting/question';
import { publishAttributes, type Published } from './attributes';
import { renderDetails } from './details';

/** How many notes are kept: enough to explain, too few to grow a history. */
const MAX_NOTES = 20;
/** Characters of a note, whatever is named in it. */
const MAX_NOTE = 2_500;

/** Who wins where several are waited for. */
const STRONGEST: readonly Attention[] = ['operator', 'reviewer', 'customer'];

/** What the status shows of the parts that own it. Each is asked when a person or a page looks, and kept nowhere else. */
export interface Shown {
  mode(): Mode;
  customer(): { externalId: string; name: string };
  blocked(): Blocked[];
  cleanup(): CleanupItem[];
  /** UTC; `null`: nothing will be posted. */
  scheduledFor(): string | null;
  choices(): OnboardingStatus['choices'];
  connect(): OnboardingStatus['connect'];
  review(): OnboardingStatus['review'];
}

/** What the board itself knows, as a run hands it to the next one. */
interface Facts {
  version: number;
  stage: Stage;
  steps: StepStatus[];
  ids: OnboardingIds;
  notes: string[];
  /** Ids that an event may still be waited for. */
  refs: string[];
  published: Published;
}

const ENDED: readonly StepState[] = ['done', 'skipped', 'failed'];

/**
 * What people see of one onboarding: it keeps how far the steps are, and asks their owners for the rest. It answers the
 * query `status`, the current details of the Web UI, and keeps the search attributes in step; only `publish` writes to
 * the history.
 */
export class Board implements OpenQuestions {
  private readonly facts: Facts;
  private readonly questions = new Set<Asked>();
  /** Cancelled or aborted: what is cleaned up concerns the operator alone. */
  private isStopping = false;
  /** The history is about to be continued: what happens on the way there is not shown. */
  private isFrozen = false;
  private shown: Shown = {
    mode: () => 'sandbox',
    customer: () => ({ externalId: '', name: '' }),
    blocked: () => [],
    cleanup: () => [],
    scheduledFor: () => null,
    choices: () => null,
    connect: () => null,
    review: () => null,
  };

  constructor(memory: Memory) {
    this.facts = memory.once<Facts>('board', () => ({
      version: 0,
      stage: 'validate',
      steps: STEPS.map((step) => ({ step, state: 'pending' })),
      ids: {},
      notes: [],
      refs: [],
      published: {},
    }));
    // The SDK turns what it is given into JSON when the Web UI asks for it: so the text is made then, and only then.
    setCurrentDetails({ toJSON: () => renderDetails(this.status()) } as unknown as string);
  }

  /** An owner says how to learn what it knows. */
  shows(part: Partial<Shown>): void {
    this.shown = { ...this.shown, ...part };
  }

  /** Something that the status shows has changed. */
  readonly changed = (): void => {
    this.facts.version += 1;
  };

  get stage(): Stage {
    return this.facts.stage;
  }

  get ids(): OnboardingIds {
    return this.facts.ids;
  }

  /** Shows ids as they become known. */
  learn(ids: OnboardingIds): void {
    this.facts.ids = { ...this.facts.ids, ...ids };
  }

  set(step: Step, state: StepState, more: Partial<Omit<StepStatus, 'step' | 'state'>> = {}): void {
    if (this.isFrozen) return;
    const before = this.of(step);
    const started = before.startedAt === undefined || (state === 'running' && before.finishedAt !== undefined);
    const { typical: _typical, deadline: _deadline, finishedAt: _finishedAt, fact, ...kept } = before;
    const after: StepStatus = {
      ...kept,
      // A fact belongs to the state it was learned in, but one that waits or ends keeps what it knew.
      ...(fact === undefined || state === 'running' ? {} : { fact }),
      ...more,
      state,
      ...(started && state !== 'pending' && state !== 'skipped' ? { startedAt: now() } : {}),
      ...(ENDED.includes(state) ? { finishedAt: now() } : {}),
    };
    // By name: a run may continue one of an older build, whose steps stand at other places.
    this.facts.steps = this.facts.steps.map((one) => (one.step === step ? after : one));
    this.changed();
  }

  /** A step that an earlier run has finished: shown so, should it have finished while the board was frozen. */
  setEnded(step: Step, state: 'done' | 'skipped', fact?: string): void {
    if (!ENDED.includes(this.state(step))) this.set(step, state, fact === undefined ? {} : { fact });
  }

  state(step: Step): StepState {
    return this.of(step).state;
  }

  /** Enters a stage with what begins there, so that one upsert shows both. */
  enter<T>(stage: Stage, begin: () => T): T {
    this.facts.stage = stage;
    this.changed();
    const begun = begin();
    this.publish();
    return begun;
  }

  note(text: string): void {
    this.facts.notes.push(harmless(text).slice(0, MAX_NOTE).toWellFormed());
    this.facts.notes.splice(0, this.facts.notes.length - MAX_NOTES);
    this.changed();
  }

  /** A webhook that names one of these finds this onboarding. */
  refer(...refs: (string | null | undefined)[]): void {
    for (const ref of refs) if (ref && !this.facts.refs.includes(ref)) this.facts.refs.push(ref);
  }

  forget(...refs: (string | undefined)[]): void {
    this.facts.refs = this.facts.refs.filter((other) => !refs.includes(other));
  }

  open(asked: Asked): void {
    this.questions.add(asked);
    this.changed();
  }

  close(asked: Asked): void {
    if (this.questions.delete(asked)) this.changed();
  }

  stop(): void {
    this.isStopping = true;
  }

  /** While the flow gives up its waits to continue in a new run, what it shows stays as it is. */
  freeze(isFrozen: boolean): void {
    this.isFrozen = isFrozen;
  }

  /** Before the end it may still be done, and needs no operator. */
  private get isCleanupFailed(): boolean {
    return (this.isStopping || this.stage === 'finished') && this.shown.cleanup().some(({ done }) => !done);
  }

  /** Once it is stopped or finished, only an operator can still do something. */
  private get answerable(): Asked[] {
    const isOver = this.isStopping || this.stage === 'finished';
    return [...this.questions].filter(({ who }) => !isOver || who === 'operator');
  }

  /** The one who acts first. */
  private get attention(): Attention {
    return this.waitedFor[0] ?? 'none';
  }

  /** All who are waited for, who acts first in front. */
  private get waitedFor(): Attention[] {
    return STRONGEST.filter(
      (who) => (who === 'operator' && this.isCleanupFailed) || this.answerable.some((asked) => asked.who === who),
    );
  }

  private waitingSince(attention: Attention): string | null {
    if (attention === 'none') return null;
    const asked = this.answerable.filter(({ who }) => who === attention);
    return asked.map(({ since }) => since).sort()[0] ?? now();
  }

  status(): OnboardingStatus {
    const { version, stage, steps, ids, notes } = this.facts;
    const { mode, customer, choices, connect, review, blocked, cleanup } = this.shown;
    return {
      version,
      workflowId: workflowInfo().workflowId,
      mode: mode(),
      customer: customer(),
      stage,
      attention: this.attention,
      steps,
      ids,
      choices: choices(),
      connect: connect(),
      review: review(),
      blocked: blocked(),
      cleanup: cleanup(),
      notes,
    };
  }

  /** One upsert of the search attributes whose value has changed; none where none has. */
  publish(): void {
    if (this.isFrozen) return;
    const { attention, waitedFor } = this;
    const codes = [...new Set(this.shown.blocked().map(({ code }) => code))].sort();
    if (this.isCleanupFailed) codes.push('CLEANUP_FAILED');
    const since = this.waitingSince(attention);
    const scheduledFor = this.shown.scheduledFor();
    publishAttributes(this.facts.published, {
      stage: this.stage,
      attention: waitedFor.length === 0 ? ['none'] : waitedFor,
      projectId: this.ids.projectId ?? null,
      customer: this.shown.customer().externalId || null,
      mode: this.shown.mode(),
      errorCode: codes.length === 0 ? null : codes,
      refs: this.facts.refs.length === 0 ? null : [...this.facts.refs],
      waitingSince: since === null ? null : new Date(since),
      scheduledFor: scheduledFor === null ? null : new Date(scheduledFor),
      reviewRound: this.shown.review()?.revision ?? null,
    });
  }

  private of(step: Step): StepStatus {
    return this.facts.steps.find((one) => one.step === step) ?? { step, state: 'pending' };
  }
}
