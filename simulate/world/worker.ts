import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';
import { TemporalClock } from '../../src/activities/clock';
import { createLocal } from '../../src/activities/local';
import type { Pulse } from '../../src/activities/pulse';
import { createReads } from '../../src/activities/reads';
import { createStarts } from '../../src/activities/starts';
import { createWrites } from '../../src/activities/writes';
import { keyMode } from '../../src/config';
import type { Notifier } from '../../src/contract/notifications';
import { LayersClient } from '../../src/layers/client';
import type { Activities, Living } from '../temporal/temporal';

export interface WorkerParts {
  layers: { baseUrl: string; dispatcher: Dispatcher };
  key: { apiKey: string; apiKeyId: string };
  defaultReturnUrl: string;
  notifier: Notifier | null;
  log: Logger;
}

/** The activities of one worker process, put together as `startWorker` does. */
export function activitiesOf({ layers, key, defaultReturnUrl, notifier, log }: WorkerParts, life: Living): Activities {
  const client = new LayersClient({
    ...layers,
    apiKey: key.apiKey,
    logger: { warn: (message, fields) => log.warn(fields, message) },
  });
  const identity = { apiKeyId: key.apiKeyId, mode: keyMode(key.apiKey) };
  const deps = {
    layers: client,
    identity: () => identity,
    defaultReturnUrl,
    // The process itself knows how long it stood still; the product's pulse would have to beat every second to find out.
    pulse: life as Pulse,
    clock: new TemporalClock(),
  };
  return {
    ...createReads(deps),
    ...createWrites(deps),
    ...createStarts(deps),
    ...createLocal({ identity: deps.identity, notifies: notifier !== null }),
    ...notifier,
  };
}
