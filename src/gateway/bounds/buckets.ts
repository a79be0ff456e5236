import { Recent } from './recent';

/** How much one link, or one onboarding, may do: so many at once, and then one every so many milliseconds. */
export interface Allowance {
  atOnce: number;
  everyMs: number;
}

/** How many keys are remembered. A bucket that is forgotten is a full one. */
const MOST = 20_000;

/** Token buckets, one per key. They are this process' own: several gateways side by side allow as many times as much. */
export class Buckets {
  private readonly buckets: Recent<{ left: number; at: number }>;

  constructor(
    private readonly allowance: Allowance,
    private readonly now: () => number,
  ) {
    const { atOnce, everyMs } = allowance;
    this.buckets = new Recent({ most: MOST, forMs: atOnce * everyMs, now });
  }

  /** Takes one; 0 where it may go on, else the milliseconds until there is one again. */
  take(key: string): number {
    const { atOnce, everyMs } = this.allowance;
    const at = this.now();
    const before = this.buckets.get(key) ?? { left: atOnce, at };
    const left = Math.min(atOnce, before.left + (at - before.at) / everyMs);
    if (left < 1) return Math.ceil((1 - left) * everyMs);
    this.buckets.set(key, { left: left - 1, at });
    return 0;
  }
}
