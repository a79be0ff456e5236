import type { Sandbox } from '../../src/sandbox';

/** Bends the sandbox's behaviour, over HTTP as a partner's test would. */
export async function addFault(sandbox: Sandbox, rule: object): Promise<void> {
  const response = await fetch(`${sandbox.url}/_sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rule),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** Holds the answers to matching requests of one customer back, after their effect. */
export const holdAnswer = (
  sandbox: Sandbox,
  customer: string,
  request: { method: string; path: string },
  ms: number,
  id = 'hold',
): Promise<void> =>
  addFault(sandbox, {
    id,
    match: { ...request, customerExternalId: `^${customer}$` },
    times: 1,
    action: { kind: 'delay', ms, when: 'after' },
  });
