import type { Client } from '@temporalio/client';
import { Hono } from 'hono';
import type { Logger } from 'pino';
import { calling } from '../../client/errors';

const READY_MS = 2_000;

/**
 * `/livez`: the process answers. `/readyz`: so does Temporal; without it no page and no webhook can do its work.
 * `webhooks`: what became of the deliveries, told along with the readiness.
 */
export function healthRoutes({ client, log }: { client: Client; log: Logger }, webhooks: object): Hono {
  return new Hono()
    .get('/livez', (context) => context.json({ status: 'ok' }))
    .get('/readyz', async (context) => {
      try {
        await calling(client, READY_MS, () => client.workflowService.getSystemInfo({}));
        return context.json({ status: 'ok', webhooks });
      } catch (error) {
        const cause = error instanceof Error ? error.message : String(error);
        log.warn({ cause }, 'not ready');
        return context.json({ status: 'unavailable', cause: 'Temporal does not answer.', webhooks }, 503);
      }
    });
}
