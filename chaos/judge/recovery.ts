import type { RequestEntry } from '../../src/sandbox';
import type { StrikeRecord } from '../storm/journal';
import type { Evidence } from './evidence';

/** A call whose worker is gone is noticed so late: the heartbeat time-out of `workflows/api.ts`. */
export const CALL_TIMEOUT_MS = 12_000;
/** The same for a workflow task: Temporal's own default. */
export const TASK_TIMEOUT_MS = 10_000;

/** From the last thing that a process is let do before it is killed to its end. No other one is there as soon. */
const DYING_MS = 500;

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
  /** From the kill until a workflow task that was in flight had been done by the new worker, beyond its own time-out. */
  tasksInFlight: Figures;
}

/** How fast things went on after the only worker was killed and another one started. */
export function measureRecovery({ ledger, witnesses, skips }: Evidence, strikes: readonly StrikeRecord[]): Recovery {
  const requests = ledger.filter((entry): entry is RequestEntry => entry.type === 'request');
  const measured: Record<keyof Recovery, number[]> = { waiting: [], inFlight: [], tasksInFlight: [] };
  for (const [index, kill] of strikes.entries()) {
    if ((kill.kind !== 'worker killed' && kill.kind !== 'key rotated') || kill.runningAt === null) continue;
    // The next strike may come first; then this one says nothing.
    const end = strikes[index + 1]?.from ?? Infinity;
    for (const witness of witnesses) {
      if (skips.some(({ customer, at }) => customer === witness.customer && at <= kill.from)) continue;
      for (const { signals, decidedAt, tasks } of witness.runs) {
        const { from: killedAt, runningAt } = kill;
        const deadAt = kill.to + DYING_MS;
        if (tasks.some(({ from, to }) => from <= deadAt && (to === null || to > deadAt))) {
          const next = decidedAt.find((at) => at > killedAt);
          if (next !== undefined && next < end)
            measured.tasksInFlight.push(Math.max(next - killedAt - TASK_TIMEOUT_MS, 0));
        } else if (kill.nudged.includes(witness.workflowId)) {
          const told = signals.find(({ at }) => at >= killedAt && at <= runningAt);
          const next = told && decidedAt.find((at) => at >= told.at);
          if (next !== undefined && next < end) measured.waiting.push(Math.max(next - runningAt, 0));
        }
      }
    }
    for (const { idempotencyKey } of requests.filter((request) => isInFlight(request, kill))) {
      const again = requests.find(
        (other) => other.idempotencyKey === idempotencyKey && Date.parse(other.at) > kill.runningAt!,
      );
      if (again !== undefined && Date.parse(again.at) < end)
        measured.inFlight.push(Math.max(Date.parse(again.at) - kill.from - CALL_TIMEOUT_MS, 0));
    }
  }
  return {
    waiting: figures(measured.waiting),
    inFlight: figures(measured.inFlight),
    tasksInFlight: figures(measured.tasksInFlight),
  };
}

const isInFlight = ({ idempotencyKey, at, answeredAt }: RequestEntry, { from, to }: StrikeRecord): boolean =>
  idempotencyKey !== null && Date.parse(at) <= from && (answeredAt === null || Date.parse(answeredAt) > to);

function figures(values: number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const quantile = (part: number): number => sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? 0;
  return { count: sorted.length, p50Ms: quantile(0.5), p95Ms: quantile(0.95), maxMs: sorted.at(-1) ?? 0 };
}
