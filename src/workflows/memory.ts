/**
 * What the onboarding has learned, asked and told so far, by name. The flow is written as if it ran once from top to
 * bottom. When its history grows too long it continues in a new run, which starts at the top again with this memory:
 * what a step learned answers at once, and no person is asked or told twice. Everything in it is plain JSON.
 */
export class Memory {
  private readonly kept: Map<string, unknown>;

  constructor(carried: Record<string, unknown> = {}) {
    this.kept = new Map(Object.entries(carried));
  }

  get<T>(name: string): T | undefined {
    return this.kept.get(name) as T | undefined;
  }

  set(name: string, value: unknown): void {
    this.kept.set(name, value);
  }

  /** The value made the first time, also in a run that continues this one. */
  once<T>(name: string, make: () => T): T {
    if (!this.kept.has(name)) this.kept.set(name, make());
    return this.kept.get(name) as T;
  }

  /** True the first time that it is asked about a name. */
  isFirst(name: string): boolean {
    const first = !this.kept.has(name);
    this.kept.set(name, true);
    return first;
  }

  /** What ended need not be carried any further; `prefix` stands for all names that begin with it. */
  forget(prefix: string): void {
    for (const name of [...this.kept.keys()]) if (name.startsWith(prefix)) this.kept.delete(name);
  }

  /** For the run that continues this one. */
  carried(): Record<string, unknown> {
    return Object.fromEntries(this.kept);
  }
}
