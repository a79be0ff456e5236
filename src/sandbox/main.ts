import { z } from 'zod';
import { endBySignal, aborted, readEnvFile } from '../process';
import { SCENARIOS } from './control/scenarios';
import { startSandbox } from './index';
import { UnreadableSnapshot } from './world/snapshots';

/** The sandbox as a process, configured by environment alone. */
const environment = z.object({
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(4010),
  SANDBOX_HOST: z.string().default('127.0.0.1'),
  SANDBOX_PUBLIC_URL: z.url().optional(),
  SANDBOX_SPEED: z.coerce.number().positive().max(1_000_000).default(1),
  SANDBOX_TIER: z.enum(['standard', 'pilot', 'partner']).default('standard'),
  SANDBOX_DATA: z.string().optional(),
  SANDBOX_SCENARIO: z.enum(Object.keys(SCENARIOS)).default('happy'),
  SANDBOX_CONCURRENT_JOBS: z.coerce.number().int().min(1).optional(),
  SANDBOX_WEBHOOK_URL: z.url().optional(),
  SANDBOX_WEBHOOK_SECRET: z.string().min(1).default('whsec_sandbox'),
});

/** Exit code for a configuration that cannot work (sysexits). */
const BAD_CONFIGURATION = 78;

async function main() {
  const envFile = readEnvFile();
  // empty text is what Compose files and CI hand over for what is not set
  const set = Object.entries(process.env).flatMap(([name, text]) => (text?.trim() ? [[name, text.trim()]] : []));
  const parsed = environment.safeParse(Object.fromEntries(set));
  if (!parsed.success) {
    console.error(`The sandbox cannot start:\n${z.prettifyError(parsed.error)}`);
    process.exit(BAD_CONFIGURATION);
  }
  const env = parsed.data;
  const say = (_: object, message: string): void => console.error(message);
  const ending = endBySignal({ withinMs: 10_000, log: { info: say, warn: say } });
  const sandbox = await startSandbox({
    port: env.SANDBOX_PORT,
    host: env.SANDBOX_HOST,
    speed: env.SANDBOX_SPEED,
    tier: env.SANDBOX_TIER,
    scenario: env.SANDBOX_SCENARIO,
    ...(env.SANDBOX_PUBLIC_URL && { publicUrl: env.SANDBOX_PUBLIC_URL }),
    ...(env.SANDBOX_DATA && { dataFile: env.SANDBOX_DATA }),
    ...(env.SANDBOX_CONCURRENT_JOBS && { concurrentJobs: env.SANDBOX_CONCURRENT_JOBS }),
    ...(env.SANDBOX_WEBHOOK_URL && { webhook: { url: env.SANDBOX_WEBHOOK_URL, secret: env.SANDBOX_WEBHOOK_SECRET } }),
    log: (line) => console.error(line),
  });
  console.log(`Layers sandbox: ${sandbox.url}  (tier ${env.SANDBOX_TIER}, speed ${env.SANDBOX_SPEED}, ${env.SANDBOX_SCENARIO})
  use it     LAYERS_BASE_URL=${sandbox.url} LAYERS_API_KEY=lp_test_demo_1
  what it did  ${sandbox.url}/_sandbox/summary  ${sandbox.url}/_sandbox/ledger`);
  if (envFile !== null) console.error(`Settings are read from ${envFile.file}, too: ${envFile.variables.join(', ')}`);
  await aborted(ending);
  await sandbox.close();
  process.exit(0);
}

main().catch((error: unknown) => {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (taken) console.error('SANDBOX_PORT is taken: stop what listens there, or set SANDBOX_PORT=0 for a free one.');
  else if (error instanceof UnreadableSnapshot)
    console.error(`The sandbox cannot start:\nSANDBOX_DATA: ${error.message}`);
  else console.error(error);
  process.exit(taken || error instanceof UnreadableSnapshot ? BAD_CONFIGURATION : 1);
});
