import type { RequestEntry } from '../src/sandbox';
import type { Evidence } from './evidence';
import type { StrikeRecord } from './journal';

/** A call whose worker is gone is noticed so late: the heartbeat time-out of `workflows/api.ts`. */
export const OWN_TIMEOUT_MS = 12_000;

export interface Figures {
  count: number;
  p50Ms: number;
  p95Ms: number;
  maxMs: number;
}

export interface Recovery {
  /** From the moment when a worker ran again until a waiting onboarding had taken what it was told meanwhile. */
  waiting: Figures;
  /** From the kill until a request that was in flight was sent again, beyond its own time-out. */
  inFlight: Figures;
}

/** How fast things went on after the only worker was killed and another one started. */
export function measureRecovery({ ledger, witnesses }: Evidence, strikes: readonly StrikeRecord[]): Recovery {
  const kills = strikes.filter(({ kind }) => kind === 'worker killed' || kind === 'key rotated');
  const waiting: number[] = [];
  const inFlight: number[] = [];
  const requests = ledger.filter((entry): entry is RequestEntry => entry.type === 'request');
  const ends = kills.map((kill) => strikes[strikes.indexOf(kill) + 1]?.from ?? Infinity);
  for (const [index, { from, to, runningAt, nudged }] of kills.entries()) {
    if (runningAt === null) continue;
    for (const { workflowId, runs } of witnesses) {
      if (!nudged.includes(workflowId)) continue;
      for (const { signals, decidedAt } of runs) {
        const told = signals.find(({ at }) => at >= from && at <= runningAt);
        const next = told && decidedAt.find((at) => at >= told.at);
        if (next !== undefined) waiting.push(Math.max(next - runningAt, 0));
      }
    }
    const open = requests.filter(
      ({ at, answeredAt, idempotencyKey }) =>
        idempotencyKey !== null && Date.parse(at) <= from && (answeredAt === null || Date.parse(answeredAt) > to),
    );
    for (const { idempotencyKey } of open) {
      const again = requests.find(
        (other) => other.idempotencyKey === idempotencyKey && Date.parse(other.at) > runningAt,
      );
      // The next strike may have come first; then this one says nothing.
      if (again === undefined || Date.parse(again.at) > ends[index]!) continue;
      inFlight.push(Math.max(Date.parse(again.at) - from - OWN_TIMEOUT_MS, 0));
    }
  }
  return { waiting: figures(waiting), inFlight: figures(inFlight) };
}

function figures(values: number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const quantile = (part: number): number => sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? 0;
  return { count: sorted.length, p50Ms: quantile(0.5), p95Ms: quantile(0.95), maxMs: sorted.at(-1) ?? 0 };
}
