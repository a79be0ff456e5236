import type { Logger } from 'pino';

const WINDOW_MS = 60_000;

/**
 * Warnings that strangers can cause as often as they like. The first of a kind is written at once, those that follow
 * within a minute are counted and told in one line: a flood must not fill a disk.
 */
export class Gathered {
  private readonly more = new Map<string, number>();

  constructor(
    private readonly log: Logger,
    private readonly windowMs = WINDOW_MS,
  ) {}

  /** `reason` is one of a few words of our own, never what a stranger sent. */
  warn(message: string, fields: { reason: string } & Record<string, unknown>): void {
    const { reason } = fields;
    const kind = `${message}: ${reason}`;
    const counted = this.more.get(kind);
    if (counted !== undefined) return void this.more.set(kind, counted + 1);
    this.more.set(kind, 0);
    this.log.warn(fields, message);
    setTimeout(() => {
      const times = this.more.get(kind) ?? 0;
      this.more.delete(kind);
      if (times > 0) this.log.warn({ reason, times, withinMs: this.windowMs }, `${message}, again`);
    }, this.windowMs).unref();
  }
}
