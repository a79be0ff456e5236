import type { LayersEvent } from '../contract/messages';
import type { WakeUp } from './waits';

/** As many as could arrive before the answer that names their resource has been read. */
const REMEMBERED = 100;
/** Types that say that a job has done its work: then what it made is worth asking, and no longer the job. */
const FINISHED = ['job.completed', 'content.generated'];

/**
 * Verified webhooks as wake-ups. Which ids an event mentions is all that counts: duplicates, replays and events for
 * unknown resources are harmless, since every wake-up is confirmed by a read.
 */
export class LayersEvents {
  private readonly ids = new Set<string>();
  private mentioned: string[] = [];
  private types: string[] = [];
  private finished: string[] = [];

  receive(event: LayersEvent): void {
    if (event === null || typeof event !== 'object' || typeof event.id !== 'string' || this.ids.has(event.id)) return;
    this.ids.add(event.id);
    const values = Object.values(event.data ?? {}).filter((value): value is string => typeof value === 'string');
    this.mentioned = [...this.mentioned, ...values].slice(-REMEMBERED);
    this.types = [...this.types, event.type].slice(-REMEMBERED);
    if (FINISHED.includes(event.type)) this.finished = [...this.finished, ...values].slice(-REMEMBERED);
  }

  /** Wakes up when an event mentions one of these ids, also one that came early. */
  about(...ids: (string | null)[]): WakeUp {
    return {
      pending: () => this.mentioned.some((value) => ids.includes(value)),
      take: () => void (this.mentioned = this.mentioned.filter((value) => !ids.includes(value))),
    };
  }

  /** Wakes up when an event is of one of these types. What an event says of itself never counts as its type. */
  ofType(...wanted: string[]): WakeUp {
    return {
      pending: () => this.types.some((type) => wanted.includes(type)),
      take: () => void (this.types = this.types.filter((type) => !wanted.includes(type))),
    };
  }

  /** Whether an event has said of one of these that it is finished. A claim, to be confirmed by a read. */
  isSaidToBeFinished(...ids: (string | null)[]): boolean {
    return this.finished.some((value) => ids.includes(value));
  }
}

/** For waits that no webhook announces. */
export const NO_EVENT: WakeUp = { pending: () => false, take: () => undefined };
