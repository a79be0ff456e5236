import { performance } from 'node:perf_hooks';
import { activityInfo } from '@temporalio/activity';
import type { Wait } from '../contract/activities';

/** After so long a reading is forgotten: the server's clock may have been set back meanwhile. */
const FORGOTTEN_AFTER_MS = 10 * 60_000;
/** `Date` counts whole seconds, and clocks that are looked after are apart by less than another. */
const CLOSE_ENOUGH_MS = 2_000;
/** Further apart are no two clocks that work: such a `Date` is a mistake. */
const FARTHEST_MS = 24 * 60 * 60_000;

/** Readings for so many workflows are kept, those that were used last. */
const MOST_READINGS = 10_000;

/** What this process knows of the clock that one workflow lives by. */
interface Reading {
  /** Milliseconds from this process's own time to it. */
  aheadMs: number;
  /** By this process's own time. */
  readAt: number;
  /** How far Layers' clock is behind it, as the last answer showed; negative where it is ahead. */
  layersBehindMs: number;
}

/**
 * Temporal's clock, by which workflows live, as far as this process can know it: this machine's own may be wrong. Each attempt
 * tells when it was scheduled, which was a moment ago, or longer where the queue was full; the reading that is furthest
 * on is the best one. From there on the process's own time runs, which nobody sets. Each workflow has a clock of its own,
 * since a server can skip the time of a single one.
 */
export class TemporalClock {
  private readonly readings = new Map<string, Reading>();

  constructor(private readonly monotonic: () => number = () => performance.now()) {}

  /** Epoch milliseconds, never later than it is. To be called within an activity, as all here. */
  now(): number {
    return this.monotonic() + this.read().aheadMs;
  }

  /** A moment from which on Layers is to look, so that its clock may be behind without anything being missed. */
  byLayers(since: string): string {
    const { layersBehindMs } = this.read();
    return layersBehindMs > 0 ? later(since, -layersBehindMs) : since;
  }

  /** An answer has shown how far Layers' clock is behind. */
  layersIsBehind(ms: number): void {
    this.read().layersBehindMs = ms;
  }

  /** Milliseconds since a wait began. */
  since({ startedAt }: Pick<Wait, 'startedAt'>): number {
    return this.now() - startedAt;
  }

  private read(): Reading {
    const { workflowExecution, currentAttemptScheduledTimestampMs } = activityInfo();
    const workflowId = workflowExecution?.workflowId ?? '';
    const readAt = this.monotonic();
    const aheadMs = currentAttemptScheduledTimestampMs - readAt;
    const known = this.readings.get(workflowId);
    const isBest = known === undefined || aheadMs >= known.aheadMs || readAt - known.readAt > FORGOTTEN_AFTER_MS;
    const reading = isBest ? { aheadMs, readAt, layersBehindMs: known?.layersBehindMs ?? 0 } : known;
    this.readings.delete(workflowId);
    this.readings.set(workflowId, reading);
    const [oldest] = this.readings.keys();
    if (this.readings.size > MOST_READINGS && oldest !== undefined) this.readings.delete(oldest);
    return reading;
  }
}

/**
 * How far Layers' clock is behind Temporal's, in milliseconds; negative where it is ahead. Only what is certain: 0 where the
 * answer came at a time that fits both, or does not say when it was given.
 *
 * @param sentAt when the request left, by Temporal's clock at the earliest
 * @param now when the answer was there, by Temporal's clock at the latest
 */
export function layersIsBehindMs(answeredAt: number | null, { sentAt, now }: { sentAt: number; now: number }): number {
  if (answeredAt === null) return 0;
  const behindMs = answeredAt < sentAt ? sentAt - answeredAt : answeredAt > now ? now - answeredAt : 0;
  return Math.abs(behindMs) > CLOSE_ENOUGH_MS && Math.abs(behindMs) < FARTHEST_MS ? behindMs : 0;
}

/** Times that a workflow compares with its own. A time that a person has set (`scheduledFor`) is nobody's clock. */
const COMPARED = ['createdAt', 'expiresAt'];

/** What Layers answered, with its times by Temporal's clock. */
export function onTemporalClock<T>(value: T, behindMs: number): T {
  if (behindMs === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one: unknown) => onTemporalClock(one, behindMs)) as T;
  const moved = Object.entries(value).map(([name, one]: [string, unknown]) => {
    if (name === 'items') return [name, onTemporalClock(one, behindMs)];
    return [name, COMPARED.includes(name) && typeof one === 'string' ? later(one, behindMs) : one];
  });
  return Object.fromEntries(moved) as T;
}

const later = (time: string, ms: number): string => new Date(Date.parse(time) + ms).toISOString();
