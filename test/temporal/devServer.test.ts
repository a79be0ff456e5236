import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import { MisconfiguredError } from '../../src/client/errors';
import { findTemporalCli } from '../../src/temporal/cli';
import { connectClient, type ConnectedClient, targetAt } from '../../src/temporal/connect';
import { type DevServer, DevServerError, startDevServer } from '../../src/temporal/devServer';
import { ensureSearchAttributes, registrationCommands, searchAttributes } from '../../src/temporal/searchAttributes';

const folder = mkdtempSync(join(tmpdir(), 'dev-server-'));
const dbFile = join(folder, 'data', 'temporal.db');
let server: DevServer;
let connected: ConnectedClient;

beforeAll(async () => {
  server = await startDevServer({ dbFile });
  connected = await connectClient(server.target);
}, 180_000); // on a fresh machine the CLI is downloaded first
afterAll(async () => {
  await connected?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function until(condition: () => boolean, withinMs = 90_000): Promise<void> {
  for (const deadline = Date.now() + withinMs; !condition();) {
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the dev server', () => {
  it('has a Web UI, and the search attributes from the start', async () => {
    expect((await fetch(`${server.uiUrl}/`)).status).toBe(200);
    expect(await ensureSearchAttributes(connected.connection, server.namespace)).toEqual({ registered: [] });
  });

  it('has one partition per task queue, so that rate limits are exact', async () => {
    const { activityTaskQueuePartitions } = await connected.connection.workflowService.listTaskQueuePartitions({
      namespace: server.namespace,
      taskQueue: { name: 'layers-onboarding-reads' },
    });
    expect(activityTaskQueuePartitions).toHaveLength(1);
  });

  it('goes on where it was when it is started again with the same file', async () => {
    const workflowId = 'survivor';
    await connected.client.workflow.start('nobodyRunsThis', {
      workflowId,
      taskQueue: 'nowhere',
      typedSearchAttributes: [{ key: SEARCH_ATTRIBUTES.customer, value: 'acme' }],
    });
    const port = Number(server.address.split(':')[1]);
    await connected.close();
    process.kill(server.pid, 'SIGKILL');
    await server.exited;

    server = await startDevServer({ dbFile, port, headless: true });
    expect(server.address).toBe(`127.0.0.1:${port}`);
    expect(server.uiUrl).toBeNull();
    connected = await connectClient(server.target);
    const { status, typedSearchAttributes } = await connected.client.workflow.getHandle(workflowId).describe();
    expect([status.name, typedSearchAttributes.get(SEARCH_ATTRIBUTES.customer)]).toEqual(['RUNNING', 'acme']);
  });

  it('ends when it is told to, twice if need be', async () => {
    const other = await startDevServer({ headless: true, namespace: 'elsewhere', timeSkipping: true });
    expect(other.namespace).toBe('elsewhere');
    await other.stop();
    await other.stop();
    expect(isAlive(other.pid)).toBe(false);
  });

  it('does not outlive the process that started it, even when that is killed', async () => {
    const holder = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'holdDevServer.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await new Promise((resolve) =>
      createInterface(holder.stdout).once('line', (text) => resolve([text])),
    )) as [string];
    const { pid } = JSON.parse(line) as { pid: number };
    expect(isAlive(pid)).toBe(true);
    holder.kill('SIGKILL');
    await until(() => !isAlive(pid));
  });

  it('says what the program said when it does not start', async () => {
    const broken = join(folder, 'broken');
    writeFileSync(broken, '#!/bin/sh\necho "Error: no space left on device" >&2\nexit 1\n');
    chmodSync(broken, 0o755);
    const failed = startDevServer({ cliPath: broken });
    await expect(failed).rejects.toThrow(DevServerError);
    await expect(failed).rejects.toThrow(/ended while it started:\nError: no space left on device/);
    await expect(startDevServer({ cliPath: join(folder, 'missing') })).rejects.toThrow(/cannot be run: .*ENOENT/);
  });

  it('starts it again when it panicked, and says what the panic was when it keeps doing so', async () => {
    const { path } = await findTemporalCli();
    const panicking = join(folder, 'panicking');
    const stack = 'seq 1 30';
    const panic = `echo "panic: failed assigning ephemeral port" >&2; ${stack} >&2; exit 2`;
    writeFileSync(panicking, `#!/bin/sh\n[ -f "$0.once" ] && exec "${path}" "$@"\ntouch "$0.once"\n${panic}\n`);
    chmodSync(panicking, 0o755);
    const second = await startDevServer({ cliPath: panicking, headless: true });
    expect(existsSync(`${panicking}.once`)).toBe(true);
    await second.stop();
    const always = join(folder, 'always');
    writeFileSync(always, `#!/bin/sh\n${panic}\n`);
    chmodSync(always, 0o755);
    await expect(startDevServer({ cliPath: always })).rejects.toThrow(/started:\npanic: failed assigning/);
  });
});

describe('search attributes', () => {
  const register = async (namespace: string): Promise<void> => {
    await connected.connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 } as never,
    });
    const ready = () => connected.connection.workflowService.countWorkflowExecutions({ namespace, query: '' });
    for (const deadline = Date.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 200)))
      try {
        await ready(); // the server reads its list of namespaces anew every few seconds
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
  };

  it('are registered where they are missing, and can be used at once', async () => {
    const namespace = 'fresh';
    await register(namespace);
    const { registered } = await ensureSearchAttributes(connected.connection, namespace);
    expect([...registered].sort()).toEqual(searchAttributes.map(({ name }) => name).sort());
    expect(await ensureSearchAttributes(connected.connection, namespace)).toEqual({ registered: [] });
    const { client, close } = await connectClient(targetAt(server.address, namespace));
    await client.workflow.start('x', {
      workflowId: 'x',
      taskQueue: 'x',
      typedSearchAttributes: [{ key: SEARCH_ATTRIBUTES.refs, value: ['job_1'] }],
    });
    await close();
  });

  it('are demanded with the exact commands where they may not be registered', async () => {
    const refuse = () =>
      Promise.reject(Object.assign(new Error('7 PERMISSION_DENIED: no'), { code: 7, details: 'no', metadata: {} }));
    const services = {
      operatorService: {
        listSearchAttributes: () => Promise.resolve({ customAttributes: { LayersStage: 2 } }),
        addSearchAttributes: refuse,
      },
      workflowService: connected.connection.workflowService,
    };
    const failed = ensureSearchAttributes(services as never, 'prod');
    await expect(failed).rejects.toThrow(MisconfiguredError);
    await expect(failed).rejects.toThrow(
      'temporal operator search-attribute create --namespace prod --name LayersRefs --type KeywordList',
    );
    await expect(failed).rejects.not.toThrow('--name LayersStage');
  });

  it('are tried by use where even their list is refused', async () => {
    const denied = Object.assign(new Error('7 PERMISSION_DENIED: no'), { code: 7, details: 'no', metadata: {} });
    const operatorService = { listSearchAttributes: () => Promise.reject(denied) };
    const { workflowService } = connected.connection;
    expect(await ensureSearchAttributes({ operatorService, workflowService } as never, server.namespace)).toEqual({
      registered: [],
    });
    await register('bare');
    await expect(ensureSearchAttributes({ operatorService, workflowService } as never, 'bare')).rejects.toThrow(
      '--namespace bare --name LayersStage --type Keyword',
    );
  });

  it('must have their own types', async () => {
    const operatorService = {
      listSearchAttributes: () => Promise.resolve({ customAttributes: { LayersStage: 1, LayersReviewRound: 3 } }),
    };
    await expect(
      ensureSearchAttributes(
        { operatorService, workflowService: connected.connection.workflowService } as never,
        'default',
      ),
    ).rejects.toThrow('LayersStage must be Keyword');
  });

  it('are ten, as many Keywords and lists as a SQL store can hold', () => {
    const count = (wanted: string) => searchAttributes.filter(({ type }) => type === wanted).length;
    expect(searchAttributes).toHaveLength(10);
    expect(count('Keyword')).toBeLessThanOrEqual(10);
    for (const type of ['KeywordList', 'Datetime', 'Int']) expect(count(type)).toBeLessThanOrEqual(3);
    expect(registrationCommands('default', searchAttributes.slice(0, 1))).toEqual([
      'temporal operator search-attribute create --namespace default --name LayersStage --type Keyword',
    ]);
  });
});
