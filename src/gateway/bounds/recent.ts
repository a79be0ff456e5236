/** What happened of late, by a key: forgotten after a while, and the oldest first where there is too much of it. */
export class Recent<Value = true> {
  private readonly kept = new Map<string, { value: Value; until: number }>();

  /** `forMs`: how long each is remembered; `most`: how many are. `now`: epoch milliseconds. */
  constructor(private readonly bounds: { most: number; forMs: number; now: () => number }) {}

  get(key: string): Value | undefined {
    const found = this.kept.get(key);
    return found !== undefined && this.bounds.now() < found.until ? found.value : undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: Value): void {
    const { most, forMs, now } = this.bounds;
    this.kept.delete(key);
    this.kept.set(key, { value, until: now() + forMs });
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= most) break;
      this.kept.delete(oldest);
    }
  }

  forget(key: string): void {
    this.kept.delete(key);
  }
}

/** True the first time of late that it is asked about a key. */
export function isFirst(recent: Recent, key: string): boolean {
  if (recent.has(key)) return false;
  recent.set(key, true);
  return true;
}
