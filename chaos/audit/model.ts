import type { EffectEntry, RequestEntry } from '../../src/sandbox';
import type { Evidence, Witness } from '../judge/evidence';

export const INVARIANTS = [
  'one effect per intent',
  'no orphan effects',
  'one outcome each',
  'same key, same body',
  'no call before Retry-After',
  'no bucket over its limit',
  'order kept',
  'one content per round',
  'posted as planned',
  'archived as asked',
  'clean-up complete',
  'every history replays',
  'no secret in any history or log',
] as const;
export type Invariant = (typeof INVARIANTS)[number];

/** Something that must not be, with the entries that show it. */
export interface Violation {
  invariant: Invariant;
  customer: string | null;
  what: string;
  evidence: string[];
}

/** The ledger, sorted by whom it concerns. */
export class Model {
  /** Sent by the system under test; what an operator did by hand is left out. */
  readonly requests: RequestEntry[];
  readonly effects: EffectEntry[];
  /** Effects that a request of ours has caused. */
  readonly ours: EffectEntry[];
  private readonly byId = new Map<string, RequestEntry>();
  private readonly customers = new Map<string, string>();

  constructor(readonly evidence: Evidence) {
    const requests: RequestEntry[] = [];
    const effects: EffectEntry[] = [];
    for (const entry of evidence.ledger)
      if (entry.type === 'effect') effects.push(entry);
      else requests.push(entry);
    for (const request of requests) this.byId.set(request.requestId, request);
    this.requests = requests.filter(({ apiKeyId }) => apiKeyId !== evidence.operatorKeyId);
    this.effects = effects;
    this.ours = effects.filter(({ requestId }) => {
      const request = requestId === null ? undefined : this.byId.get(requestId);
      return request !== undefined && request.apiKeyId !== evidence.operatorKeyId;
    });
    for (const { id, customerExternalId } of effects)
      if (customerExternalId !== null) this.customers.set(id, customerExternalId);
    const byKey = new Map<string, string>();
    for (const request of this.requests) {
      const customer = this.customerOf(request);
      if (customer !== null && request.idempotencyKey !== null) byKey.set(request.idempotencyKey, customer);
    }
    // A request without effect may not say whom it is for; another one with the same key may.
    for (const request of this.requests) {
      const customer = byKey.get(request.idempotencyKey ?? '');
      if (customer !== undefined) this.customers.set(request.requestId, customer);
    }
  }

  requestOf({ requestId }: EffectEntry): RequestEntry | undefined {
    return requestId === null ? undefined : this.byId.get(requestId);
  }

  /** Whom a request is about: the ids in its path, the customer in its query, what came of it. */
  customerOf({ requestId, path, query, effects }: RequestEntry): string | null {
    const known = this.customers.get(requestId);
    if (known !== undefined) return known;
    const named = new URLSearchParams(query).get('customerExternalId');
    if (named !== null) return named;
    for (const part of [...path.split('/'), ...effects.map((effect) => effect.split(' ')[1] ?? '')]) {
      const customer = this.customers.get(decodeURIComponent(part));
      if (customer !== undefined) return customer;
    }
    return null;
  }

  witness(customer: string | null): Witness | undefined {
    return this.evidence.witnesses.find((witness) => witness.customer === customer);
  }

  /** When the run that a moment falls into began, or was made to begin anew: what is older belongs to another one. */
  beganBefore(customer: string | null, at: number): number {
    const starts = this.witness(customer)?.runs.map(({ startedAt }) => startedAt) ?? [];
    const resets = this.evidence.resets.filter((reset) => reset.customer === customer).map((reset) => reset.at);
    return Math.max(0, ...[...starts, ...resets].filter((began) => began <= at));
  }

  /** When a resource ended by failing or being cancelled, deleted or rejected; `Infinity` while it lives. */
  diedAt(id: string): number {
    const death = this.effects.find((entry) => entry.id === id && DEATHS.has(entry.effect));
    return death === undefined ? Infinity : Date.parse(death.at);
  }
}

const DEATHS = new Set([
  'content.failed',
  'content.canceled',
  'content.rejected',
  'influencer.failed',
  'influencer.deleted',
  'post.canceled',
  'post.failed',
  'job.failed',
  'job.canceled',
  'media.deleted',
]);

export const timeOf = ({ at }: { at: string }): number => Date.parse(at);

/** Entries as a report shows them. */
export const shown = (entry: RequestEntry | EffectEntry): string =>
  entry.type === 'effect'
    ? `#${entry.seq} ${entry.at} effect ${entry.effect} ${entry.id} by ${entry.requestId ?? 'time'}`
    : `#${entry.seq} ${entry.at} ${entry.method} ${entry.path} key ${entry.idempotencyKey ?? '-'} → ${entry.status ?? entry.wire}${
        entry.code === null ? '' : ` ${entry.code}`
      }${entry.retryAfter === null ? '' : ` Retry-After ${entry.retryAfter}`}${entry.answeredAt === null ? '' : ` at ${entry.answeredAt}`} [${entry.requestId}]`;
