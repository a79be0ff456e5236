import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pino, { type Logger } from 'pino';
import type { RateLimits } from '../../src/config';
import { startGateway } from '../../src/gateway';
import { startSandbox, type Sandbox } from '../../src/sandbox';
import { DURATIONS } from '../plan/inputs';
import { Layers } from './layers';
import { Server } from './server';
import { Workers } from './workers';

const NAMESPACE = 'default';
const NO_WRITE_A_DAY_TOO_MANY = 1_000_000;

export interface StageOptions {
  /** Where the database and the logs go. */
  folder: string;
  /** The workflow bundle that the workers run. */
  bundle: string;
  perMinute: RateLimits;
  seed: number;
  /** A server that runs already, and is not to be killed. */
  temporalAddress?: string;
}

/** Everything that a run needs: a Temporal server of its own, the sandbox, the gateway for its webhooks, the workers. */
export interface Stage {
  namespace: string;
  client: Client;
  sandbox: Sandbox;
  layers: Layers;
  workers: Workers;
  server: Server | null;
  taskQueue: string;
  /** What must not be found anywhere. */
  secrets: string[];
  /** The next API key of the same organization, as after a rotation. */
  nextApiKey(): string;
  operatorKeyId: string;
  logFiles(): string[];
  close(): Promise<void>;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const { folder, perMinute, bundle, seed } = options;
  const ends: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end().catch(() => undefined);
  };
  try {
    const server = options.temporalAddress === undefined ? await Server.start(folder) : null;
    if (server !== null) ends.push(() => server.stop());
    const temporalAddress = server?.address ?? options.temporalAddress!;
    const connection = await Connection.connect({
      address: temporalAddress,
      // After the server's death the client is to notice its return soon.
      channelArgs: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 500 },
    });
    ends.push(() => connection.close());
    const client = new Client({ connection, namespace: NAMESPACE });

    const secret = (kind: string): string => `${kind}${randomBytes(18).toString('hex')}`;
    const secrets = { webhook: secret('whsec_'), link: secret('link-') };
    const gatewayLog = join(folder, 'gateway.log');
    const gateway = await startGateway({
      client,
      secrets: [secrets.link],
      webhookSecrets: [secrets.webhook],
      port: 0,
      log: plainLogger(gatewayLog),
    });
    ends.push(() => gateway.close());
    const sandbox = await startSandbox({
      durations: DURATIONS,
      tier: { ...perMinute, writesPerDay: NO_WRITE_A_DAY_TOO_MANY },
      webhook: { url: `${gateway.publicUrl}/webhooks/layers`, secret: secrets.webhook },
      seed,
    });
    ends.push(() => sandbox.close());

    // Keys of one organization begin alike; the run's own part keeps them from being guessed out of the code.
    const organization = `chaos${randomBytes(4).toString('hex')}`;
    const apiKeys: string[] = [];
    const nextApiKey = (): string => {
      apiKeys.push(`lp_test_${organization}_${secret(`k${apiKeys.length + 1}`)}`);
      return apiKeys.at(-1)!;
    };
    const taskQueue = `chaos-${randomBytes(4).toString('hex')}`;
    const settings = { temporalAddress, taskQueue, layersUrl: sandbox.url, perMinute, bundle };
    const workers = new Workers(settings, folder, nextApiKey());
    ends.push(() => workers.close());
    const operatorKey = nextApiKey();
    const layers = new Layers(sandbox, operatorKey);
    const { apiKeyId } = await layers.asOperator('GET', '/v1/whoami');
    return {
      namespace: NAMESPACE,
      client,
      sandbox,
      layers,
      workers,
      server,
      taskQueue,
      get secrets() {
        return [...apiKeys, secrets.webhook, secrets.link];
      },
      nextApiKey,
      operatorKeyId: String(apiKeyId),
      logFiles: () => [...workers.logFiles, gatewayLog],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** As the gateway's own, but without the blotting out: a leak is to be found, not hidden. */
const plainLogger = (dest: string): Logger =>
  pino({ level: 'debug', base: null }, pino.destination({ dest, sync: true }));
