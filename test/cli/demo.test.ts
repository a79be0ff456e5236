import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { besideRunning, runningIn } from '../../src/cli/running';
import { startEnvironment, type Environment } from './fixtures/environment';
import { openScreen, type Screen } from './fixtures/screen';

const ROOT = process.cwd();
const TSX = ['--import', pathToFileURL(join(ROOT, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href];
const DEMO = [...TSX, join(ROOT, 'src', 'cli', 'local', 'demo.ts')];

let environment: Environment;
let home: string;
let folder: string;
beforeEach(async () => {
  environment = await startEnvironment();
  home = mkdtempSync(join(tmpdir(), 'demo-'));
  folder = join(home, '.cache', 'demo');
});
afterEach(async () => {
  rmSync(home, { recursive: true, force: true });
  await environment.stop();
});

const variables = (): NodeJS.ProcessEnv => ({
  TEMPORAL_ADDRESS: environment.address,
  TEMPORAL_NAMESPACE: environment.namespace,
  ONBOARDING_TASK_QUEUE: `demo-${randomUUID().slice(0, 8)}`,
});

async function ran(args: string[], env: NodeJS.ProcessEnv): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, args, {
    cwd: home,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said };
}

const opened = (...args: string[]): Screen =>
  openScreen(process.execPath, [...DEMO, '--speed', '200', ...args], variables(), home);

const DOWN = '\u001b[B';

test('stays up after the end, is found by the command line, and refuses a second one beside it', async () => {
  const screen = opened();
  await screen.shows('The customer has to connect TikTok', 90_000);

  const second = await ran(DEMO, variables());
  expect(second.code).toBe(75);
  expect(second.said).toContain('`npm run demo` runs in this folder already');
  expect(second.said).not.toMatch(/^\s+at /m);

  const bare = Object.fromEntries(Object.keys(variables()).map((name) => [name, '']));
  const linked = await ran([...TSX, join(ROOT, 'src', 'cli', 'main.ts'), 'link', 'acme-coffee', '--for', 'connect'], {
    ...bare,
    npm_lifecycle_event: 'cli',
  });
  expect(linked.said).toMatch(/http:\/\/127\.0\.0\.1:\d+\/c\//);
  expect(linked.code).toBe(0);

  screen.type('\r');
  await screen.shows('Decide on that page', 60_000);
  screen.type('\r');
  await screen.shows('Press Enter to stop.', 60_000);
  const { publicUrl } = runningIn(folder)!.reach!;
  expect((await fetch(`${publicUrl}/livez`)).status).toBe(200);
  screen.type('\r');
  expect(await screen.ended).toEqual({ exitCode: 0, signal: 0 });
  expect(runningIn(folder)).toBeNull();
}, 240_000);

test.each(['while a question is open', 'while a page is waited for'])(
  'Ctrl-C %s says goodbye and ends with 130',
  async (when) => {
    const screen = opened();
    await screen.shows('The customer has to connect TikTok', 90_000);
    if (when.includes('page')) {
      screen.type(DOWN);
      screen.type('\r');
      await screen.shows('Ctrl-C detaches', 30_000);
    }
    screen.type('\u0003');
    expect(await screen.ended).toEqual({ exitCode: 130, signal: 0 });
    expect((await screen.all()).join('\n')).toContain('Stopped. `npm run demo` goes on where this one was.');
    expect(runningIn(folder)).toBeNull();
  },
  240_000,
);

test('the lock of one that was killed heals, and a file that was cut off is named with the way out', async () => {
  const screen = opened();
  await screen.shows('The customer has to connect TikTok', 90_000);
  screen.kill('SIGKILL');
  await screen.ended;
  truncateSync(join(folder, 'sandbox.json'), 400);
  for (const file of ['sandbox.json', 'secrets.json']) {
    const { code, said } = await ran([...DEMO, '--json'], variables());
    expect(said).toContain(`${join(folder, file)} is damaged`);
    expect(said).toContain('npm run demo -- --fresh');
    expect(said).not.toMatch(/^\s+at /m);
    expect(code).toBe(78);
    rmSync(join(folder, 'sandbox.json'), { force: true });
    writeFileSync(join(folder, 'secrets.json'), '["a');
  }
  // the server is the test's own and forgets nothing: another namespace stands for its fresh database
  const other = await startEnvironment();
  const env = { ...variables(), TEMPORAL_NAMESPACE: other.namespace };
  const fresh = await ran([...DEMO, '--json', '--fresh', '--speed', '200'], env);
  await other.stop();
  expect(fresh.said).toContain('"outcome":"scheduled"');
  expect(fresh.code).toBe(0);
}, 240_000);

describe('the environment beside a running one', () => {
  const reach = {
    temporalAddress: '127.0.0.1:7777',
    namespace: 'default',
    taskQueue: 'q',
    uiUrl: null,
    publicUrl: 'http://127.0.0.1:3000',
    linkSecret: 's'.repeat(32),
  };
  beforeEach(() => {
    mkdirSync(folder, { recursive: true });
    const running = { pid: process.pid, command: 'npm run demo', reach };
    writeFileSync(join(folder, 'running.json'), JSON.stringify(running));
  });

  test('is completed, unless another server is meant', () => {
    expect(besideRunning({}, home)).toMatchObject({
      TEMPORAL_ADDRESS: '127.0.0.1:7777',
      ONBOARDING_LINK_SECRET: reach.linkSecret,
    });
    expect(besideRunning({ TEMPORAL_ADDRESS: '127.0.0.1:7777' }, home)).toMatchObject({
      ONBOARDING_PUBLIC_URL: reach.publicUrl,
    });
    for (const env of [{ TEMPORAL_ADDRESS: 'prod:7233' }, { TEMPORAL_PROFILE: 'prod' }])
      expect(besideRunning(env, home)).toEqual(env);
  });

  test('is left alone where nobody runs any more, or the file is cut off', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => gone.once('exit', resolve));
    for (const text of [JSON.stringify({ pid: gone.pid, command: 'x', reach }), '{"pid":', '5', 'null']) {
      writeFileSync(join(folder, 'running.json'), text);
      expect(besideRunning({}, home)).toEqual({});
    }
  });
});
