import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { isRateTier, type RateLimits, type RateTier, tasksPerSecond, TIERS } from '../config';
import { type Bucket, BUCKETS, bucketQueue } from '../contract/queues';

/** What Temporal Cloud has, and a server with its default settings. */
const USUAL_PARTITIONS = 4;

/** Requests per minute: the configured tier, else the one Layers names, else standard; single figures replace the tier's. */
export function rateLimits(
  configured: { rateTier: RateTier | null; perMinute: Partial<RateLimits> },
  namedByLayers: string | null,
  logger: Logger,
): RateLimits {
  let tier = configured.rateTier;
  if (tier === null && namedByLayers !== null)
    if (isRateTier(namedByLayers)) tier = namedByLayers;
    else
      logger.warn(
        { rateLimitTier: namedByLayers },
        'Layers names a tier whose limits are not known: using those of standard',
      );
  return { ...TIERS[tier ?? 'standard'], ...configured.perMinute };
}

/** Tasks per second of each bucket's queue, by the number of its partitions on this server. */
export async function queueRates(
  connection: NativeConnection,
  namespace: string,
  taskQueue: string,
  limits: RateLimits,
  logger: Logger,
): Promise<Record<Bucket, number>> {
  const rates: Partial<Record<Bucket, number>> = {};
  for (const bucket of BUCKETS) {
    const partitions = await partitionsOf(connection, namespace, bucketQueue(taskQueue, bucket));
    rates[bucket] = tasksPerSecond(limits[bucket], partitions);
    logger.info(
      { bucket, perMinute: limits[bucket], partitions, tasksPerSecond: Number(rates[bucket].toFixed(3)) },
      'Rate limit of a bucket',
    );
  }
  return rates as Record<Bucket, number>;
}

async function partitionsOf(connection: NativeConnection, namespace: string, name: string): Promise<number> {
  try {
    const { activityTaskQueuePartitions } = await connection.workflowService.listTaskQueuePartitions({
      namespace,
      taskQueue: { name },
    });
    return activityTaskQueuePartitions.length || USUAL_PARTITIONS;
  } catch {
    return USUAL_PARTITIONS; // not every server tells
  }
}
