import Table from 'cli-table3';
import { INVARIANTS } from './audit/model';
import type { Figures } from './judge/recovery';
import { CALL_TIMEOUT_MS, TASK_TIMEOUT_MS } from './judge/recovery';
import { POINTS } from './plan/points';
import type { ChaosReport } from './run';

/** Fewest hits of each cell that makes sense, at full size. */
export const FEWEST_HITS = 5;
export const FULL_SIZE = 200;
/** So many violations are told in full. */
const MOST_SHOWN = 20;

/** Cells with fewer hits than they should have, as `fault, point: hits`. */
export const shortCells = ({ hits }: Pick<ChaosReport, 'hits'>, fewest = FEWEST_HITS): string[] =>
  [...hits].flatMap(([fault, row]) =>
    POINTS.flatMap((point) => {
      const count = row[point];
      return count === undefined || count >= fewest ? [] : [`${fault}, ${point}: ${count}`];
    }),
  );

const table = (head: string[]): InstanceType<typeof Table> =>
  new Table({
    head,
    style: { head: [], border: [], compact: true },
    colAligns: ['left', ...head.slice(1).map(() => 'right' as const)],
  });

/** What a person wants to know of a run. */
export function renderReport(report: ChaosReport): string {
  const { seed, onboardings, hits, violations, seconds, troubles } = report;
  const cells = table(['fault', ...POINTS]);
  for (const [fault, row] of hits) cells.push([fault, ...POINTS.map((point) => row[point] ?? '·')]);
  const total = Object.values(seconds).reduce((sum, one) => sum + one, 0);
  const list = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  return [
    `Seed ${seed}: ${onboardings} onboardings (${list(report.endings)})`,
    `Strikes: ${list(report.strikes)}${report.crashes === 0 ? '' : `; workers that aborted by themselves: ${report.crashes}`}`,
    '',
    'Faults that met a point, by the evidence of ledger and histories (· makes no sense):',
    cells.toString(),
    ...shortNote(report),
    '',
    `Requests: ${report.requests}, answered from their key: ${report.replayed}; histories replayed: ${report.histories}`,
    `Busiest 60 s of any key: ${busiest(report)}`,
    'After kill -9 of the only worker and a new one:',
    `  waits went on after: ${figures(report.recovery.waiting)}${aim(report.recovery.waiting, 2)}`,
    `  requests in flight, sent again after ${CALL_TIMEOUT_MS / 1000} s (their own time-out) and: ${figures(report.recovery.inFlight)}${aim(report.recovery.inFlight, 10)}`,
    `  workflow tasks in flight, done after ${TASK_TIMEOUT_MS / 1000} s (their own time-out) and: ${figures(report.recovery.tasksInFlight)}`,
    `Time: ${total.toFixed(0)} s (${Object.entries(seconds)
      .map(([phase, took]) => `${phase} ${took} s`)
      .join(', ')})`,
    ...troubles.slice(0, MOST_SHOWN).map((trouble) => `Trouble in the harness: ${trouble}`),
    '',
    ...INVARIANTS.map((name) => {
      const count = violations.filter(({ invariant }) => invariant === name).length;
      return count === 0 ? `✔ ${name}` : `✖ ${name}: ${count}`;
    }),
    `Violations: ${violations.length}`,
    ...violations
      .slice(0, MOST_SHOWN)
      .flatMap(({ invariant, customer, what, evidence }) => [
        `✖ ${invariant}${customer === null ? '' : ` (${customer})`}: ${what}`,
        ...evidence.map((line) => `    ${line}`),
      ]),
    ...(violations.length > MOST_SHOWN ? [`… and ${violations.length - MOST_SHOWN} more`] : []),
  ].join('\n');
}

function shortNote(report: ChaosReport): string[] {
  const short = shortCells(report);
  if (report.onboardings < FULL_SIZE)
    return [`(${short.length} cells have fewer than ${FEWEST_HITS} hits; all have them at ${FULL_SIZE} onboardings)`];
  return short.length === 0 ? [] : [`Cells with fewer than ${FEWEST_HITS} hits: ${short.join('; ')}`];
}

/** Of each bucket the one that came nearest to its limit. */
function busiest({ busiest: all }: ChaosReport): string {
  const buckets = [...new Set(all.map(({ bucket }) => bucket))];
  return buckets
    .map((name) => {
      const counts = all.filter(({ bucket }) => bucket === name);
      return `${name} ${Math.max(...counts.map(({ count }) => count))} of ${counts[0]!.limit}`;
    })
    .join(', ');
}

const figures = ({ count, p50Ms, p95Ms, maxMs }: Figures): string =>
  count === 0
    ? 'none was met'
    : `p50 ${(p50Ms / 1000).toFixed(1)} s, p95 ${(p95Ms / 1000).toFixed(1)} s, at most ${(maxMs / 1000).toFixed(1)} s (${count})`;

/** Told, not judged: a machine that is busy with something else would fail the run. */
const aim = ({ count, p95Ms }: Figures, seconds: number): string =>
  ` (aim: p95 ${seconds} s${count === 0 ? '' : p95Ms <= seconds * 1000 ? ', met' : ', MISSED'})`;

/** The same for programs. */
export const jsonReport = ({ evidence: _evidence, hits, ...rest }: ChaosReport): object => ({
  ...rest,
  hits: Object.fromEntries(hits),
});
