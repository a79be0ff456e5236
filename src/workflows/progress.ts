import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from '../contract/searchAttributes';
import type {
  Blocked,
  CleanupItem,
  OnboardingIds,
  OnboardingStatus,
  ReviewStatus,
  SourceCandidate,
  StepStatus,
} from '../contract/status';
import { STEPS, type Attention, type Mode, type Stage, type Step, type StepState } from '../contract/steps';
import { renderDetails } from './details';

/** How many notes are kept: enough to explain, too few to grow a history. */
const MAX_NOTES = 20;

/** ISO time of the workflow's own clock. */
export const now = (): string => new Date().toISOString();

/**
 * Everything people see of one onboarding, in one place: it answers the query `status`, draws the current details and
 * keeps the search attributes in step. Only `publish` writes to the history.
 */
export class Progress {
  stage: Stage = 'validate';
  mode: Mode = 'sandbox';
  customer = { externalId: '', name: '' };
  ids: OnboardingIds = {};
  choices: SourceCandidate[] | null = null;
  choicesSince: string | null = null;
  connect: OnboardingStatus['connect'] = null;
  review: ReviewStatus | null = null;
  /** Since when the customer is asked for something. */
  customerSince: string | null = null;
  blocked: Blocked[] = [];
  cleanup: CleanupItem[] = [];
  scheduledFor: string | null = null;
  /** Cancelled or aborted: what is cleaned up concerns nobody but the operator. */
  stopping = false;
  readonly notes: string[] = [];
  /** Job, container and post ids, as a webhook may name them. */
  readonly refs: string[] = [];
  private version = 0;
  private readonly steps = new Map<Step, StepStatus>(STEPS.map((step) => [step, { step, state: 'pending' }]));
  private published: Partial<Record<keyof typeof SEARCH_ATTRIBUTES, string>> = {};

  /** Call after every change. */
  changed(): void {
    this.version += 1;
    setCurrentDetails(renderDetails(this.status()));
  }

  set(step: Step, state: StepState, more: Partial<Omit<StepStatus, 'step' | 'state'>> = {}): void {
    const before = this.steps.get(step)!;
    const ended = state === 'done' || state === 'skipped' || state === 'failed';
    const started = before.startedAt === undefined || (state === 'running' && before.finishedAt !== undefined);
    const { typical: _typical, deadline: _deadline, finishedAt: _finishedAt, fact, ...kept } = before;
    this.steps.set(step, {
      ...kept,
      // A fact belongs to the state it was learned in, but one that waits or ends keeps what it knew.
      ...(fact === undefined || state === 'running' ? {} : { fact }),
      ...more,
      state,
      ...(started && state !== 'pending' && state !== 'skipped' ? { startedAt: now() } : {}),
      ...(ended ? { finishedAt: now() } : {}),
    });
    this.changed();
  }

  state(step: Step): StepState {
    return this.steps.get(step)!.state;
  }

  enter(stage: Stage): void {
    this.stage = stage;
    this.changed();
    this.publish();
  }

  note(text: string): void {
    this.notes.push(text);
    this.notes.splice(0, this.notes.length - MAX_NOTES);
    this.changed();
  }

  refer(...refs: (string | null | undefined)[]): void {
    for (const ref of refs) if (ref && !this.refs.includes(ref)) this.refs.push(ref);
  }

  forget(ref: string): void {
    if (this.refs.includes(ref)) this.refs.splice(this.refs.indexOf(ref), 1);
  }

  /** Before the end it may still be done, and stands in nobody's way. */
  private get cleanupFailed(): boolean {
    return (this.stopping || this.stage === 'finished') && this.cleanup.some((item) => !item.done);
  }

  get attention(): Attention {
    if (this.blocked.length > 0 || this.cleanupFailed) return 'operator';
    // A review that a cancel interrupted keeps no decision, but nobody can give one any more.
    if (this.stage === 'finished' || this.stopping) return 'none';
    if (this.choices !== null || (this.review !== null && this.review.decision === undefined)) return 'reviewer';
    return this.customerSince === null ? 'none' : 'customer';
  }

  status(): OnboardingStatus {
    return {
      version: this.version,
      workflowId: workflowInfo().workflowId,
      mode: this.mode,
      customer: this.customer,
      stage: this.stage,
      attention: this.attention,
      steps: [...this.steps.values()],
      ids: this.ids,
      choices: this.choices,
      connect: this.connect,
      review: this.review,
      blocked: this.blocked,
      cleanup: this.cleanup,
      notes: this.notes,
    };
  }

  private waitingSince(): string | null {
    switch (this.attention) {
      case 'operator':
        return this.blocked.map(({ since }) => since).sort()[0] ?? now();
      case 'reviewer':
        return this.choices !== null ? this.choicesSince : (this.review?.since ?? null);
      case 'customer':
        return this.customerSince;
      case 'none':
        return null;
    }
  }

  /** One upsert of the search attributes whose value has changed; nothing where none has. */
  publish(): void {
    const codes = [...new Set(this.blocked.map(({ code }) => code))].sort();
    if (this.cleanupFailed) codes.push('CLEANUP_FAILED');
    const since = this.waitingSince();
    const wanted = {
      stage: this.stage,
      attention: this.attention,
      projectId: this.ids.projectId ?? null,
      customer: this.customer.externalId || null,
      mode: this.mode,
      errorCode: codes.length === 0 ? null : codes,
      refs: this.refs.length === 0 ? null : [...this.refs],
      waitingSince: since === null ? null : new Date(since),
      scheduledFor: this.scheduledFor === null ? null : new Date(this.scheduledFor),
      reviewRound: this.review === null ? null : this.review.revision,
    };
    const updates = (Object.keys(wanted) as (keyof typeof wanted)[]).filter((name) => {
      const value = JSON.stringify(wanted[name]);
      const same = (this.published[name] ?? 'null') === value;
      this.published[name] = value;
      return !same;
    });
    if (updates.length === 0) return;
    upsertSearchAttributes(
      updates.map((name) => ({ key: SEARCH_ATTRIBUTES[name], value: wanted[name] })) as Parameters<
        typeof upsertSearchAttributes
      >[0],
    );
  }
}
