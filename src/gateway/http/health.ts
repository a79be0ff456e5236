import { Hono } from 'hono';
import { calling } from '../../client/errors';
import type { Deps } from '../admit';
import type { WebhookCounts } from '../webhooks/routes';

const READY_MS = 2_000;

/** `/livez`: the process answers. `/readyz`: so does Temporal; without it no page and no webhook can do its work. */
export function healthRoutes({ client, log }: Deps, webhooks: WebhookCounts): Hono {
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
