import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { ApplicationFailure } from '@temporalio/common';
import { pino } from 'pino';
import { createNotifyActivities } from '../../src/activities/notify';
import type { Notification, NotifyArgs } from '../../src/contract/notifications';
import { verifyWebhook } from '../../src/layers/webhookSignature';
import { onboardingOf, verifyLink } from '../../src/links';
import {
  createLogNotifier,
  createNotifier,
  NotDeliveredError,
  notificationBody,
  type NotificationBody,
} from '../../src/notify';

const SECRET = 'the secret of the callback';
const LINK_SECRET = 'the secret of links longer than 32 characters';
const AT = '2026-05-12T14:00:00.000Z';
const DEADLINE = '2026-05-19T14:00:00.000Z';

interface Received {
  headers: IncomingHttpHeaders;
  raw: string;
  body: NotificationBody;
}

/** A partner's endpoint. */
class Receiver {
  readonly received: Received[] = [];
  answer: { status: number; headers?: Record<string, string> } | 'silence' = { status: 204 };
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const raw = Buffer.concat(chunks).toString();
        this.received.push({ headers: request.headers, raw, body: raw === '' ? undefined : JSON.parse(raw) });
        if (this.answer !== 'silence') response.writeHead(this.answer.status, this.answer.headers).end();
      });
    });
  }

  async open(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/events`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

let receiver: Receiver;
let url: string;
beforeEach(async () => {
  receiver = new Receiver();
  url = await receiver.open();
});
afterEach(() => receiver.close());

const notifier = (more: { url?: string; timeoutMs?: number; now?: () => number } = {}) =>
  createNotifier({
    url,
    secret: SECRET,
    publicUrl: 'https://onboarding.example.com',
    linkSecret: LINK_SECRET,
    log: pino({ level: 'silent' }),
    ...more,
  });

const argsOf = (notification: Notification): NotifyArgs => ({
  id: 'a0b1',
  at: AT,
  workflowId: 'onboard-acme-coffee',
  firstRunId: 'first-run',
  customer: { externalId: 'acme-coffee', name: 'Acme Coffee' },
  mode: 'sandbox',
  organizationId: null,
  notification,
});

const unexpected = (): never => {
  throw new Error('this should have been refused');
};

const EVERY: Notification[] = [
  { type: 'review.requested', revision: 1, deadline: DEADLINE, scheduledFor: '2026-05-20T16:00:00Z' },
  { type: 'review.reminder', revision: 1, deadline: DEADLINE, scheduledFor: null },
  { type: 'review.expired', revision: 1 },
  { type: 'source.choice.requested', candidates: 10 },
  { type: 'connect.requested', platforms: ['tiktok'], deadline: DEADLINE },
  { type: 'connect.reminder', platforms: ['tiktok', 'instagram'], deadline: DEADLINE },
  {
    type: 'step.blocked',
    step: 'content',
    code: 'BILLING_EXHAUSTED',
    cause: 'Too few credits.',
    fix: 'Top up.',
    who: 'operator',
  },
  { type: 'onboarding.finished', outcome: 'scheduled', scheduledFor: '2026-05-20T16:00:00Z' },
];

describe('a notification', () => {
  it.each(EVERY.map((notification) => [notification.type, notification] as const))(
    '%s is posted as its schema says, with its data beside what all have',
    async (type, notification) => {
      await notifier().notify(argsOf(notification));
      const [{ body, headers }] = receiver.received as [Received];
      expect(notificationBody.parse(body)).toEqual(body);
      const { type: _type, ...data } = notification;
      expect(body).toMatchObject({
        id: 'a0b1',
        type,
        at: AT,
        workflowId: 'onboard-acme-coffee',
        customer: { externalId: 'acme-coffee', name: 'Acme Coffee' },
        mode: 'sandbox',
        organizationId: null,
        data,
      });
      expect(body.why).toContain('Acme Coffee');
      expect(headers['content-type']).toBe('application/json');
      expect(headers['x-onboarding-event-id']).toBe('a0b1');
    },
  );

  it('says who is asked, and gives that person the link to act', async () => {
    const seen: Record<string, { asked: unknown; link: unknown }> = {};
    for (const notification of EVERY) {
      await notifier().notify(argsOf(notification));
      const { body } = receiver.received.at(-1)!;
      const token = body.link?.url.split('/').at(-1) ?? '';
      const verified = verifyLink([LINK_SECRET], token, Date.parse(AT));
      const link = verified.state === 'valid' ? { page: body.link!.url.split('/').at(-2), ...verified.link } : null;
      seen[notification.type] = { asked: body.asked, link };
    }
    const workflowId = 'onboard-acme-coffee';
    const aWeekAfter = Date.parse(DEADLINE) + 7 * 86_400_000;
    const onboarding = onboardingOf('first-run');
    const review = { page: 'r', workflowId, onboarding, scope: 'decide', revision: 1, expiresAt: aWeekAfter };
    const connect = { page: 'c', workflowId, onboarding, scope: 'connect', expiresAt: aWeekAfter };
    expect(seen).toEqual({
      'review.requested': { asked: 'reviewer', link: review },
      'review.reminder': { asked: 'reviewer', link: review },
      'review.expired': { asked: null, link: null },
      'source.choice.requested': {
        asked: 'reviewer',
        link: { page: 'r', workflowId, onboarding, scope: 'choose', expiresAt: Date.parse(AT) + 30 * 86_400_000 },
      },
      'connect.requested': { asked: 'customer', link: connect },
      'connect.reminder': { asked: 'customer', link: connect },
      'step.blocked': { asked: 'operator', link: null },
      'onboarding.finished': { asked: null, link: null },
    });
  });

  it('is signed over its raw body like the webhooks of Layers', async () => {
    const now = Date.parse('2026-05-12T14:00:05Z');
    await notifier({ now: () => now }).notify(argsOf(EVERY[0]!));
    const [{ headers, raw }] = receiver.received as [Received];
    const header = headers['x-onboarding-signature'] as string;
    expect(verifyWebhook({ header, rawBody: raw, secrets: [SECRET], now })).toEqual({ ok: true });
    expect(verifyWebhook({ header, rawBody: `${raw} `, secrets: [SECRET], now }).ok).toBe(false);
    expect(verifyWebhook({ header, rawBody: raw, secrets: ['another secret'], now }).ok).toBe(false);
  });

  it('is the same body at every delivery, so that receivers can tell a repetition', async () => {
    await notifier().notify(argsOf(EVERY[3]!));
    await notifier().notify(argsOf(EVERY[3]!));
    expect(receiver.received[1]!.raw).toBe(receiver.received[0]!.raw);
  });
});

describe('a delivery that fails', () => {
  it.each([300, 302, 400, 401, 404, 410, 429, 500, 503])(
    'throws on %i, so that Temporal tries again',
    async (status) => {
      receiver.answer = { status, headers: status === 302 ? { location: 'http://127.0.0.1:9/elsewhere' } : {} };
      await expect(notifier().notify(argsOf(EVERY[0]!))).rejects.toThrow(NotDeliveredError);
      await expect(notifier().notify(argsOf(EVERY[0]!))).rejects.toThrow(
        `answered ${status} to review.requested (a0b1)`,
      );
    },
  );

  it('throws when nobody answers in time, or nobody is there', async () => {
    receiver.answer = 'silence';
    await expect(notifier({ timeoutMs: 100 }).notify(argsOf(EVERY[0]!))).rejects.toThrow('cannot be reached');
    await receiver.close();
    await expect(notifier().notify(argsOf(EVERY[0]!))).rejects.toThrow('ECONNREFUSED');
    receiver = new Receiver();
    await receiver.open();
  });

  it('carries neither the link nor the secret in its error', async () => {
    receiver.answer = { status: 500 };
    const error: Error = await notifier()
      .notify(argsOf(EVERY[0]!))
      .then(unexpected, (thrown: Error) => thrown);
    const text = `${error.message} ${error.stack} ${JSON.stringify(error)}`;
    expect(text).not.toContain(receiver.received[0]!.body.link!.url.split('/').at(-1));
    expect(text).not.toContain(SECRET);
  });
});

it('is not made for a URL with a password, which fetch would refuse and repeat in its error', () => {
  const make = () => notifier({ url: 'https://hook:s3cret@backend.example.com/x' });
  expect(make).toThrow(/^The URL of notifications must not carry a user name or password\.$/);
});

describe('the activity', () => {
  it('reports what happened as a failure that is retried', async () => {
    receiver.answer = { status: 503 };
    const { notify } = createNotifyActivities(notifier());
    const failure: unknown = await notify(argsOf(EVERY[0]!)).then(unexpected, (thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ type: 'NotDelivered', nonRetryable: false });
    receiver.answer = { status: 200 };
    await expect(notify(argsOf(EVERY[0]!))).resolves.toBeUndefined();
  });
});

describe('without a callback', () => {
  it('the log says who would be asked, without any link', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'info' }, { write: (line) => void lines.push(line) });
    await createLogNotifier(log).notify(argsOf(EVERY[0]!));
    expect(JSON.parse(lines[0]!)).toMatchObject({
      type: 'review.requested',
      asked: 'reviewer',
      workflowId: 'onboard-acme-coffee',
    });
    expect(lines[0]).not.toMatch(/http|eyJ|Acme Coffee/);
  });
});

test('through a proxy where the environment names one, by the name of the host', async () => {
  const asked: string[] = [];
  const sockets: { destroy(): unknown }[] = [];
  const proxy = createServer();
  proxy.on('connect', (request: { url?: string }, socket: Socket) => {
    asked.push(request.url ?? '');
    const tunnel = connect(Number(new URL(url).port), '127.0.0.1');
    sockets.push(
      socket.on('error', () => undefined),
      tunnel.on('error', () => undefined),
    );
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    tunnel.pipe(socket).pipe(tunnel);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const before = process.env.http_proxy;
  process.env.http_proxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  try {
    await notifier({ url: 'http://backend.invalid/events' }).notify(argsOf({ type: 'review.expired', revision: 0 }));
    expect(asked).toEqual(['backend.invalid:80']);
    expect(receiver.received).toHaveLength(1);
  } finally {
    if (before === undefined) delete process.env.http_proxy;
    else process.env.http_proxy = before;
    for (const socket of sockets) socket.destroy();
    proxy.closeAllConnections();
    proxy.close();
  }
});
