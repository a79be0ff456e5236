import { createSandbox, type SandboxInProcess } from '../../src/sandbox';
import { DESCRIPTION, PROJECT } from './support';

/** Without a listener: requests are handed over, and time goes by as the test says. */
describe('a sandbox within the process', () => {
  let ms = Date.UTC(2026, 4, 1, 12);
  let sandbox: SandboxInProcess;

  beforeEach(() => (sandbox = createSandbox({ now: () => ms, durations: { mediaMs: 0 } })));
  afterEach(() => sandbox.close());

  const asked = (method: string, path: string, body?: unknown, signal?: AbortSignal) =>
    new Request(`http://sandbox.invalid${path}`, {
      method,
      headers: { authorization: 'Bearer lp_test_acme_1', 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  /* eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are read as a partner's script reads them */
  const json = async (method: string, path: string, body?: unknown): Promise<any> =>
    (await sandbox.fetch(asked(method, path, body))).json();

  test('answers, works out what has fallen due, and writes its ledger', async () => {
    const described = { ...PROJECT, appName: 'Acme Coffee', appDescription: DESCRIPTION };
    const { id } = await json('POST', '/v1/projects', described);
    const statuses = async () =>
      (await json('GET', `/v1/projects/${id}/influencers`)).items.map(({ status }: { status: string }) => status);
    expect(await statuses()).toEqual(['pending']);
    ms += 60_000;
    expect(await statuses()).toEqual(['ready']);
    expect(sandbox.ledger().filter(({ type }) => type === 'request')).toMatchObject([
      { method: 'POST', path: '/v1/projects', status: 201, wire: 'answered' },
      { method: 'GET', status: 200 },
      { method: 'GET', status: 200 },
    ]);
    expect(Object.keys(sandbox.state.projects)).toEqual([id]);
  });

  test.each(['close', 'truncate'])('%s is a network error', async (kind) => {
    await json('POST', '/_sandbox/faults', { action: { kind } });
    const { type, status } = await sandbox.fetch(asked('GET', '/v1/whoami'));
    expect({ type, status }).toEqual({ type: 'error', status: 0 });
  });

  test('hang ends when the program gives up', async () => {
    await json('POST', '/_sandbox/faults', { action: { kind: 'hang' } });
    const patience = new AbortController();
    const answer = sandbox.fetch(asked('GET', '/v1/whoami', undefined, patience.signal));
    const first = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 50, 'nothing yet'))]);
    expect(first).toBe('nothing yet');
    patience.abort();
    expect((await answer).type).toBe('error');
  });

  test('reset forgets', async () => {
    await json('POST', '/v1/projects', PROJECT);
    sandbox.reset();
    expect(sandbox.state.projects).toEqual({});
    expect(sandbox.ledger()).toEqual([]);
  });
});
