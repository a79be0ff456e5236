import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { MisconfiguredError } from '../../client/errors';
import { clean } from '../../config';
import { aborted, endBySignal, readEnvFile } from '../../process';
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
    const envFile = readEnvFile();
    const log = (_: object, message: string): void => io.err(message);
    const ending = endBySignal({ withinMs: 28_000, log: { info: log, warn: log } });
    const folder = localFolder('dev');
    const speed = Number(clean(io.env['SANDBOX_SPEED']) ?? 20);
    if (!(speed > 0 && speed <= 1_000_000)) throw new MisconfiguredError('SANDBOX_SPEED must be a number above 0.');
    const options = { env: io.env, folder, command: 'npm run dev', speed, say: io.err };
    const stack = await startLocalStack({ ...options, fresh: fresh && !isRestart(folder) });
    if (fresh) writeFileSync(join(folder, FRESH), String(process.ppid));
    if (envFile !== null) io.err(`Settings  ${envFile.file}: ${envFile.variables.join(', ')}`);
    const { temporalAddress, uiUrl, sandbox, links, taskQueue, logFile } = stack;
    io.err(`
Temporal   TEMPORAL_ADDRESS=${temporalAddress}${uiUrl === null ? '' : `   Web UI ${uiUrl}`}
Sandbox    LAYERS_BASE_URL=${sandbox.url}   any LAYERS_API_KEY that begins with lp_test_
Pages      ONBOARDING_PUBLIC_URL=${links.publicUrl}   ONBOARDING_LINK_SECRET=${links.secret}
Worker     on task queue ${taskQueue}, its log in ${logFile}

Start one  TEMPORAL_ADDRESS=${temporalAddress} npm run cli -- start examples/acme-coffee.json --wait
Ctrl-C ends everything; what was begun goes on at the next start.`);
    await aborted(ending);
    await stack.close();
    process.exit(0);
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
