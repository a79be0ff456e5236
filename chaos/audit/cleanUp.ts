import type { Evidence, RunRecord } from '../judge/evidence';
import type { Model, Violation } from './model';

/** A clean-up may try for an hour, longer than anything here stays broken, and no plan lets it fail: it must not have failed. */
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

/** Under another API key Layers does not say which job an unanswered request has started, so the clean-up cannot cancel that job. */
const changedItsKey = ({ startedAt, closedAt }: RunRecord, { strikes }: Evidence): boolean =>
  strikes.some(
    ({ kind, from, to }) => kind === 'key rotated' && to >= startedAt && (closedAt === null || from <= closedAt),
  );

const failedCalls = ({ calls, stopAskedAt }: RunRecord): string[] =>
  calls
    .filter(({ completed, dueAt }) => !completed && dueAt >= (stopAskedAt ?? Infinity))
    .map(({ name, dueAt, attempt }) => `${name}, due ${new Date(dueAt).toISOString()}, failed with try ${attempt}`);
