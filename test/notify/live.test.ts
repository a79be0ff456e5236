import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { pino } from 'pino';
import type { OnboardingResult } from '../../src/contract/result';
import { createNotifier, notificationBody, type NotificationBody } from '../../src/notify';
import { until, WITHIN_MS } from '../support/environment';
import { hiddenFields, seen } from '../gateway/support/browserless';
import { LINK_SECRET, openStage, type Stage } from '../gateway/support/stage';

/** The whole way of a link: workflow, worker, callback, the person who gets it, gateway, workflow. */

const received: NotificationBody[] = [];
let down = false;
let receiver: Server;
let stage: Stage;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (!down) received.push(notificationBody.parse(JSON.parse(Buffer.concat(chunks).toString())));
      response.writeHead(down ? 503 : 204).end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const log = pino({ level: 'silent' });
  stage = await openStage({
    notifier: (publicUrl) =>
      createNotifier({ url, secret: 'the secret of the callback', publicUrl, linkSecret: LINK_SECRET, log }),
  });
});
afterAll(async () => {
  await stage.close();
  receiver.close();
  receiver.closeAllConnections();
});

const told = (workflowId: string, type: NotificationBody['type']): Promise<NotificationBody> =>
  until(
    () => Promise.resolve(received.find((body) => body.workflowId === workflowId && body.type === type)),
    WITHIN_MS,
    type,
  );

it('the links that are sent open the pages, deciding there ends the onboarding, and the end is told', async () => {
  const handle = await stage.onboard({ schedule: undefined });
  const { workflowId } = handle;
  const connect = await told(workflowId, 'connect.requested');
  expect((await seen(fetch(connect.link!.url))).text).toContain('Connect TikTok');

  const { link } = await told(workflowId, 'review.requested');
  const form = await seen(fetch(`${link!.url}?do=approve`));
  const body = new URLSearchParams({ ...hiddenFields(form), reviewer: 'Maria' });
  expect((await fetch(link!.url, { method: 'POST', body, redirect: 'manual' })).status).toBe(303);
  expect(((await handle.result()) as OnboardingResult).review).toMatchObject({
    decision: 'approve',
    reviewer: 'Maria',
  });
  expect((await told(workflowId, 'onboarding.finished')).data).toMatchObject({ outcome: 'ready' });
});

it('a receiver that is down holds nothing up', async () => {
  down = true;
  const handle = await stage.onboard({ schedule: undefined });
  const { workflowId } = handle;
  expect(received.filter((body) => body.workflowId === workflowId)).toEqual([]);
  down = false;
  await told(workflowId, 'review.requested');
});
