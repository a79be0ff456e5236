import type { Rule, Sandbox } from '../../src/sandbox';

const JSON_HEADERS = { 'content-type': 'application/json' };

/** What people do at Layers, and what bends the sandbox. Calls of the operator carry a key of their own. */
export class Layers {
  constructor(
    private readonly sandbox: Sandbox,
    private readonly operatorKey: string,
  ) {}

  /** The sandbox's control routes. */
  async control(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    return this.send(method, `/_sandbox${path}`, body, {});
  }

  addRules(rules: Rule[]): Promise<unknown> {
    return rules.length === 0 ? Promise.resolve() : this.control('POST', '/faults', rules);
  }

  removeRule(id: string): Promise<unknown> {
    return this.control('DELETE', `/faults/${encodeURIComponent(id)}`);
  }

  /** A call as the partner's operator makes it in Layers' console. */
  asOperator(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    return this.send(method, path, body, { authorization: `Bearer ${this.operatorKey}` });
  }

  /** The customer's click on the consent page. */
  async consent(authorizeUrl: string): Promise<void> {
    const url = new URL(authorizeUrl);
    const body = new URLSearchParams({ state: url.searchParams.get('state')!, decision: 'allow' });
    await fetch(`${url.origin}${url.pathname}`, { method: 'POST', body, redirect: 'manual' });
  }

  private async send(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.sandbox.url}${path}`, {
      method,
      headers: { ...JSON_HEADERS, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }
}
