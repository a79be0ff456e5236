import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startDevServer, type DevServer } from '../../src/temporal/devServer';
import {
  effects,
  openStack,
  requests,
  temporalAddress,
  type Stack,
  until,
  untilStatus,
  underReview,
  WITHIN_MS,
} from '../support/environment';
import { acmeCoffee } from '../support/inputs';
import { steer } from '../support/steering';

/** What Kubernetes gives a process between SIGTERM and SIGKILL. */
const GRACE_MS = 30_000;
const GATE = 'gate';
const slowMedia = { id: GATE, match: { method: 'POST', path: '/app-media$' }, action: { kind: 'hold' } } as const;

interface Running {
  child: ChildProcess;
  output: () => string;
  /** Exit code, or the signal that killed it. */
  ended: Promise<number | string | null>;
}

/** The worker's own process, as it runs in a container. */
async function runWorker({ sandbox, taskQueue }: Stack, address = temporalAddress()): Promise<Running> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, '../../src/worker.ts')], {
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      TEMPORAL_ADDRESS: address,
      LAYERS_API_KEY: 'lp_test_suite',
      LAYERS_BASE_URL: sandbox.url,
      ONBOARDING_TASK_QUEUE: taskQueue,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string | null);
  const running = { child, output: () => text, ended };
  await until(
    () => Promise.resolve(text.includes('The worker runs') || child.exitCode !== null),
    WITHIN_MS,
    'the worker',
  );
  if (child.exitCode !== null) throw new Error(text);
  return running;
}

/** Sends the signal, and gives the process as long as Kubernetes would before it kills it. */
async function told({ child, ended }: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string | null> {
  child.kill(signal);
  const kill = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  const code = await ended;
  clearTimeout(kill);
  return code;
}

const uploading = (stack: Stack): Promise<true> =>
  until(() => Promise.resolve(requests(stack.sandbox, 'POST', /app-media/).length === 3), WITHIN_MS, 'the uploads');

describe('a worker process that is told to end', () => {
  const stacks: Stack[] = [];
  let server: DevServer;
  const open = async (address = temporalAddress()): Promise<Stack> => {
    const stack = await openStack({ worker: false, sandbox: { faults: [slowMedia] }, temporalAddress: address });
    stacks.push(stack);
    return stack;
  };

  /** Uploads hang. */
  async function hanging() {
    const stack = await open();
    const worker = await runWorker(stack);
    const handle = await stack.start(acmeCoffee());
    await uploading(stack);
    return { code: await told(worker), output: worker.output(), stack, handle };
  }

  /** They hang, and Temporal is gone, so that not even a failure can be reported. */
  async function hangingAlone() {
    server = await startDevServer({ headless: true });
    const stack = await open(server.address);
    const worker = await runWorker(stack, server.address);
    await stack.start(acmeCoffee());
    await uploading(stack);
    await server.stop();
    return { code: await told(worker), output: worker.output() };
  }

  let both: [ReturnType<typeof hanging>, ReturnType<typeof hangingAlone>];
  beforeAll(async () => {
    both = [hanging(), hangingAlone()]; // side by side: nearly all of it is waiting
    await Promise.allSettled(both);
  });
  afterAll(async () => {
    for (const stack of stacks) await stack.close();
    await server?.stop();
  });

  it('while uploads hang ends with 0 within 30 s, says so, and another worker does them, once', async () => {
    const { code, output, stack, handle } = await both[0];
    expect([code, output]).toEqual([0, expect.stringContaining('did not end in time and are cut off')]);
    expect(output).toContain('The worker has ended');
    await steer(stack.sandbox, 'DELETE', `/faults/${GATE}`, {});
    await stack.startWorker();
    await untilStatus(handle, underReview);
    expect(effects(stack.sandbox, 'media.created')).toHaveLength(3);
    await handle.terminate();
  });

  it('ends with 0 within 30 s when Temporal is away as well', async () => {
    const { code, output } = await both[1];
    expect([code, output]).toEqual([0, expect.stringContaining('are cut off')]);
  });

  it('ends at once by a second signal', async () => {
    const stack = await open();
    const worker = await runWorker(stack);
    const handle = await stack.start(acmeCoffee());
    await uploading(stack);
    worker.child.kill('SIGTERM');
    await until(() => Promise.resolve(worker.output().includes('Ending')), WITHIN_MS, 'the first signal');
    await new Promise((resolve) => setTimeout(resolve, 1_000)); // a press of Ctrl-C that arrives twice is one
    expect([await told(worker), worker.output()]).toEqual([1, expect.stringContaining('by a second signal')]);
    await handle.terminate();
  });
});
