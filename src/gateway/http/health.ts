import type { Client } from '@temporalio/client';
import { Hono } from 'hono';
import { calling } from '../../client/errors';

/** Where a stranger's doings are warned of. */
interface Warnings {
  warn(message: string, fields: { reason: string; cause: string }): void;
}

const READY_MS = 2_000;

/**
 * `/livez`: the process answers. `/readyz`: so does Temporal; without it no page and no webhook can do its work.
 * `webhooks`: what became of the deliveries, told along with the readiness.
 */
export function healthRoutes({ client, warnings }: { client: Client; warnings: Warnings }, webhooks: object): Hono {
  let asking: Promise<unknown> | null = null;
  // Anybody may ask: all who do at the same time share one question.
  const ask = (): Promise<unknown> =>
    (asking ??= calling(client, READY_MS, () => client.workflowService.getSystemInfo({})).finally(
      () => (asking = null),
    ));
  return new Hono()
    .get('/livez', (context) => context.json({ status: 'ok' }))
    .get('/readyz', async (context) => {
      try {
        await ask();
        return context.json({ status: 'ok', webhooks });
      } catch (error) {
        const cause = error instanceof Error ? error.message : String(error);
        warnings.warn('not ready', { reason: 'Temporal does not answer', cause });
        return context.json({ status: 'unavailable', cause: 'Temporal does not answer.', webhooks }, 503);
      }
    });
}
