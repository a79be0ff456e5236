import type { RequestEntry } from '../../src/sandbox';
import type { RunRecord, Witness } from '../judge/evidence';
import { shown, timeOf, type Model, type Violation } from './model';

const SCHEDULE = /^\/v1\/content\/([^/]+)\/schedule$/;
/** What takes something back. */
const CLEAN_UP: readonly { method: string; path: RegExp }[] = [
  { method: 'POST', path: /^\/v1\/jobs\/[^/]+\/cancel$/ },
  { method: 'DELETE', path: /^\/v1\/scheduled-posts\/[^/]+$/ },
  { method: 'DELETE', path: /^\/v1\/projects\/[^/]+$/ },
];

/** What starts a job. Sent again under its key, it says which job that was. */
const JOB_STARTS = /\/(slideshow-remix|influencers|keywords\/refresh)$/;
/** An attempt has no more time: what it sends is at Layers by then (`workflows/layersApi.ts`). */
const ATTEMPT_MS = 40_000;

/** Approval before schedule, a persona before its content, and after a cancel or an abort nothing but clean-up. */
export const orderKept = (model: Model): Violation[] => [
  ...unapproved(model),
  ...withoutPersona(model),
  ...model.evidence.witnesses.flatMap((witness) => afterTheStop(model, witness)),
];

const violation = (customer: string | null, what: string, evidence: string[]): Violation => ({
  invariant: 'order kept',
  customer,
  what,
  evidence,
});

/** Every schedule call has an approval of just this content, given to this very run: a second one asks anew, as a reset does. */
function unapproved(model: Model): Violation[] {
  const { approvals } = model.evidence;
  return model.requests.flatMap((request) => {
    const containerId = SCHEDULE.exec(request.path)?.[1];
    if (request.method !== 'POST' || containerId === undefined) return [];
    const customer = model.customerOf(request);
    const at = timeOf(request);
    const since = model.beganBefore(customer, at);
    const approved = approvals.some(
      (approval) => approval.containerId === containerId && approval.at <= at && approval.at >= since,
    );
    if (approved) return [];
    const given = approvals.filter((approval) => approval.customer === customer);
    const known = given.map(
      (approval) => `approved: ${approval.containerId} at ${new Date(approval.at).toISOString()}`,
    );
    return [violation(customer, `${containerId} was scheduled without approval`, [shown(request), ...known])];
  });
}

function withoutPersona(model: Model): Violation[] {
  return model.ours.flatMap((effect) => {
    if (effect.effect !== 'content.created') return [];
    const influencerId = effect.data?.['influencerId'];
    const ready = model.effects.some(
      (entry) => entry.effect === 'influencer.ready' && entry.id === influencerId && timeOf(entry) <= timeOf(effect),
    );
    if (ready) return [];
    return [
      violation(effect.customerExternalId, `${effect.id} was begun before its persona was ready`, [shown(effect)]),
    ];
  });
}

/** Writes that came after the stop was asked for, and were neither under way then nor take something back. */
function afterTheStop(model: Model, witness: Witness): Violation[] {
  const { customer, runs } = witness;
  const requests = model.requests.filter(
    (request) => request.method !== 'GET' && model.customerOf(request) === customer,
  );
  return runs.flatMap((run, index) => {
    const { stopAskedAt, calls } = run;
    if (stopAskedAt === null) return [];
    const until = runs[index + 1]?.startedAt ?? Infinity;
    const underWay = (request: RequestEntry): boolean =>
      calls.some(({ key, dueAt }) => key !== null && key === request.idempotencyKey && dueAt <= stopAskedAt);
    const late = requests.filter(
      (request) =>
        timeOf(request) > stopAskedAt &&
        timeOf(request) < until &&
        !underWay(request) &&
        !isOfResetRun(model, witness, run, request) &&
        !CLEAN_UP.some(({ method, path }) => method === request.method && path.test(request.path)),
    );
    const asked = `the stop was asked for at ${new Date(stopAskedAt).toISOString()}`;
    return late.map((request) =>
      violation(customer, `${request.method} ${request.path} after the stop`, [asked, shown(request)]),
    );
  });
}

/**
 * A run that a reset has put in the place of another knows nothing of what that one had asked for. What the other had on its
 * way then still arrives. And to learn which jobs it has left, the clean-up starts them again under their keys: Layers
 * replays that, or what it starts anew is taken back at once.
 */
function isOfResetRun(model: Model, { customer, runs }: Witness, run: RunRecord, request: RequestEntry): boolean {
  const replaced = runs.filter(
    ({ runId, startedAt }) =>
      startedAt === run.startedAt &&
      runId !== run.runId &&
      resetsOf(model, customer).some((one) => one.runId === runId),
  );
  const calls = replaced.flatMap((other) =>
    other.calls.filter(({ key }) => key !== null && key === request.idempotencyKey),
  );
  const cut = resetsOf(model, customer).find(({ at }) => timeOf(request) >= at && timeOf(request) <= at + ATTEMPT_MS);
  const wasOnItsWay = cut !== undefined && calls.some(({ dueAt, closedAt }) => dueAt <= cut.at && closedAt === null);
  const isAskedAgain = calls.length > 0 && JOB_STARTS.test(request.path) && leavesNothing(model, request);
  return wasOnItsWay || isAskedAgain;
}

const resetsOf = ({ evidence }: Model, customer: string): { runId: string; at: number }[] =>
  evidence.resets.filter((reset) => reset.customer === customer);

/** Whether all that a request has made has been taken back. */
const leavesNothing = (model: Model, { requestId }: RequestEntry): boolean =>
  model.ours
    .filter((effect) => effect.requestId === requestId && effect.effect.endsWith('.created'))
    .every(({ id }) => model.diedAt(id) < Infinity);
