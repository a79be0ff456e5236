import type { EffectEntry, RequestEntry } from '../../src/sandbox';
import { cellOfRule, CELLS } from '../plan/cells';
import { FAULTS } from '../plan/faults';
import { STRIKE_POINTS, STRIKES, type Point } from '../plan/points';
import type { Reset, SilentRule, StrikeRecord } from '../storm/journal';
import type { Evidence, RunRecord } from './evidence';
import type { CallRecord } from './timeline';

/** How often each fault met each point: `null` where that makes no sense. */
export type Hits = Map<string, Partial<Record<Point, number>>>;

interface Happened {
  strikes: readonly StrikeRecord[];
  resets: readonly Reset[];
  silentRules: readonly SilentRule[];
}

/**
 * Counts by evidence, not by intention: a rule where the ledger shows that it acted, a strike by what ledger and history
 * say each onboarding was doing at that moment.
 */
export function countHits({ ledger, witnesses, skips }: Evidence, { strikes, resets, silentRules }: Happened): Hits {
  const hits: Hits = new Map([
    ...STRIKES.map((kind): [string, Partial<Record<Point, number>>] => [
      kind,
      Object.fromEntries(STRIKE_POINTS[kind].map((point) => [point, 0])),
    ]),
    ...FAULTS.map(({ name }): [string, Partial<Record<Point, number>>] => [
      name,
      Object.fromEntries(CELLS.filter(({ fault }) => fault === name).map(({ point }) => [point, 0])),
    ]),
  ]);
  const count = (fault: string, point: Point): void => {
    const row = hits.get(fault);
    if (row?.[point] !== undefined) row[point] += 1;
  };

  const acted = new Set(silentRules.filter(({ matches }) => matches > 0).map(({ id }) => id));
  const requests = ledger.filter((entry): entry is RequestEntry => entry.type === 'request');
  for (const { faults } of requests) for (const fault of faults) acted.add(fault.slice(0, fault.lastIndexOf(':')));
  for (const id of acted) {
    const cell = cellOfRule(id);
    if (cell !== null) count(cell.fault, cell.point);
  }

  const byKey = new Map<string, RequestEntry[]>();
  for (const request of requests) {
    const { idempotencyKey } = request;
    if (idempotencyKey !== null) byKey.set(idempotencyKey, [...(byKey.get(idempotencyKey) ?? []), request]);
  }
  const effects = new Map<string, EffectEntry>();
  for (const entry of ledger)
    if (entry.type === 'effect' && entry.requestId !== null) effects.set(entry.requestId, entry);
  for (const { runId, customer, from, point } of resets) {
    const run = witnesses.find((one) => one.customer === customer)?.runs.find((one) => one.runId === runId);
    if (run !== undefined && pointsAt({ from, to: from }, run, byKey, effects).has(point))
      count('history reset', point);
  }
  for (const strike of strikes)
    for (const witness of witnesses) {
      // Since a clock was moved, nothing can be compared by it.
      if (skips.some(({ customer, at }) => customer === witness.customer && at <= strike.from)) continue;
      const { from } = strike;
      const run = witness.runs.find(
        ({ startedAt, closedAt }) => startedAt <= from && (closedAt === null || closedAt > from),
      );
      if (run === undefined) continue;
      for (const point of pointsAt(strike, run, byKey, effects)) count(strike.kind, point);
    }
  return hits;
}

/** What one onboarding was doing when it was struck. Several things go side by side. */
function pointsAt(
  { from, to }: Pick<StrikeRecord, 'from' | 'to'>,
  run: RunRecord,
  byKey: Map<string, RequestEntry[]>,
  effects: Map<string, EffectEntry>,
): Set<Point> {
  const points = new Set<Point>();
  const open = run.calls.filter(({ dueAt, closedAt }) => dueAt <= from && (closedAt === null || closedAt > from));
  for (const call of open) {
    const point = pointOfCall(call, to, byKey.get(call.key ?? '') ?? [], effects);
    if (point !== null) points.add(point);
  }
  // The report stands in the history, and what follows from it had not been decided yet.
  for (const { closedAt, completed } of run.calls) {
    if (!completed || closedAt === null || closedAt > from) continue;
    const next = run.decidedAt.find((at) => at >= closedAt);
    if (next === undefined || next > from) points.add('after the report');
  }
  const stage = run.stages.findLast(({ at }) => at <= from)?.stage;
  if (stage === 'review') points.add('during review');
  const timer = run.timers.some((one) => one.from <= from && (one.to === null || one.to > from));
  const polls = open.some(({ key, startedAt }) => key === null && (startedAt === null || startedAt > from));
  if (stage !== 'review' && stage !== 'finished' && (timer || polls)) points.add('during a wait');
  return points;
}

/** How far a call that changes something had come; `null` for one that was between two tries. */
function pointOfCall(
  { key }: CallRecord,
  to: number,
  requests: readonly RequestEntry[],
  effects: Map<string, EffectEntry>,
): Point | null {
  if (key === null) return null;
  const sent = requests.filter(({ at }) => Date.parse(at) <= to);
  const last = sent.at(-1);
  if (last === undefined) return 'before send';
  const { requestId, answeredAt, status, wire } = last;
  if (answeredAt !== null && Date.parse(answeredAt) <= to)
    return wire === 'answered' && status !== null && status < 300 ? 'after the answer' : null;
  const effect = effects.get(requestId);
  return effect !== undefined && Date.parse(effect.at) <= to ? 'after the effect' : 'before send';
}
