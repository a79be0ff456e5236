import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findTemporalCli } from '../../src/temporal/cli';
import { connectClient, targetAt } from '../../src/temporal/connect';
import { ensureSearchAttributes, searchAttributes } from '../../src/temporal/searchAttributes';

const run = promisify(execFile);
const docker = join(__dirname, '../../docker');
const bin = mkdtempSync(join(tmpdir(), 'docker-scripts-'));
afterAll(() => rmSync(bin, { recursive: true }));

describe('docker/bootstrap.sh', () => {
  const address = process.env.TEST_TEMPORAL_ADDRESS!; // the suite's own server
  const namespace = 'bootstrapped';
  const bootstrap = () =>
    run('/bin/sh', [join(docker, 'bootstrap.sh')], {
      env: { PATH: `${bin}:/usr/bin:/bin`, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace },
    });

  it('names the search attributes of the code, with their types', () => {
    const script = readFileSync(join(docker, 'bootstrap.sh'), 'utf8');
    const named = [...script.matchAll(/--name (\w+) --type (\w+)/g)].map(([, name, type]) => ({ name, type }));
    expect(named).toEqual(searchAttributes);
  });

  it('makes a namespace that a worker finds nothing missing in, and may run again', async () => {
    symlinkSync((await findTemporalCli()).path, join(bin, 'temporal'));
    expect((await bootstrap()).stdout).toContain(`The namespace ${namespace} is ready for onboardings.`);
    expect((await bootstrap()).stdout).toContain('is ready');
    const { connection, close } = await connectClient(targetAt(address, namespace));
    expect(await ensureSearchAttributes(connection, namespace)).toEqual({ registered: [] });
    await close();
  });

  it('says what it lacks', async () => {
    await expect(run('/bin/sh', [join(docker, 'bootstrap.sh')], { env: { PATH: '/usr/bin:/bin' } })).rejects.toThrow(
      'TEMPORAL_ADDRESS',
    );
  });
});

describe('docker/setup-schema.sh', () => {
  /** A stand-in for the tool that writes down how it was called. */
  const tool = (body: string): NodeJS.ProcessEnv => {
    const folder = join(bin, 'schema');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'temporal-sql-tool'), `#!/bin/sh\necho "$@"\n${body}\n`);
    chmodSync(join(folder, 'temporal-sql-tool'), 0o755);
    return {
      PATH: `${folder}:/usr/bin:/bin`,
      POSTGRES_SEEDS: 'postgresql',
      DB_PORT: '5432',
      POSTGRES_USER: 'temporal',
      SQL_PASSWORD: 'x',
    };
  };
  const setup = (env: NodeJS.ProcessEnv) => run('/bin/sh', [join(docker, 'setup-schema.sh')], { env });

  it('creates both databases and brings their tables up to date', async () => {
    const { stdout } = await setup(tool(''));
    const common = '--plugin postgres12 --ep postgresql -p 5432 -u temporal --db';
    const versions = '/etc/temporal/schema/postgresql/v12';
    expect(stdout.trim().split('\n')).toEqual([
      `${common} temporal create`,
      `${common} temporal setup-schema -v 0.0`,
      `${common} temporal update-schema -d ${versions}/temporal/versioned`,
      `${common} temporal_visibility create`,
      `${common} temporal_visibility setup-schema -v 0.0`,
      `${common} temporal_visibility update-schema -d ${versions}/visibility/versioned`,
    ]);
  });

  it('stops at what fails, and says what it lacks', async () => {
    await expect(setup(tool('exit 1'))).rejects.toMatchObject({ stdout: expect.not.stringContaining('setup-schema') });
    await expect(setup({ PATH: '/usr/bin:/bin' })).rejects.toThrow('POSTGRES_SEEDS');
  });
});
