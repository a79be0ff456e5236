import type { EffectEntry, RequestEntry, Sandbox } from '../../src/sandbox';

/** Reading the ledger anew costs more the longer it is; many ask at the same moment. */
const FRESH_MS = 10;

/** The sandbox's ledger while it grows: which rule met which request, and what was done for whom. */
export class LedgerIndex {
  private readonly byRule = new Map<string, RequestEntry>();
  private readonly byCustomer = new Map<string, EffectEntry[]>();
  /** Requests without an answer: what they met may still be entered. */
  private open: RequestEntry[] = [];
  private readUpTo = 0;
  private readAt = 0;

  constructor(private readonly sandbox: Sandbox) {}

  /** The first request on which a rule acted. */
  met(ruleId: string): RequestEntry | undefined {
    this.refresh();
    return this.byRule.get(ruleId);
  }

  /** Whether a rule holds a request back at this moment. */
  holds(ruleId: string): boolean {
    const request = this.met(ruleId);
    return request !== undefined && request.answeredAt === null;
  }

  /** What was done for a customer, oldest first. */
  effects(customer: string, effect: string): EffectEntry[] {
    this.refresh();
    return (this.byCustomer.get(customer) ?? []).filter((entry) => entry.effect === effect);
  }

  private refresh(): void {
    const now = Date.now();
    if (now - this.readAt < FRESH_MS) return;
    this.readAt = now;
    const entries = this.sandbox.ledger();
    const fresh = entries.slice(this.readUpTo);
    this.readUpTo = entries.length;
    for (const entry of fresh)
      if (entry.type === 'request') this.open.push(entry);
      else if (entry.customerExternalId !== null) {
        const known = this.byCustomer.get(entry.customerExternalId);
        if (known === undefined) this.byCustomer.set(entry.customerExternalId, [entry]);
        else known.push(entry);
      }
    for (const request of this.open)
      for (const fault of request.faults) {
        const rule = fault.slice(0, fault.lastIndexOf(':'));
        if (!this.byRule.has(rule)) this.byRule.set(rule, request);
      }
    this.open = this.open.filter(({ answeredAt }) => answeredAt === null);
  }
}
