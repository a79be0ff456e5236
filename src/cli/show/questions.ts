import type { OnboardingView } from '../../client/view';
import { pause } from './pause';

type Question = (view: OnboardingView, signal: AbortSignal) => Promise<void>;

/** What the caller asks the person at the terminal. The signal aborts when it has been answered elsewhere. */
export interface Asking {
  /** Called once per revision while it is under review. */
  onReview?: Question;
  /** Called once each time that the customer has to connect an account. */
  onCustomer?: Question;
}

/** A prompt takes a moment to leave the terminal. */
const CLOSING_MS = 1_000;

/**
 * Asks the person at the terminal each question once, one at a time, and withdraws a question that was answered
 * elsewhere, for instance on a page.
 */
export class Questions {
  private readonly asked = new Set<string>();
  private readonly open = new Map<string, { controller: AbortController; closed: Promise<void> }>();
  private last: Promise<void> = Promise.resolve();
  private error: { error: unknown } | null = null;

  constructor(
    private readonly asking: Asking,
    private readonly display: { pause(): void; resume(): void },
  ) {}

  about(view: OnboardingView): void {
    const { status } = view;
    if (status === null) return;
    const review =
      status.review !== null && status.review.decision === undefined ? `review ${status.review.revision}` : null;
    const social = status.steps.find(({ step }) => step === 'social');
    const customer = social?.state === 'waiting' ? `customer ${social.startedAt ?? ''}` : null;
    for (const [key, { controller }] of this.open) if (key !== review && key !== customer) controller.abort();
    if (customer !== null) this.ask(customer, this.asking.onCustomer, view);
    if (review !== null) this.ask(review, this.asking.onReview, view);
  }

  /** What the caller's `onReview` or `onCustomer` threw ends the following. */
  rethrow(): void {
    if (this.error !== null) throw this.error.error;
  }

  /** Withdraws all questions and waits until their prompts have left: a late one would write over the last picture. */
  async withdraw(): Promise<void> {
    const open = [...this.open.values()];
    if (open.length === 0) return;
    for (const { controller } of open) controller.abort();
    const enough = new AbortController();
    await Promise.race([Promise.all(open.map(({ closed }) => closed)), pause(CLOSING_MS, enough.signal)]);
    enough.abort();
  }

  private ask(key: string, question: Question | undefined, view: OnboardingView): void {
    if (question === undefined || this.asked.has(key)) return;
    this.asked.add(key);
    const controller = new AbortController();
    // Two prompts at once would both take the same key press, and the second could not show what it asks about.
    const closed = this.last
      .then(() => this.put(question, view, controller.signal))
      .finally(() => this.open.delete(key));
    this.last = closed;
    this.open.set(key, { controller, closed });
  }

  private async put(question: Question, view: OnboardingView, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.display.pause();
    try {
      await question(view, signal);
    } catch (error) {
      if (!signal.aborted) this.error = { error };
    } finally {
      this.display.resume();
    }
  }
}
