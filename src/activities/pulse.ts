import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

const BEAT_MS = 1_000;
/** By then a process that woke up has read what had been waiting in its sockets. */
const SETTLING_MS = 5_000;

/**
 * Notices that the process was frozen: a virtual machine that was paused or moved, a laptop that slept. What Temporal had
 * handed out to it is read afterwards, though others may have done it long ago; after a day not even the idempotency key
 * would keep it from being done twice.
 */
export class Pulse {
  private readonly timer = setInterval(() => this.beat(), BEAT_MS).unref();
  private beatAt: number;
  private longest = 0;
  private longestAt = -Infinity;

  constructor(private readonly now: () => number = Date.now) {
    this.beatAt = now();
  }

  private beat(): void {
    const now = this.now();
    const gap = now - this.beatAt;
    if (gap >= this.longest || now - this.longestAt > SETTLING_MS) {
      this.longest = gap;
      this.longestAt = now;
    }
    this.beatAt = now;
  }

  /** The longest silence of the last seconds, in milliseconds; about a second for a process that lives. */
  silence(): number {
    this.beat();
    return this.longest;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

/**
 * The failure of an attempt that Temporal may have given to another worker while this one was frozen; `null` for any other.
 * One that is still this worker's comes again at once.
 */
export function staleAfterFreeze(pulse: Pulse): ApplicationFailure | null {
  // For so long Temporal believes in a worker that says nothing; 0 where the call has no such limit.
  const { heartbeatTimeoutMs: believedMs = 0 } = activityInfo();
  const silence = pulse.silence();
  if (believedMs === 0 || silence < believedMs) return null;
  return ApplicationFailure.create({
    message: `This worker was frozen for ${Math.round(silence / 1_000)} s; the call is left to whoever has it by now.`,
    type: 'ApiUnavailable',
    category: 'BENIGN',
    nextRetryDelay: SETTLING_MS,
  });
}
