import type { Bucket } from '../contract/queues';

export type RateTier = 'standard' | 'pilot' | 'partner';

/** Requests per minute that Layers allows an API key, per bucket. */
export type RateLimits = Readonly<Record<Bucket, number>>;

/** The published tiers (layers/API.md 16). */
export const TIERS: Readonly<Record<RateTier, RateLimits>> = {
  standard: { reads: 120, writes: 60, starts: 20 },
  pilot: { reads: 1200, writes: 600, starts: 60 },
  partner: { reads: 6000, writes: 3000, starts: 300 },
};

export const isRateTier = (text: string): text is RateTier => Object.hasOwn(TIERS, text);

/**
 * Tasks per second at which no minute exceeds `limit`. Measured on server 1.32: a minute overshoots rate × 60 by one to
 * three tasks at small rates, by one per partition at least, and by about a second's worth at large ones. Never 0, which
 * a worker takes for "no limit".
 */
export const tasksPerSecond = (limit: number, partitions: number): number =>
  Math.max(Math.min((limit - Math.max(partitions, 3)) / 60, limit / 61.5), 1 / 60);
