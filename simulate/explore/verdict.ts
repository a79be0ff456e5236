import type { Lived } from '../world/live';

/** What became of a world, as it comes from the process that has played it: histories encoded as a server sends them. */
export interface Verdict extends Omit<Lived, 'histories'> {
  histories: { workflowId: string; runId: string; history: Uint8Array }[];
}

/** Everything that must not be, one line each. */
export const faultsOf = ({ problems, violations }: Pick<Verdict, 'problems' | 'violations'>): string[] => [
  ...problems,
  ...violations.map(({ invariant, what }) => `${invariant}: ${what}`),
];

/** Ids and figures differ from world to world; the kind of a fault does not. */
export const kindOf = (fault: string): string =>
  fault
    .split('\n')[0]!
    .replaceAll(/\b[a-z]{2,4}_[0-9a-z-]{8,}\b/gi, '…')
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g, '…')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, '…')
    .replaceAll(/sim-\d+(-\d+)?/g, 'sim')
    .replaceAll(/\d+/g, 'N')
    .slice(0, 160);
