import { join } from 'node:path';
import { MisconfiguredError } from '../../client/errors';
import { clean } from '../../config';
import { aborted, endBySignal, readEnvFile } from '../../process';
import { reportError } from '../errors';
import { processIo } from '../io';
import { startLocalStack } from './stack';

/** The stack of the demo, left running without a customer. `npm run dev` starts it again when a file changes. */
async function dev(): Promise<void> {
  const io = processIo();
  try {
    const envFile = readEnvFile();
    const say = (_: object, message: string): void => io.err(message);
    const ending = endBySignal({ withinMs: 28_000, log: { info: say, warn: say } });
    const folder = join(process.cwd(), '.cache', 'dev');
    const speed = Number(clean(io.env['SANDBOX_SPEED']) ?? 20);
    if (!(speed > 0 && speed <= 1_000_000)) throw new MisconfiguredError('SANDBOX_SPEED must be a number above 0.');
    const stack = await startLocalStack({ env: io.env, folder, speed, say: io.err });
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

void dev();
