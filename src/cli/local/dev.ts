import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { reportError } from '../errors';
import { processIo } from '../io';
import { harmlessly } from '../output';
import { localFolder } from '../running';
import { startLocalStack } from './stack';

/** The stack of the demo, left running without a customer. `npm run dev` starts it again when a file changes. */
async function dev(): Promise<void> {
  const io = harmlessly(processIo());
  const { fresh = false } = new Command('npm run dev --')
    .description('Temporal, the Layers sandbox, a worker and the pages, left running.')
    .option('--fresh', 'forget what was done here before')
    .parse()
    .opts<{ fresh?: boolean }>();
  try {
    const folder = localFolder('dev');
    const speed = Number(io.env['SANDBOX_SPEED'] ?? 20);
    const options = { env: io.env, folder, command: 'npm run dev', speed, say: io.err };
    const stack = await startLocalStack({ ...options, fresh: fresh && !isRestart(folder) });
    if (fresh) writeFileSync(join(folder, FRESH), String(process.ppid));
    const { temporalAddress, uiUrl, sandbox, links, taskQueue, logFile } = stack;
    io.err(`
Temporal   TEMPORAL_ADDRESS=${temporalAddress}${uiUrl === null ? '' : `   Web UI ${uiUrl}`}
Sandbox    LAYERS_BASE_URL=${sandbox.url}   any LAYERS_API_KEY that begins with lp_test_
Pages      ONBOARDING_PUBLIC_URL=${links.publicUrl}   ONBOARDING_LINK_SECRET=${links.secret}
Worker     on task queue ${taskQueue}, its log in ${logFile}

Start one  TEMPORAL_ADDRESS=${temporalAddress} npm run cli -- start examples/acme-coffee.json --wait
Ctrl-C ends everything; what was begun goes on at the next start.`);
    const end = (): void => void stack.close().then(() => process.exit(0));
    process.once('SIGINT', end).once('SIGTERM', end);
  } catch (error) {
    process.exit(reportError(error, io));
  }
}

/** Names the watcher whose first start has forgotten everything. */
const FRESH = 'fresh';

/** A file has changed: the same command line once more, whose `--fresh` has been done. */
const isRestart = (folder: string): boolean =>
  existsSync(join(folder, FRESH)) && readFileSync(join(folder, FRESH), 'utf8') === String(process.ppid);

void dev();
