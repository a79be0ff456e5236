import type { Clock, Entry } from '../clock/clock';

/** A task that waits to be handed out; lower priorities go first. */
export interface Waiting {
  readonly priority: number;
  readonly handOut: () => void;
  isGivenUp: boolean;
}

/** A poll and the way to a worker take so long, in milliseconds. */
const HAND_OUT_MS = { least: 1, most: 60 };

/** The server's queue of activity tasks: at once, or as many a second as its workers have asked for. */
export class TaskQueue {
  private readonly waiting: Waiting[] = [];
  private next: Entry | null = null;
  /** Tasks that may go at once; more come with time. */
  private tokens: number;
  private countedAt: number;
  private readonly mostTokens: number;

  /** @param perSecond `null`: as many as there are */
  constructor(
    private readonly clock: Clock,
    private readonly perSecond: number | null,
  ) {
    // A second's worth, but a whole task at least: what one partition of a real server lets through in one go.
    this.mostTokens = Math.max(1, Math.ceil(perSecond ?? 0));
    this.tokens = this.mostTokens;
    this.countedAt = clock.now;
  }

  offer(task: Omit<Waiting, 'isGivenUp'>): Waiting {
    const waiting: Waiting = { ...task, isGivenUp: false };
    if (this.perSecond === null) this.deliver(waiting);
    else {
      const behind = this.waiting.findIndex(({ priority }) => priority > waiting.priority);
      this.waiting.splice(behind < 0 ? this.waiting.length : behind, 0, waiting);
      this.handOut(this.perSecond);
    }
    return waiting;
  }

  private deliver(task: Waiting): void {
    const { clock } = this;
    clock.in(clock.random.spread(HAND_OUT_MS.least, HAND_OUT_MS.most), () => {
      if (!task.isGivenUp) task.handOut();
    });
  }

  private handOut(perSecond: number): void {
    const { clock } = this;
    this.tokens = Math.min(this.mostTokens, this.tokens + ((clock.now - this.countedAt) / 1_000) * perSecond);
    this.countedAt = clock.now;
    while (this.tokens >= 1) {
      const task = this.waiting.shift();
      if (task === undefined) return;
      if (task.isGivenUp) continue;
      this.tokens -= 1;
      this.deliver(task);
    }
    if (this.waiting.length === 0 || this.next !== null) return;
    this.next = clock.in(Math.ceil(((1 - this.tokens) / perSecond) * 1_000), () => {
      this.next = null;
      this.handOut(perSecond);
    });
  }
}
