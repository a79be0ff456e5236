import type { Clock } from '../clock/clock';
import type { Activities, Living } from './temporal';

/** A process that lives is heard of so often. */
const BEAT_MS = 1_000;
/** So long after it has woken up, a process knows that it was frozen (`Pulse`). */
const REMEMBERED_MS = 5_000;

/** One worker process, as far as attempts depend on it: it may die, or stand still for a while. */
export class WorkerProcess implements Living {
  isDead = false;
  readonly activities: Activities;
  private frozenAt: number | null = null;
  private wokeAt = -Infinity;
  private sleptMs = 0;
  /** While it stands still: until it wakes up. */
  private waking: { promise: Promise<void>; wake: () => void } | null = null;

  constructor(
    private readonly clock: Clock,
    start: (worker: Living) => Activities,
  ) {
    this.activities = start(this);
  }

  get isFrozen(): boolean {
    return this.waking !== null;
  }

  /** Resolves when it runs: whatever reaches it meanwhile waits in its sockets. */
  awake(): Promise<void> {
    return this.waking?.promise ?? Promise.resolve();
  }

  silence(): number {
    const { now } = this.clock;
    if (this.frozenAt !== null) return now - this.frozenAt;
    return now - this.wokeAt <= REMEMBERED_MS ? this.sleptMs : BEAT_MS;
  }

  freeze(ms: number): void {
    if (this.isFrozen || this.isDead) return;
    let wake = (): void => undefined;
    const promise = new Promise<void>((resolve) => (wake = resolve));
    this.waking = { promise, wake };
    this.frozenAt = this.clock.now;
    this.clock.in(ms, () => this.thaw(ms));
  }

  die(): void {
    this.isDead = true;
    if (this.isFrozen) this.thaw(0);
  }

  private thaw(ms: number): void {
    const { waking, clock } = this;
    if (waking === null) return;
    Object.assign(this, { waking: null, frozenAt: null, wokeAt: clock.now, sleptMs: ms });
    clock.busily(() => waking.wake());
  }
}
