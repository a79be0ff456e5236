import { join } from 'node:path';
import { reportError } from '../errors';
import { processIo } from '../io';
import { startLocalStack } from './stack';

/** The stack of the demo, left running without a customer. `npm run dev` starts it again when a file changes. */
async function dev(): Promise<void> {
  const io = processIo();
  try {
    const folder = join(process.cwd(), '.cache', 'dev');
    const speed = Number(io.env['SANDBOX_SPEED'] ?? 20);
    const stack = await startLocalStack({ env: io.env, folder, speed, say: io.err });
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

void dev();
