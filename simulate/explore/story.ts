import type { Violation } from '../../chaos/audit';
import { faultsOf, type Verdict } from './verdict';

/** Lines of a trace that tell what somebody did, or what went wrong: not the routine between them. */
const TELLING =
  /(started|cancel|abort|reset|decide|approv|reject|consent|blocked|resolve|dies|frozen|lost|silen|twice|too early|times out|has ended|continues|takes over|struck|refused|expired)/i;
const LEDGER = /^\{/;
const MOST_LINES = 60;

/** What happened in a world, as short as it makes the faults understood: who did what when, and what lives that should not. */
export function storyOf(verdict: Pick<Verdict, 'trace' | 'problems' | 'violations' | 'endings'>): string[] {
  const { trace, violations, endings } = verdict;
  const telling = trace.filter((line) => !LEDGER.test(line) && TELLING.test(line));
  const left = telling.length - MOST_LINES;
  const lines =
    left > 0
      ? [...telling.slice(0, MOST_LINES / 2), `… ${left} lines more`, ...telling.slice(-MOST_LINES / 2)]
      : telling;
  return [
    ...lines,
    ...effectsIn(trace),
    ...endings.map(({ customer, runs }) => `${customer} ended: ${runs.join(', then ')}`),
    ...faultsOf(verdict).map((fault) => `✗ ${fault}`),
    ...violations.flatMap(evidenceOf),
  ];
}

const evidenceOf = ({ evidence }: Violation): string[] => evidence.slice(0, 6).map((line) => `    ${line}`);

/** Everything that came into being at Layers, and went. */
function effectsIn(trace: readonly string[]): string[] {
  return trace.flatMap((line) => {
    if (!LEDGER.test(line)) return [];
    const entry = JSON.parse(line) as { type: string; effect?: string; id?: string; at?: string | number };
    return entry.type === 'effect'
      ? [`${new Date(entry.at ?? 0).toISOString()} at Layers: ${entry.effect} ${entry.id}`]
      : [];
  });
}
