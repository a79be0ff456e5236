import { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { grpcError, MisconfiguredError, UnreachableError } from '../client/errors';
import { shownKey } from '../config';
import type { LayersClient } from '../layers/client';
import { LayersError } from '../layers/errors';
import type { Whoami } from '../layers/schemas';
import { connectError, type TemporalTarget } from '../temporal/connect';
import { ensureSearchAttributes } from '../temporal/searchAttributes';

/** What a check at start has to know. */
export interface Starting {
  logger: Logger;
  /** How long to wait for what does not answer yet; a worker often starts before its server. */
  withinMs: number;
  signal?: AbortSignal | undefined;
}

const EVERY_MS = 2_000;
const NOT_FOUND = 5;

/** Tries again every two seconds, saying so, for as long as the failure is one that may pass. */
async function insist<T>(
  attempt: () => Promise<T>,
  failed: (error: unknown) => Error,
  what: string,
  { logger, withinMs, signal }: Starting,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;)
    try {
      signal?.throwIfAborted();
      return await attempt();
    } catch (error) {
      if (signal?.aborted) throw error;
      const failure = failed(error);
      const leftMs = deadline - Date.now();
      if (!(failure instanceof UnreachableError) || leftMs <= 0) throw failure;
      logger.warn({ secondsLeft: Math.ceil(leftMs / 1000) }, `Waiting for ${what}: ${failure.message}`);
      await new Promise((resolve) => setTimeout(resolve, Math.min(EVERY_MS, leftMs)));
    }
}

/** Temporal answers, knows the namespace, and the namespace has the search attributes. */
export async function reachTemporal(target: TemporalTarget, starting: Starting): Promise<NativeConnection> {
  const { logger } = starting;
  const { address, namespace } = target;
  const connection = await insist(
    () => NativeConnection.connect(target.connectionOptions),
    (error) => connectError(error, target),
    'Temporal',
    starting,
  );
  try {
    await insist(
      () =>
        connection.withDeadline(Date.now() + 10_000, () => connection.workflowService.describeNamespace({ namespace })),
      (error) => (grpcError(error)?.code === NOT_FOUND ? noNamespace(namespace) : connectError(error, target)),
      `the namespace "${namespace}"`,
      starting,
    );
    logger.info({ address, namespace }, 'Temporal answers');
    const { registered } = await ensureSearchAttributes(connection, namespace);
    logger.info(
      { registered },
      registered.length === 0 ? 'The search attributes are there' : 'Registered search attributes',
    );
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

const noNamespace = (namespace: string): MisconfiguredError =>
  new MisconfiguredError(
    `Temporal has no namespace "${namespace}". Set TEMPORAL_NAMESPACE, or create it: ` +
      `temporal operator namespace create --namespace ${namespace}`,
  );

/** The API key works. A key that Layers refuses is a matter of configuration, a Layers that is away is not. */
export async function reachLayers(client: LayersClient, apiKey: string, starting: Starting): Promise<Whoami> {
  const whoami = await insist(
    () => client.whoami({ ...(starting.signal && { signal: starting.signal }) }),
    (error) => layersFailure(error, apiKey),
    'Layers',
    starting,
  );
  const { apiKeyId, organizationId, rateLimitTier } = whoami;
  starting.logger.info({ key: shownKey(apiKey), apiKeyId, organizationId, rateLimitTier }, 'The API key works');
  return whoami;
}

function layersFailure(error: unknown, apiKey: string): Error {
  if (!(error instanceof LayersError)) return error instanceof Error ? error : new Error(String(error));
  const { message, classification } = error;
  return classification.retry === 'temporal'
    ? new UnreachableError(`Layers does not answer (LAYERS_BASE_URL): ${message}`, { cause: error })
    : new MisconfiguredError(`Layers does not take the key ${shownKey(apiKey)} (LAYERS_API_KEY): ${message}`, {
        cause: error,
      });
}
