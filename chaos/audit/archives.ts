import type { EffectEntry, RequestEntry } from '../../src/sandbox';
import type { RunRecord, Witness } from '../judge/evidence';
import { shown, timeOf, type Model, type Violation } from './model';

/** What was sent just before the end of a run may arrive after it. */
const ON_THE_WIRE_MS = 1_000;
const ARCHIVE = /^\/v1\/projects\/([^/]+)$/;

/** A project is archived if, and only if, the run that created it was stopped and its input asks for that. */
export const archivedAsAsked = (model: Model): Violation[] =>
  model.evidence.witnesses.flatMap((witness) => [...archivedWrongly(model, witness), ...notArchived(model, witness)]);

const violation = (customer: string, what: string, entries: (RequestEntry | EffectEntry)[]): Violation => ({
  invariant: 'archived as asked',
  customer,
  what,
  evidence: entries.map(shown),
});

/** The onboarding is judged by the request that it sends, not by what Layers makes of it. */
function archivedWrongly(model: Model, witness: Witness): Violation[] {
  return model.requests.flatMap((request) => {
    const projectId = request.method === 'DELETE' ? ARCHIVE.exec(request.path)?.[1] : undefined;
    if (projectId === undefined || model.customerOf(request) !== witness.customer) return [];
    // A reset keeps the start of its run, which may have ended long before: the first that had not ended yet has sent it.
    const at = timeOf(request);
    const run = witness.runs.find(
      ({ startedAt, closedAt }) => startedAt <= at && (closedAt === null || closedAt >= at - ON_THE_WIRE_MS),
    );
    const why = objection(model, witness, run, { projectId, at: timeOf(request) });
    return why === null ? [] : [violation(witness.customer, `${projectId} was archived, though ${why}`, [request])];
  });
}

function objection(
  model: Model,
  { plan }: Witness,
  run: RunRecord | undefined,
  { projectId, at }: { projectId: string; at: number },
): string | null {
  if (run === undefined || run.stopAskedAt === null || run.stopAskedAt > at) return 'nobody had stopped its onboarding';
  if (plan.onCancel !== 'archive') return 'it was to be kept';
  return createdIn(model, run).some(({ id }) => id === projectId) ? null : 'this run had not created it';
}

/** A clean-up that says that it failed is judged as such. */
function notArchived(model: Model, { customer, plan, runs }: Witness): Violation[] {
  if (plan.onCancel !== 'archive') return [];
  return runs.flatMap((run) => {
    const { stopAskedAt, closedAt, ending, cleanUpFailed } = run;
    const stopped = ending === 'cancelled' || ending === 'failed';
    if (!stopped || stopAskedAt === null || closedAt === null || cleanUpFailed) return [];
    const left = createdIn(model, run).filter(
      (created) => created.customerExternalId === customer && !isArchived(model, created.id, closedAt),
    );
    return left.map((created) =>
      violation(customer, `${created.id} was not archived, though the run that created it was stopped`, [created]),
    );
  });
}

/** A reset keeps the start of its run, so what was created before it counts as the new run's. */
const createdIn = ({ ours }: Model, { startedAt, closedAt }: RunRecord): EffectEntry[] =>
  ours.filter(
    (entry) =>
      entry.effect === 'project.created' && timeOf(entry) >= startedAt && timeOf(entry) <= (closedAt ?? Infinity),
  );

/** By then, and not brought back since; perhaps by a run that was reset only when it had ended. */
function isArchived({ effects }: Model, projectId: string, at: number): boolean {
  const last = effects.findLast(
    (entry) =>
      entry.id === projectId &&
      timeOf(entry) <= at &&
      (entry.effect === 'project.archived' || (entry.effect === 'project.patched' && revives(entry))),
  );
  return last?.effect === 'project.archived';
}

const revives = ({ data }: EffectEntry): boolean =>
  (data?.['fields'] as string[] | undefined)?.includes('status') === true;
