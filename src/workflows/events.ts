import type { LayersEvent } from '../contract/messages';
import type { WakeUp } from './waits';

/** As many as could arrive before the answer that names their resource has been read. */
const REMEMBERED = 100;

/**
 * Verified webhooks as wake-ups. Which ids an event mentions is all that counts: duplicates, replays and events for
 * unknown resources are harmless, since every wake-up is confirmed by a read.
 */
export class LayersEvents {
  private readonly ids = new Set<string>();
  private mentioned: string[] = [];

  receive(event: LayersEvent): void {
    if (event === null || typeof event !== 'object' || typeof event.id !== 'string' || this.ids.has(event.id)) return;
    this.ids.add(event.id);
    const values = Object.values(event.data ?? {}).filter((value): value is string => typeof value === 'string');
    this.mentioned = [...this.mentioned, ...values, event.type].slice(-REMEMBERED);
  }

  /** Wakes up when an event mentions one of these ids (or is of one of these types), also one that came early. */
  about(...wanted: (string | null)[]): WakeUp {
    return {
      pending: () => this.mentioned.some((value) => wanted.includes(value)),
      take: () => void (this.mentioned = this.mentioned.filter((value) => !wanted.includes(value))),
    };
  }
}

/** For waits that no webhook announces. */
export const NO_EVENT: WakeUp = { pending: () => false, take: () => undefined };
