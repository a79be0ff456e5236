import type { Clock } from '../clock/clock';

type Json = Record<string, unknown>;
const TOO_MANY_REQUESTS = 429;
const MOST_TRIES = 20;
const USUAL_PAUSE_SECONDS = 30;

/** What people do at Layers: the partner's operator in its console, by a key of their own; its support; customers. */
export class Console {
  constructor(
    private readonly clock: Clock,
    private readonly url: string,
    private readonly operatorKey: string,
  ) {}

  /** What the sandbox's control routes do is what Layers' support does, and its wallet. */
  support(method: string, path: string, body: unknown): Promise<Json> {
    return this.send(method, `/_sandbox${path}`, body, {});
  }

  asOperator(method: string, path: string, body?: unknown): Promise<Json> {
    return this.send(method, path, body, { authorization: `Bearer ${this.operatorKey}` });
  }

  /** The customer's projects that are archived: an operator sees them, and un-archives them. */
  async revive(customer: string): Promise<void> {
    const query = new URLSearchParams({ customerExternalId: customer, status: 'archived' });
    const { items } = await this.asOperator('GET', `/v1/projects?${query.toString()}`);
    for (const { id } of (items ?? []) as { id: string }[])
      await this.asOperator('PATCH', `/v1/projects/${id}`, { status: 'active' });
  }

  /** Ids of the accounts that are connected to a project. */
  async accounts(projectId: string): Promise<string[]> {
    const { items } = await this.asOperator('GET', `/v1/projects/${projectId}/social-accounts`);
    return ((items ?? []) as { socialAccountId: string; status: string }[])
      .filter(({ status }) => status === 'connected')
      .map(({ socialAccountId }) => socialAccountId);
  }

  /** The customer's click on a consent page, and the way back; `false` where the page had died. */
  async consent(authorizeUrl: string): Promise<boolean> {
    const url = new URL(authorizeUrl);
    const body = new URLSearchParams({ state: url.searchParams.get('state') ?? '', decision: 'allow' });
    const answer = await fetch(`${url.origin}${url.pathname}`, { method: 'POST', body, redirect: 'manual' });
    const back = answer.headers.get('location');
    if (back === null) return false;
    // A page that cannot be shown is no reason not to have consented.
    await fetch(back).catch(() => undefined);
    return true;
  }

  private async send(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Json> {
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(`${this.url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = (await this.clock.still(() => response.json())) as Json;
      if (response.ok) return answer;
      if (response.status !== TOO_MANY_REQUESTS || tries === MOST_TRIES)
        throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
      await this.clock.sleep(1_000 * Number(response.headers.get('retry-after') ?? USUAL_PAUSE_SECONDS));
    }
  }
}
