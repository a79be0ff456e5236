import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../src/temporal/ports';
import { temporalAddress, until, WITHIN_MS } from '../support/environment';
import { hiddenFields, seen } from './support/browserless';
import { LINK_SECRET, openStage, WEBHOOK_SECRET, type Stage } from './support/stage';

/** `npm run serve`: the gateway as a process of its own, configured by the environment alone. */

interface Running {
  child: ChildProcess;
  ended: Promise<number | null>;
  output(): string;
}

function serve(env: Record<string, string>): Running {
  const child = fork(require.resolve('../../src/gateway/main.ts'), [], {
    execArgv: ['--import', 'tsx'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (text: Buffer) => void (output += text.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, ended, output: () => output };
}

describe('npm run serve', () => {
  it('ends with 78 and a table when it is not configured', async () => {
    const { ended, output } = serve({ ONBOARDING_HTTP_PORT: 'eighty' });
    expect(await ended).toBe(78);
    expect(output()).toContain('ONBOARDING_LINK_SECRET');
    expect(output()).toContain('ONBOARDING_HTTP_PORT');
  });

  describe('killed at any point', () => {
    let stage: Stage;
    let running: Running | undefined;
    beforeAll(async () => {
      stage = await openStage();
    });
    afterAll(async () => {
      running?.child.kill('SIGKILL');
      await running?.ended;
      await stage.close();
    });

    it('and started again, it goes on with the same pages, forms and decisions', async () => {
      const { workflowId } = await stage.onboard({ schedule: undefined });
      const port = await freePort();
      const address = `http://127.0.0.1:${port}`;
      const start = async (): Promise<Running> => {
        const one = serve({
          TEMPORAL_ADDRESS: temporalAddress(),
          ONBOARDING_HTTP_PORT: String(port),
          ONBOARDING_LINK_SECRET: LINK_SECRET,
          LAYERS_WEBHOOK_SECRET: WEBHOOK_SECRET,
        });
        await until(
          async () => one.child.exitCode !== null || (await fetch(`${address}/readyz`)).ok,
          WITHIN_MS,
          'readiness',
        );
        if (one.child.exitCode !== null) throw new Error(`it ended: ${one.output()}`);
        return one;
      };
      const url = `${address}${new URL(stage.page('r', { workflowId })).pathname}`;

      running = await start();
      const fields = { ...hiddenFields(await seen(fetch(`${url}?do=approve`))), reviewer: 'Maria' };
      running.child.kill('SIGKILL');
      await running.ended;

      running = await start();
      const posted = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
      expect(posted.status).toBe(303);
      running.child.kill('SIGKILL');
      await running.ended;

      running = await start();
      expect((await seen(fetch(url))).text).toContain('Approved by Maria');
      running.child.kill('SIGTERM');
      expect(await running.ended).toBe(0);
      expect(running.output()).toContain('requests under way are finished');
      expect(running.output()).not.toMatch(/eyJ|Maria/);
    });
  });
});
