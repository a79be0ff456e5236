import { MisconfiguredError, UnreachableError } from '../client/errors';
import { loadConfig, type GatewayConfig } from '../config';
import { aborted, endBySignal, exitCode, readEnvFile, type EnvFile } from '../process';
import { connectClient, temporalTarget, type ConnectedClient } from '../temporal/connect';
import { gatewayLogger } from './http/logger';
import { startGateway } from './server';

const RETRY_MS = 2_000;
/** Longer than `close` waits for requests, and shorter than what a supervisor waits before it kills. */
const END_MS = 27_000;

/** Like the worker, the gateway often starts before its Temporal server: it waits a minute for it. */
async function connected(log: ReturnType<typeof gatewayLogger>, withinMs = 60_000): Promise<ConnectedClient> {
  const target = temporalTarget();
  const deadline = Date.now() + withinMs;
  for (;;)
    try {
      return await connectClient(target);
    } catch (error) {
      if (!(error instanceof UnreachableError) || Date.now() > deadline) throw error;
      log.warn({ address: target.address }, `Waiting for Temporal: ${error.message}`);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
}

/** The gateway process: configured by the environment, until SIGTERM or SIGINT. */
async function run(config: GatewayConfig, envFile: EnvFile | null): Promise<void> {
  const { linkSecrets, layers, httpHost, httpPort, publicUrl } = config;
  const log = gatewayLogger(config.logLevel, [...linkSecrets, ...layers.webhookSecrets]);
  if (envFile !== null) log.info(envFile, 'Settings are read from .env, too');
  for (const warning of config.warnings) log.warn(warning);
  const ending = endBySignal({ withinMs: END_MS, log });
  const temporal = await Promise.race([connected(log), aborted(ending)]);
  if (!temporal) return; // told to end while it waited
  const gateway = await startGateway({
    client: temporal.client,
    secrets: linkSecrets,
    webhookSecrets: layers.webhookSecrets,
    port: httpPort,
    // Without a public address it listens to this machine alone.
    host: httpHost ?? (publicUrl === null ? '127.0.0.1' : '::'),
    publicUrl,
    log,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    const cause = error.code === 'EACCES' ? 'needs privileges' : 'is taken: stop what listens there, or name another';
    throw new MisconfiguredError(`ONBOARDING_HTTP_PORT: the port ${httpPort} ${cause}.`, { cause: error });
  });
  log.info({ port: gateway.port, publicUrl: gateway.publicUrl }, 'The gateway runs');
  if (layers.webhookSecrets.length === 0)
    log.warn('LAYERS_WEBHOOK_SECRET is not set: webhooks are refused, and waits end by looking alone');
  await aborted(ending);
  await gateway.close();
  await temporal.close();
}

async function main(): Promise<void> {
  try {
    const envFile = readEnvFile();
    await run(loadConfig('gateway'), envFile);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(exitCode(error));
  }
}

if (require.main === module) void main();
