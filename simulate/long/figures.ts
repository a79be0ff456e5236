import { temporal } from '@temporalio/proto';
import type { Execution } from '../temporal/execution';
import type { HistoryEvent } from '../temporal/temporal';

const { History } = temporal.api.history.v1;

/** What a long life has cost, and how near it has come to what Temporal takes. */
export interface Figures {
  days: number;
  runs: number;
  /** Of all runs. */
  events: number;
  /** To Layers. */
  requests: number;
  /** The most that one run has had. */
  most: { events: number; bytes: number; signals: number; updates: number };
  /** Bytes of the largest value that a search attribute was given. */
  largestAttribute: number;
}

const DAY_MS = 86_400_000;

/** @param runs of one workflow, oldest first; the last one has ended */
export function figuresOf(runs: readonly Execution[], requests: number): Figures {
  const histories = runs.map(({ history }) => history);
  const most = (figure: (history: readonly HistoryEvent[]) => number): number => Math.max(...histories.map(figure));
  const closedAt = runs.at(-1)?.closedAt ?? NaN;
  return {
    days: (closedAt - runs[0]!.startedAt) / DAY_MS,
    runs: runs.length,
    events: histories.reduce((sum, { length }) => sum + length, 0),
    requests,
    most: {
      events: most(({ length }) => length),
      bytes: most((history) => History.encode({ events: [...history] }).finish().length),
      signals: most(counting('workflowExecutionSignaledEventAttributes')),
      updates: most(counting('workflowExecutionUpdateAcceptedEventAttributes')),
    },
    largestAttribute: most((history) => Math.max(0, ...history.flatMap(attributeSizes))),
  };
}

const counting =
  (attributes: keyof HistoryEvent) =>
  (history: readonly HistoryEvent[]): number =>
    history.filter((event) => event[attributes] != null).length;

const attributeSizes = ({ upsertWorkflowSearchAttributesEventAttributes: upsert }: HistoryEvent): number[] =>
  Object.values(upsert?.searchAttributes?.indexedFields ?? {}).map(({ data }) => data?.length ?? 0);
