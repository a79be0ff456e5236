import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { send } from './support';

const root = join(__dirname, '../..');

function sandboxProcess(env: Record<string, string>): ChildProcess & { output: string } {
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  const child = spawn(process.execPath, [tsx, 'src/sandbox/main.ts'], { cwd: root, env: { ...process.env, ...env } });
  const running = Object.assign(child, { output: '' });
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (running.output += chunk.toString()));
  return running;
}

async function address(child: ReturnType<typeof sandboxProcess>): Promise<string> {
  for (;;) {
    const url = /Layers sandbox: (\S+)/.exec(child.output)?.[1];
    if (url) return url;
    if (child.exitCode !== null) throw new Error(child.output);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the process', () => {
  test('runs by environment alone, says how to use it, and leaves at SIGTERM', async () => {
    const child = sandboxProcess({ SANDBOX_PORT: '0', SANDBOX_TIER: 'partner', SANDBOX_SPEED: '60' });
    const url = await address(child);
    expect(child.output).toContain(`LAYERS_BASE_URL=${url} LAYERS_API_KEY=lp_test_`);
    const { body } = await send(url, 'GET', '/v1/whoami');
    expect(body.rateLimitTier).toBe('partner');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);

    const wrong = sandboxProcess({ SANDBOX_PORT: 'http', SANDBOX_SPEED: '0', SANDBOX_SCENARIO: 'nope' });
    expect(await once(wrong, 'exit')).toEqual([78, null]);
    for (const name of ['SANDBOX_PORT', 'SANDBOX_SPEED', 'SANDBOX_SCENARIO']) expect(wrong.output).toContain(name);
  });

  test('says so when its port is taken', async () => {
    const first = sandboxProcess({ SANDBOX_PORT: '0' });
    const url = await address(first);
    const second = sandboxProcess({ SANDBOX_PORT: new URL(url).port });
    expect(await once(second, 'exit')).toEqual([78, null]);
    expect(second.output).toContain('SANDBOX_PORT');
    first.kill('SIGTERM');
    await once(first, 'exit');
  });
});
