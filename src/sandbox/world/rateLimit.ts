import { ApiError } from '../format/errors';
import type { Core } from './core';
import type { EndpointClass } from './ledger';

/**
 * Three buckets per API key over a sliding window, a cap on synchronous writes per UTC day, and a cap on the running
 * jobs of an organization. A refused request does not count. How Layers shapes its buckets is not published; a sliding
 * window is the reading that no other one is stricter than.
 */
export class RateLimiter {
  private readonly taken = new Map<string, number[]>();

  constructor(private readonly core: Core) {}

  take(apiKeyId: string, endpointClass: EndpointClass): void {
    const { limits, rateWindowMs } = this.core.config;
    const now = this.core.now();
    const bucket = `${apiKeyId} ${endpointClass}`;
    const times = this.taken.get(bucket) ?? [];
    const live = times.findIndex((time) => time > now - rateWindowMs);
    times.splice(0, live === -1 ? times.length : live);
    const limit = { 'read-light': limits.reads, 'write-light': limits.writes, 'long-running': limits.starts }[
      endpointClass
    ];
    if (times.length >= limit) {
      const waitMs = (times[0] ?? now) + rateWindowMs - now;
      throw rateLimited(`More than ${limit} ${endpointClass} requests per minute.`, Math.ceil(waitMs / 1_000), {
        endpointClass,
        limit,
      });
    }
    if (endpointClass === 'write-light') this.takeDaily(apiKeyId, now);
    times.push(now);
    this.taken.set(bucket, times);
  }

  private takeDaily(apiKeyId: string, now: number) {
    const limit = this.core.overrides.writesPerDay ?? this.core.config.limits.writesPerDay;
    const day = new Date(now).toISOString().slice(0, 10);
    const { dailyWrites } = this.core.state;
    const today = dailyWrites[apiKeyId]?.day === day ? dailyWrites[apiKeyId] : { day, count: 0 };
    if (today.count >= limit) {
      const midnight = Date.parse(`${day}T00:00:00Z`) + 86_400_000;
      const seconds = Math.ceil((midnight - now) / 1_000);
      throw rateLimited(`More than ${limit} writes today.`, seconds, { limit, window: 'day' });
    }
    today.count += 1;
    dailyWrites[apiKeyId] = today;
  }

  /** The documents do not say that this refusal carries `Retry-After`, so it does not. */
  takeJob(running: number): void {
    const { concurrentJobs } = { ...this.core.config, ...this.core.overrides };
    if (running < concurrentJobs) return;
    throw rateLimited(`More than ${concurrentJobs} jobs at once.`, null, {
      limit: concurrentJobs,
      window: 'concurrent_jobs',
    });
  }

  clear(): void {
    this.taken.clear();
  }
}

export const rateLimited = (message: string, seconds: number | null, details?: Record<string, unknown>): ApiError =>
  new ApiError(429, 'RATE_LIMITED', message, details, seconds === null ? {} : { 'Retry-After': String(seconds) });
