import type { Client } from '@temporalio/client';
import { UnreachableError } from '../../client/errors';
import { handleOf } from '../../client/find';
import { viewOnboarding, type OnboardingView } from '../../client/view';
import { EXIT, exitCodeOf, type ExitCode } from '../exitCodes';
import type { Io } from '../io';
import type { Links } from './commands';
import { openDisplay, type LinksOf, type Mode } from './displays';
import { pause } from './pause';
import { Questions, type Asking } from './questions';

export interface FollowOptions extends Asking {
  io: Io;
  mode: Mode;
  /** `review`: ends as soon as the partner has to act, by a reviewer (3) or an operator (4). */
  until?: 'review';
  /** What to show beside the onboarding; a function where it depends on the moment, as a review page does. */
  links?: Links | LinksOf;
  /** Detaches when aborted. */
  signal?: AbortSignal;
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
