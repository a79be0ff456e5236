import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from '../../chaos/stage/server';
import { effects, openStack, requests, underReview, until, untilStatus, type Stack } from '../support/environment';
import { acmeCoffee } from '../support/inputs';
import { bend, customerOf } from '../support/steering';

const RETRY_AFTER_SECONDS = 8;

/** The Temporal server itself dies. */
describe('kill -9 of the Temporal server', () => {
  let folder: string;
  let server: Server;
  let stack: Stack;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'layers-onboarding-restart-'));
    server = await Server.start(folder);
    stack = await openStack({ temporalAddress: server.address });
  });
  afterAll(async () => {
    await stack?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('kill -9 of the Temporal server makes no call come before the time that Layers asked for, and nothing twice', async () => {
    const input = acmeCoffee();
    const customer = customerOf(input);
    const upload = { method: 'POST', path: '/app-media$', body: '"logo"' };
    await bend(stack.sandbox, customer, {
      match: upload,
      times: 1,
      action: { kind: 'rate-limit', retryAfter: RETRY_AFTER_SECONDS },
    });
    const handle = await stack.start(input);
    const uploads = () => requests(stack.sandbox, 'POST', /\/app-media$/);
    const refused = await until(async () => uploads().find(({ status }) => status === 429));
    // The report has to be in the server's database.
    await until(async () => (await handle.describe()).raw.pendingActivities?.some(({ attempt }) => attempt === 2));
    await server.kill();
    await server.restart();
    await untilStatus(handle, underReview);
    const again = uploads().find((one) => one.idempotencyKey === refused.idempotencyKey && one !== refused)!;
    expect(Date.parse(again.at) - Date.parse(refused.answeredAt!)).toBeGreaterThanOrEqual(RETRY_AFTER_SECONDS * 1_000);
    expect(effects(stack.sandbox, 'media.created', customer)).toHaveLength(input.appMedia!.length);
    await handle.cancel();
    await handle.result().catch(() => undefined);
  });
});
