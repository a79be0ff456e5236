import { CUSTOMER_RETURNED, type LayersEvent } from '../../contract/messages';
import { hasId } from '../../contract/ids';
import type { Memory } from '../memory';
import type { WakeUp } from './waits';

/** As many as could arrive before the answer that names their resource has been read. */
const REMEMBERED = 100;
/** Ids by which an event that is delivered twice is known: Layers repeats one for a day at most. */
const KNOWN_IDS = 1_000;
/** What is remembered goes to the run that continues this one. Ids of Layers have 40 characters. */
const LONGEST_ID = 200;
/** Types that say that a job has done its work: then what it made is worth asking, and no longer the job. */
const FINISHED = ['job.completed', 'content.generated'];

interface Heard {
  /** Of the events themselves. */
  ids: string[];
  /** Ids that events mention. */
  mentioned: string[];
  types: string[];
  /** Ids that an event has called finished. */
  finished: string[];
  /** Epoch milliseconds at which the customer was last said to have come back; 0 for never. */
  lastReturn: number;
}

/**
 * Verified webhooks as wake-ups. Which ids an event mentions is all that counts: duplicates, replays and events for
 * unknown resources are harmless, since every wake-up is confirmed by a read.
 */
export class LayersEvents {
  private readonly heard: Heard;
  private heardAt: number | null = null;

  constructor(memory: Memory) {
    this.heard = memory.once<Heard>('events', () => ({
      ids: [],
      mentioned: [],
      types: [],
      finished: [],
      lastReturn: 0,
    }));
  }

  /** Anybody may send the signal: what is no event, or names what is no id, wakes nobody. */
  receive(event: LayersEvent): void {
    const { heard } = this;
    this.heardAt = Date.now();
    const { id, type, data } = (event ?? {}) as Partial<Record<keyof LayersEvent, unknown>>;
    if (!isId(id) || !isId(type) || heard.ids.includes(id)) return;
    heard.ids = [...heard.ids, id].slice(-KNOWN_IDS);
    const values = Object.values(data ?? {})
      .filter(isId)
      .slice(0, REMEMBERED);
    heard.mentioned = [...heard.mentioned, ...values].slice(-REMEMBERED);
    heard.types = [...heard.types, type].slice(-REMEMBERED);
    if (type === CUSTOMER_RETURNED) heard.lastReturn = Date.now();
    if (FINISHED.includes(type)) heard.finished = [...heard.finished, ...values].slice(-REMEMBERED);
  }

  /** Whether one has come with this very workflow task, so that others may be on their way. */
  get isHearing(): boolean {
    return this.heardAt === Date.now();
  }

  /** Wakes up when an event mentions one of these ids, also one that came early. */
  about(...ids: (string | null)[]): WakeUp {
    return {
      pending: () => this.heard.mentioned.some((value) => hasId(ids, value)),
      take: () => void (this.heard.mentioned = this.heard.mentioned.filter((value) => !hasId(ids, value))),
    };
  }

  /** Wakes up when an event is of one of these types. What an event says of itself never counts as its type. */
  ofType(...wanted: string[]): WakeUp {
    return {
      pending: () => this.heard.types.some((type) => wanted.includes(type)),
      take: () => void (this.heard.types = this.heard.types.filter((type) => !wanted.includes(type))),
    };
  }

  /** Whether an event has said of one of these that it is finished. A claim, to be confirmed by a read. */
  isSaidToBeFinished(...ids: (string | null)[]): boolean {
    return this.heard.finished.some((value) => hasId(ids, value));
  }

  /** Epoch milliseconds at which the customer last came back from a platform, as the gateway says; 0 for never. */
  get lastReturn(): number {
    return this.heard.lastReturn;
  }
}

const isId = (value: unknown): value is string => typeof value === 'string' && value.length <= LONGEST_ID;

/** For waits that no webhook announces. */
export const NO_EVENT: WakeUp = { pending: () => false, take: () => undefined };
