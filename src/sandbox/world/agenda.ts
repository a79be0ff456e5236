interface Entry<T> {
  at: number;
  /** Of two that are due at once, the one added first. */
  seq: number;
  item: T;
}

/** What falls due, earliest first: a binary heap, since a fleet keeps thousands of jobs and posts open at once. */
export class Agenda<T> {
  private entries: Entry<T>[] = [];
  private lastSeq = 0;

  /** When the first of it falls due. */
  get nextAt(): number {
    return this.entries[0]?.at ?? Infinity;
  }

  /** An item that is moved is added again: the settling that takes it checks that it is still due. */
  add(at: number, item: T): void {
    if (at === Infinity) return;
    let index = this.entries.push({ at, seq: ++this.lastSeq, item }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.before(index, parent)) break;
      this.swap(index, parent);
      index = parent;
    }
  }

  /** The first item, if it is due. */
  take(now: number): Entry<T> | null {
    const [first] = this.entries;
    if (!first || first.at > now) return null;
    this.swap(0, this.entries.length - 1);
    this.entries.pop();
    let index = 0;
    for (;;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      const least = [index, left, right].reduce((best, child) => (this.before(child, best) ? child : best));
      if (least === index) return first;
      this.swap(index, least);
      index = least;
    }
  }

  clear(): void {
    this.entries = [];
  }

  private before(one: number, two: number): boolean {
    const [a, b] = [this.entries[one], this.entries[two]];
    return a !== undefined && b !== undefined && (a.at < b.at || (a.at === b.at && a.seq < b.seq));
  }

  private swap(one: number, two: number) {
    const [a, b] = [this.entries[one], this.entries[two]];
    if (!a || !b) return;
    this.entries[one] = b;
    this.entries[two] = a;
  }
}
