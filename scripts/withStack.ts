// Runs a command beside a fresh local stack (Temporal, sandbox, worker) and ends with its exit code:
// node --import tsx scripts/withStack.ts python examples/python/onboard.py examples/acme-coffee.json
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalStack } from '../src/cli/local/stack';

async function main([command, ...args]: string[]): Promise<number> {
  if (command === undefined) throw new Error('usage: withStack.ts COMMAND [ARG ...]');
  const folder = mkdtempSync(join(tmpdir(), 'layers-onboarding-'));
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const stack = await startLocalStack({ env: {}, folder, speed: 20, say });
  try {
    const env = { ...process.env, TEMPORAL_ADDRESS: stack.temporalAddress, ONBOARDING_TASK_QUEUE: stack.taskQueue };
    const child = spawn(command, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    if (signal !== null) say(`${command} was ended by ${signal}.`);
    return code ?? 1;
  } finally {
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
