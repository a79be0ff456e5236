import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../src/sandbox';
import { freePort } from '../../src/temporal/ports';
import { temporalAddress, until, WITHIN_MS } from '../support/environment';

/** A checkout of its own, so that `.env` and `.cache` are the test's; code and packages are this one's. */
const root = join(__dirname, '../..');
const checkout = mkdtempSync(join(tmpdir(), 'checkout-'));
for (const name of ['src', 'scripts', 'node_modules', 'tsconfig.json', 'package-lock.json'])
  symlinkSync(join(root, name), join(checkout, name));
copyFileSync(join(root, 'package.json'), join(checkout, 'package.json'));

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox?.close();
  rmSync(checkout, { recursive: true });
});

interface Living {
  pid: number;
  parent: number;
}

/** Every process that is more than an entry which its parent has not looked at yet. */
const living = (): Living[] =>
  execFileSync('ps', ['-eo', 'pid=,ppid=,stat='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state]) => !state!.startsWith('Z'))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));

function descendants(pid: number, all = living()): number[] {
  const children = all.filter(({ parent }) => parent === pid);
  return children.flatMap((child) => [child.pid, ...descendants(child.pid, all)]);
}

/** `npm run` of a script, as a supervisor runs it, until it says that it runs. */
async function npmRun(script: string, ready: string, env: Record<string, string> = {}, args: string[] = []) {
  const child = spawn('npm', ['run', script, '--', ...args], {
    cwd: checkout,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own, as a shell gives it
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  await until(() => Promise.resolve(output.includes(ready) || child.exitCode !== null), WITHIN_MS, ready).catch(
    (error) => {
      throw new Error(output, { cause: error });
    },
  );
  if (child.exitCode !== null) throw new Error(output);
  return { pid: child.pid!, ended, output: () => output };
}

const settings = (variables: Record<string, string>): void =>
  writeFileSync(
    join(checkout, '.env'),
    Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );

describe('under npm', () => {
  afterEach(() => rmSync(join(checkout, '.env'), { force: true }));

  it.each<{
    script: string;
    ready: string;
    code?: number;
    env: () => Promise<Record<string, string>>;
    args?: string[];
  }>([
    {
      script: 'worker',
      ready: 'The worker runs',
      env: async () => ({
        LAYERS_API_KEY: 'lp_test_under_npm',
        LAYERS_BASE_URL: sandbox.url,
        ONBOARDING_TASK_QUEUE: 'under-npm',
      }),
    },
    {
      script: 'serve',
      ready: 'The gateway runs',
      env: async () => ({
        ONBOARDING_HTTP_PORT: String(await freePort()),
        ONBOARDING_LINK_SECRET: 'Zt3vL8qPw1xNc6yRb9mKd4sHf7jGa2uE',
      }),
    },
    { script: 'sandbox', ready: 'Layers sandbox', env: async () => ({ SANDBOX_PORT: String(await freePort()) }) },
    { script: 'dev', ready: 'Ctrl-C ends', env: async () => ({ ONBOARDING_TASK_QUEUE: 'dev-under-npm' }) },
    {
      script: 'demo',
      ready: 'Onboarding Acme Coffee',
      env: async () => ({ ONBOARDING_TASK_QUEUE: 'demo-under-npm' }),
      args: ['--json', '--speed', '1'],
      code: 130, // it is told to leave, with the onboarding where it is
    },
  ])(
    'SIGTERM ends `npm run $script` in order: with its exit code, and with nothing left behind',
    async ({ script, ready, code = 0, env, args }) => {
      settings({ TEMPORAL_ADDRESS: temporalAddress(), ...(await env()) });
      const { pid, ended, output } = await npmRun(script, ready, {}, args);
      const below = descendants(pid);
      expect(below.length).toBeGreaterThan(0);
      process.kill(pid, 'SIGTERM');
      expect([await ended, output()]).toEqual([code, expect.any(String)]);
      // the compiler that a program from the sources brings along hears of the end a moment later
      await until(
        () => Promise.resolve(!living().some(({ pid: one }) => below.includes(one))),
        5_000,
        'the end of all',
      );
    },
    120_000,
  );

  it('Ctrl-C, which npm hands on to what the terminal has told already, is one signal', async () => {
    settings({
      TEMPORAL_ADDRESS: temporalAddress(),
      LAYERS_API_KEY: 'lp_test_under_npm',
      LAYERS_BASE_URL: sandbox.url,
      ONBOARDING_TASK_QUEUE: 'under-npm',
    });
    const { pid, ended, output } = await npmRun('worker', 'The worker runs');
    process.kill(-pid, 'SIGINT');
    expect([await ended, output()]).toEqual([0, expect.stringContaining('The worker has ended')]);
  }, 120_000);
});

describe('.env', () => {
  afterEach(() => rmSync(join(checkout, '.env'), { force: true }));

  it('is read by every program, gives way to the environment, and the log says so', async () => {
    settings({
      TEMPORAL_ADDRESS: temporalAddress(),
      LAYERS_API_KEY: 'lp_test_from_the_file',
      LAYERS_BASE_URL: 'http://127.0.0.1:1',
      ONBOARDING_TASK_QUEUE: 'from-the-file',
    });
    const { pid, ended, output } = await npmRun('worker', 'The worker runs', { LAYERS_BASE_URL: sandbox.url });
    expect(output()).toContain('"taskQueue":"from-the-file"');
    expect(output()).toMatch(/\.env","variables":\["LAYERS_API_KEY","ONBOARDING_TASK_QUEUE","TEMPORAL_ADDRESS"\]/);
    expect(output()).not.toContain('lp_test_from_the_file');
    process.kill(pid, 'SIGTERM');
    await ended;
  }, 120_000);
});
