import { Random } from './random';

/** Something that is to happen; `run` is `null` once it was given up. */
export interface Entry {
  readonly at: number;
  readonly seq: number;
  run: (() => unknown) | null;
}

export type Stop = 'done' | 'nothing left' | 'too late' | 'too many';

/** Node's own, before the simulation puts its timers in the place of the process's. */
const realSetImmediate = setImmediate;

/**
 * The one clock of a simulated world, and the one queue of what is to happen: time stands still while anything goes on, and
 * jumps to what comes next. Of two that are due at once, the one that was added first goes first.
 */
export class Clock {
  readonly random: Random;
  /** Entries that have happened so far: the moments of a world, by which it is stopped and struck. */
  happened = 0;
  private readonly heap: Entry[] = [];
  private seq = 0;
  /** Something may still be going on in promises. */
  private isBusy = true;
  /** Work under way that takes no time at all. */
  private held = 0;

  /** @param now epoch milliseconds at which the world begins */
  constructor(
    seed: number,
    public now: number,
  ) {
    this.random = new Random(seed);
  }

  at(time: number, run: () => unknown): Entry {
    const entry: Entry = { at: Math.max(time, this.now), seq: (this.seq += 1), run };
    let index = this.heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(this.heap[index]!, this.heap[parent]!)) break;
      this.swap(index, parent);
      index = parent;
    }
    return entry;
  }

  in(ms: number, run: () => unknown): Entry {
    return this.at(this.now + ms, run);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.in(ms, () => this.busily(resolve)));
  }

  cancel(entry: Entry | null | undefined): void {
    if (entry) entry.run = null;
  }

  /** For whoever leaves work to promises: time does not move before they have run out. */
  busily<T>(act: () => T): T {
    this.isBusy = true;
    return act();
  }

  /** For work that takes no time, however many turns of the machine it needs: time stands still until it is done. */
  async still<T>(work: () => Promise<T>): Promise<T> {
    this.held += 1;
    try {
      return await work();
    } finally {
      this.held -= 1;
      this.isBusy = true;
    }
  }

  /** Lets promises, ticks and streams run out: they have when an immediate fires. */
  async settle(): Promise<void> {
    while (this.isBusy || this.held > 0) {
      this.isBusy = false;
      await new Promise<void>((resolve) => realSetImmediate(resolve));
    }
  }

  /** Lives on until `isDone`, a moment, or so many entries; `isDone` is asked before each one. */
  async run(isDone: () => boolean, until = Infinity, most = Infinity): Promise<Stop> {
    await this.settle();
    for (;;) {
      if (isDone()) return 'done';
      const next = this.heap[0];
      if (next === undefined) return 'nothing left';
      if (next.at > until) return 'too late';
      this.take();
      if (next.run === null) continue;
      if ((this.happened += 1) > most) return 'too many';
      this.now = next.at;
      const going = next.run();
      if (going instanceof Promise) {
        this.isBusy = true;
        await going;
      }
      await this.settle();
    }
  }

  private take(): void {
    const last = this.heap.pop()!;
    if (this.heap.length === 0) return;
    this.heap[0] = last;
    let index = 0;
    for (;;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      let least = index;
      for (const child of [left, right])
        if (child < this.heap.length && before(this.heap[child]!, this.heap[least]!)) least = child;
      if (least === index) return;
      this.swap(index, least);
      index = least;
    }
  }

  private swap(one: number, two: number): void {
    [this.heap[one], this.heap[two]] = [this.heap[two]!, this.heap[one]!];
  }
}

const before = (one: Entry, two: Entry): boolean => one.at < two.at || (one.at === two.at && one.seq < two.seq);
