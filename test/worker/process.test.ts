import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../../src/temporal/ports';
import { type FakeLayers, fakeLayers } from './fakeLayers';

const API_KEY = 'lp_test_ABCDEFGHIJKLMNOP_secret9f2c';
let layers: FakeLayers;

beforeAll(async () => {
  layers = await fakeLayers();
});
afterAll(async () => {
  await layers?.close();
});

interface Process {
  child: ChildProcess;
  stdout: () => string;
  stderr: () => string;
  exitCode: Promise<number | null>;
}

/** `npm run worker`, with nothing of this process's environment that could configure it. */
function worker(env: Record<string, string>): Process {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, '../../src/worker.ts')], {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, stdout: () => stdout, stderr: () => stderr, exitCode };
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 90_000; !condition();) {
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the worker process', () => {
  it('runs until SIGTERM, logs JSON without the key, and ends with 0', async () => {
    const metrics = `127.0.0.1:${await freePort()}`;
    const { child, stdout, stderr, exitCode } = worker({
      LAYERS_API_KEY: API_KEY,
      LAYERS_BASE_URL: layers.baseUrl,
      ONBOARDING_METRICS_ADDRESS: metrics,
      ONBOARDING_TASK_QUEUE: 'process',
    });
    await until(() => stdout().includes('The worker runs') || child.exitCode !== null);
    expect(stdout() + stderr()).toContain('The worker runs');
    expect(await (await fetch(`http://${metrics}/metrics`)).text()).toContain('temporal_num_pollers');
    child.kill('SIGTERM');
    expect(await exitCode).toBe(0);
    const messages = stdout()
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages.at(-1)).toBe('The worker has ended');
    expect(stdout() + stderr()).not.toContain(API_KEY);
  });

  it('ends with 78 and one table when it is configured wrongly', async () => {
    const { stderr, exitCode } = worker({ LAYERS_BASE_URL: 'nonsense' });
    expect(await exitCode).toBe(78);
    expect(stderr()).toMatch(/│ LAYERS_API_KEY +│ is not set; the worker needs it/);
    expect(stderr()).toMatch(/│ LAYERS_BASE_URL +│ must be a URL/);
  });

  it('ends with 78 when the key is refused', async () => {
    const refusing = await fakeLayers();
    refusing.answer = () => ({
      status: 401,
      body: { error: { code: 'UNAUTHENTICATED', message: 'No.', requestId: 'req_1' } },
    });
    const { stdout, stderr, exitCode } = worker({ LAYERS_API_KEY: API_KEY, LAYERS_BASE_URL: refusing.baseUrl });
    expect(await exitCode).toBe(78);
    expect(stderr()).toContain('Layers does not take the key lp_test_…9f2c (LAYERS_API_KEY)');
    expect(stdout()).toContain('"level":"fatal"');
    await refusing.close();
  });

  it('ends with 0 when it is told to while it still waits for Temporal', async () => {
    const { child, stdout, exitCode } = worker({
      TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}`,
      LAYERS_API_KEY: API_KEY,
      LAYERS_BASE_URL: layers.baseUrl,
    });
    await until(() => stdout().includes('Waiting for Temporal') || child.exitCode !== null);
    child.kill('SIGTERM');
    expect(await exitCode).toBe(0);
  });

  it('ends with 78 when something else listens where it is to serve its metrics', async () => {
    const metrics = new URL(layers.baseUrl).host; // taken
    const { stderr, exitCode } = worker({
      LAYERS_API_KEY: API_KEY,
      LAYERS_BASE_URL: layers.baseUrl,
      ONBOARDING_METRICS_ADDRESS: metrics,
    });
    expect(await exitCode).toBe(78);
    expect(stderr()).toContain(`The metrics cannot be served at ${metrics} (ONBOARDING_METRICS_ADDRESS)`);
  });

  it.each(['http://localhost:7233', 'localhost:7233/'])(
    'ends with 78 at once when TEMPORAL_ADDRESS is %s',
    async (TEMPORAL_ADDRESS) => {
      const { stderr, exitCode } = worker({
        TEMPORAL_ADDRESS,
        LAYERS_API_KEY: API_KEY,
        LAYERS_BASE_URL: layers.baseUrl,
      });
      expect(await exitCode).toBe(78);
      expect(stderr()).toContain('TEMPORAL_ADDRESS must be HOST:PORT');
    },
  );

  it('works with settings that came from Windows, with the version in the address of Layers', async () => {
    const { child, stdout, stderr, exitCode } = worker({
      LAYERS_API_KEY: `"${API_KEY}"\r`,
      LAYERS_BASE_URL: `${layers.baseUrl}/v1\r`,
      TEMPORAL_ADDRESS: `${process.env.TEST_TEMPORAL_ADDRESS}\r`,
      ONBOARDING_TASK_QUEUE: 'process-windows',
    });
    await until(() => stdout().includes('The worker runs') || child.exitCode !== null);
    expect(stdout() + stderr()).toContain('The worker runs');
    child.kill('SIGTERM');
    expect(await exitCode).toBe(0);
  });
});
