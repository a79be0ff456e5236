import type { Evidence, RunRecord } from '../judge/evidence';
import type { Model, Violation } from './model';

/** What costs or publishes could be taken back: no plan lets that fail, and an hour is longer than anything is broken. */
export const cleanUpComplete = ({ evidence }: Model): Violation[] =>
  evidence.witnesses.flatMap(({ customer, runs }) =>
    runs
      .filter((run) => run.cleanUpFailed && !changedItsKey(run, evidence))
      .map((run) => ({
        invariant: 'clean-up complete' as const,
        customer,
        what: `the clean-up of ${run.runId} failed`,
        evidence: failedCalls(run),
      })),
  );

/** Under another API key Layers does not say which job an unanswered request has started, so nobody can cancel it. */
const changedItsKey = ({ startedAt, closedAt }: RunRecord, { strikes }: Evidence): boolean =>
  strikes.some(
    ({ kind, from, to }) => kind === 'key rotated' && to >= startedAt && (closedAt === null || from <= closedAt),
  );

const failedCalls = ({ calls, stopAskedAt }: RunRecord): string[] =>
  calls
    .filter(({ completed, dueAt }) => !completed && dueAt >= (stopAskedAt ?? Infinity))
    .map(({ name, dueAt, attempt }) => `${name}, due ${new Date(dueAt).toISOString()}, failed with try ${attempt}`);
