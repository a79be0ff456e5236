import type { Client } from '@temporalio/client';
import { UnreachableError } from '../../client/errors';
import { handleOf } from '../../client/find';
import { viewOnboarding, type OnboardingView } from '../../client/view';
import { openDisplay, type LinksOf, type Mode } from './displays';
import { EXIT, exitCodeOf, type ExitCode } from '../exitCodes';
import type { Io } from '../io';
import type { Links } from './commands';

export interface FollowOptions {
  io: Io;
  mode: Mode;
  /** `review`: ends as soon as the partner has to act, by a reviewer (3) or an operator (4). */
  until?: 'review';
  /** What to show beside the onboarding; a function where it depends on the moment, as a review page does. */
  links?: Links | LinksOf;
  /** Detaches when aborted. */
  signal?: AbortSignal;
  /** Called once per revision while it is under review. The signal aborts when it has been decided elsewhere. */
  onReview?: (view: OnboardingView, signal: AbortSignal) => Promise<void>;
  /** Called once each time that the customer has to connect an account. */
  onCustomer?: (view: OnboardingView, signal: AbortSignal) => Promise<void>;
  /** Default 1 s. */
  pollMs?: number;
  /** How long Temporal or the worker may be silent before that is the answer. Default 1 minute. */
  patienceMs?: number;
}

export interface Followed {
  exitCode: ExitCode;
  reason: 'ended' | 'review' | 'blocked' | 'detached' | 'silent';
  /** `null` when Temporal never answered. */
  view: OnboardingView | null;
}

const POLL_MS = 1000;
const PATIENCE_MS = 60_000;
const REASK_MS = 10_000;
const TICK_MS = 100;
/** A prompt takes a moment to leave the terminal. */
const CLOSING_MS = 1_000;

/**
 * Shows an onboarding until it ends, or until the caller's condition. Looks once a second from outside: the server's
 * record each time, the workflow's own status only when its history has grown.
 */
export async function followOnboarding(client: Client, workflowId: string, options: FollowOptions): Promise<Followed> {
  const { io, mode, until, signal, pollMs = POLL_MS, patienceMs = PATIENCE_MS } = options;
  const links = options.links ?? {};
  const display = await openDisplay(mode, io, typeof links === 'function' ? links : () => links);
  const asked = new Questions(options, display);
  const ticking = setInterval(() => display.tick(), TICK_MS);
  const handle = handleOf(client, workflowId);
  let view: OnboardingView | null = null;
  let answeredAt = io.now();
  try {
    for (;;) {
      if (signal?.aborted) return leave('detached', EXIT.detached);
      view = (await look()) ?? view;
      if (view !== null && view.execution !== 'running') return leave('ended', exitCodeOf(view));
      if (view !== null) {
        display.show(view);
        asked.about(view);
        asked.rethrow();
        const waitsFor = view.status?.attention;
        if (until === 'review' && waitsFor === 'operator') return leave('blocked', EXIT.blocked);
        if (until === 'review' && waitsFor === 'reviewer') return leave('review', EXIT.waiting);
      }
      if (io.now() - answeredAt > patienceMs) return leave('silent', EXIT.unavailable);
      await pause(pollMs, signal);
    }
  } finally {
    clearInterval(ticking);
    await asked.withdraw();
  }

  /** While Temporal or the worker is silent, the last status stays on the screen, and the silence is said. */
  async function look(): Promise<OnboardingView | null> {
    try {
      // Asked again now and then although nothing has happened, so that a worker that died is noticed.
      const known = io.now() - answeredAt < REASK_MS && view?.noStatus === null ? view : undefined;
      const seen = await viewOnboarding(client, handle, known);
      if (seen.noStatus === null && known?.status !== seen.status) answeredAt = io.now();
      return seen.status === null && view?.runId === seen.runId ? { ...seen, status: view.status } : seen;
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      return view === null ? null : { ...view, noStatus: error.message };
    }
  }

  async function leave(reason: Followed['reason'], exitCode: ExitCode): Promise<Followed> {
    await asked.withdraw();
    if (view !== null) display.end(view);
    return { reason, exitCode, view };
  }
}

/**
 * Asks the person at the terminal each question once, one at a time, and withdraws a question that was answered
 * elsewhere, for instance on a page.
 */
class Questions {
  private readonly asked = new Set<string>();
  private readonly open = new Map<string, { controller: AbortController; closed: Promise<void> }>();
  private last: Promise<void> = Promise.resolve();
  private error: { error: unknown } | null = null;

  constructor(
    private readonly options: FollowOptions,
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
    if (customer !== null) this.ask(customer, this.options.onCustomer, view);
    if (review !== null) this.ask(review, this.options.onReview, view);
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

  private ask(key: string, question: FollowOptions['onReview'], view: OnboardingView): void {
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

  private async put(
    question: NonNullable<FollowOptions['onReview']>,
    view: OnboardingView,
    signal: AbortSignal,
  ): Promise<void> {
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

/** Waits, but no longer than until the signal aborts. */
async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
