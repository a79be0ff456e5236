import { MisconfiguredError, UnreachableError } from '../client/errors';
import { ConfigError, EXIT_CONFIG, loadConfig, type GatewayConfig } from '../config';
import { connectClient, temporalTarget, type ConnectedClient } from '../temporal/connect';
import { gatewayLogger } from './http/logger';
import { startGateway } from './server';

const EXIT_UNAVAILABLE = 75;
const RETRY_MS = 2_000;

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
async function run(config: GatewayConfig): Promise<void> {
  const { linkSecrets, layers, httpHost, httpPort, publicUrl } = config;
  const log = gatewayLogger(config.logLevel, [...linkSecrets, ...layers.webhookSecrets]);
  const temporal = await connected(log);
  const gateway = await startGateway({
    client: temporal.client,
    secrets: linkSecrets,
    webhookSecrets: layers.webhookSecrets,
    port: httpPort,
    // Without a public address it listens to this machine alone.
    host: httpHost ?? (publicUrl === null ? '127.0.0.1' : '::'),
    publicUrl,
    log,
  });
  log.info({ port: gateway.port, publicUrl: gateway.publicUrl }, 'The gateway runs');
  if (layers.webhookSecrets.length === 0)
    log.warn('LAYERS_WEBHOOK_SECRET is not set: webhooks are refused, and waits end by looking alone');
  const ending = new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, resolve);
  });
  log.info({ signal: await ending }, 'Ending: requests under way are finished');
  await gateway.close();
  await temporal.close();
}

/** What a supervisor can tell from the exit code: 78 needs a person, 75 needs patience. */
function exitCode(error: unknown): number {
  if (error instanceof ConfigError || error instanceof MisconfiguredError) return EXIT_CONFIG;
  return error instanceof UnreachableError ? EXIT_UNAVAILABLE : 1;
}

async function main(): Promise<void> {
  try {
    await run(loadConfig('gateway'));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(exitCode(error));
  }
}

if (require.main === module) void main();
