import type { RequestEntry } from '../../src/sandbox';
import type { Witness } from '../judge/evidence';
import { shown, timeOf, type Model, type Violation } from './model';

const SCHEDULE = /^\/v1\/content\/([^/]+)\/schedule$/;
/** What takes something back. */
const CLEAN_UP: readonly { method: string; path: RegExp }[] = [
  { method: 'POST', path: /^\/v1\/jobs\/[^/]+\/cancel$/ },
  { method: 'DELETE', path: /^\/v1\/scheduled-posts\/[^/]+$/ },
  { method: 'DELETE', path: /^\/v1\/projects\/[^/]+$/ },
];

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
function afterTheStop(model: Model, { customer, runs }: Witness): Violation[] {
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
        !CLEAN_UP.some(({ method, path }) => method === request.method && path.test(request.path)),
    );
    const asked = `the stop was asked for at ${new Date(stopAskedAt).toISOString()}`;
    return late.map((request) =>
      violation(customer, `${request.method} ${request.path} after the stop`, [asked, shown(request)]),
    );
  });
}
