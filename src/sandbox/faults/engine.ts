import { fits } from './patterns';
import { ruleSchema, type Action, type ActiveRule, type Rule } from './rules';

/** What rules can look at. */
export interface Facts {
  method: string;
  path: string;
  class: string;
  apiKeyId: string | null;
  organizationId: string | null;
  customerExternalId: string | null;
  body: string;
}

type WebhookAction = Extract<Action, { kind: 'webhook' }>;

const NOTHING: Facts = {
  ...{ method: '', path: '', class: '', body: '' },
  ...{ apiKeyId: null, organizationId: null, customerExternalId: null },
};

export class FaultEngine {
  private rules: ActiveRule[] = [];
  private readonly matched = new Map<string, number>();
  /** What waits for a rule to be removed. */
  private readonly held = new Map<string, (() => void)[]>();
  private lastId = 0;
  private random = mulberry32(1);

  constructor(private readonly log: (line: string) => void) {}

  add(rules: readonly Rule[]): ActiveRule[] {
    const added = rules.map((rule) => {
      const parsed = ruleSchema.parse(rule);
      return { ...parsed, id: parsed.id ?? `rule-${++this.lastId}` };
    });
    this.rules.push(...added);
    return added;
  }

  list(): (ActiveRule & { matches: number })[] {
    return this.rules.map((rule) => ({ ...rule, matches: this.matched.get(rule.id) ?? 0 }));
  }

  /** `false` when there is none of that id. */
  remove(id: string): boolean {
    const before = this.rules.length;
    this.rules = this.rules.filter((rule) => rule.id !== id);
    for (const release of this.held.get(id) ?? []) release();
    this.held.delete(id);
    for (const name of [...this.matched.keys()])
      if (name === id || name.startsWith(`${id} `)) this.matched.delete(name);
    return this.rules.length < before;
  }

  /** Resolves when the rule is removed. */
  untilRemoved(id: string): Promise<void> {
    return new Promise((resolve) => {
      if (!this.rules.some((rule) => rule.id === id)) return resolve();
      this.held.set(id, [...(this.held.get(id) ?? []), resolve]);
    });
  }

  /** Without a condition all of them; the generator begins anew. */
  clear(seed = 1, condition: (rule: ActiveRule) => boolean = () => true): void {
    for (const { id } of this.rules.filter(condition)) this.remove(id);
    this.random = mulberry32(seed);
  }

  /** What is to happen to a request. */
  onRequest(facts: Facts): { id: string; action: Action }[] {
    return this.match(facts, ({ kind }) => kind !== 'webhook' && kind !== 'deny-consent');
  }

  /** The error with which a consent is refused that a person has given, or `null`. */
  onConsent(customerExternalId: string | null): string | null {
    const facts = { ...NOTHING, method: 'POST', path: '/oauth/authorize', customerExternalId };
    const [denied] = this.match(facts, ({ kind }) => kind === 'deny-consent');
    return denied?.action.kind === 'deny-consent' ? denied.action.error : null;
  }

  /** What is to happen to a webhook. */
  onWebhook(type: string, organizationId: string, customerExternalId: string | null): WebhookAction[] {
    const facts = { ...NOTHING, path: type, organizationId, customerExternalId };
    return this.match(facts, ({ kind }) => kind === 'webhook').flatMap(({ action }) =>
      action.kind === 'webhook' ? [action] : [],
    );
  }

  private match(facts: Facts, concerns: (action: Action) => boolean): { id: string; action: Action }[] {
    return this.rules.filter(
      (rule) => concerns(rule.action) && this.meets(rule, facts) && this.isTurn(rule, facts.customerExternalId),
    );
  }

  private meets({ id, match }: ActiveRule, facts: Facts): boolean {
    const same = (wanted: string | undefined, actual: string | null) => wanted === undefined || wanted === actual;
    const suits = (pattern: string | undefined, actual: string | null): boolean => {
      if (pattern === undefined) return true;
      const found = actual === null ? false : fits(pattern, actual);
      if (found === null) this.log(`${id}: the expression ${pattern} takes too long; the rule has not met the request`);
      return found === true;
    };
    return (
      same(match.method, facts.method) &&
      same(match.class, facts.class) &&
      same(match.apiKeyId, facts.apiKeyId) &&
      same(match.organizationId, facts.organizationId) &&
      suits(match.path, facts.path) &&
      suits(match.body, facts.body) &&
      suits(match.customerExternalId, facts.customerExternalId)
    );
  }

  private isTurn(rule: ActiveRule, customer: string | null): boolean {
    const { probability } = rule.match;
    if (probability !== undefined && this.random() >= probability) return false;
    this.count(rule.id);
    const seen = rule.perCustomer ? this.count(`${rule.id} ${customer}`) : (this.matched.get(rule.id) ?? 0);
    return seen > rule.after && (rule.times === undefined || seen <= rule.after + rule.times);
  }

  private count(name: string): number {
    const seen = (this.matched.get(name) ?? 0) + 1;
    this.matched.set(name, seen);
    return seen;
  }
}

/** A small seeded generator, so that a share of requests is the same share in every run. */
function mulberry32(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
