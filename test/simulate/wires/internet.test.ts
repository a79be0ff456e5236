import { Hono } from 'hono';
import { pino } from 'pino';
import { createNotifier, NotDeliveredError } from '../../../src/notify/notifier';
import { Clock } from '../../../simulate/clock/clock';
import { Internet } from '../../../simulate/wires/internet';
import { START, within } from './support/world';

function stage() {
  const clock = new Clock(1, START);
  const partner = new Hono()
    .get('/', (context) => context.text('hello'))
    .post('/echo', async (context) => context.text(await context.req.text()))
    .get('/elsewhere', (context) => context.redirect('/'))
    .get('/round', (context) => context.redirect('/round'))
    .get('/slow', async (context) => {
      await clock.sleep(60_000);
      return context.text('at last');
    });
  const broken = (): Response => Response.error();
  const internet = new Internet(
    { clock, log: () => undefined },
    { 'partner.sim': partner.fetch, 'broken.sim': broken },
  );
  return { clock, internet };
}

/** With the global `fetch` replaced, as while a simulation runs. */
async function online<T>({ clock, internet }: ReturnType<typeof stage>, act: () => Promise<T>): Promise<T> {
  const disconnect = internet.install();
  try {
    return await within(clock, act);
  } finally {
    disconnect();
  }
}

test('the global fetch reaches hosts by their names, which takes time, and is put back', async () => {
  const { fetch: before } = globalThis;
  const world = stage();
  const text = await online(world, async () => {
    const response = await fetch('http://partner.sim/echo', { method: 'POST', body: 'ping' });
    return response.text();
  });
  expect(text).toBe('ping');
  expect(world.clock.now).toBeGreaterThan(START);
  expect(globalThis.fetch).toBe(before);
});

test('redirects are followed unless told otherwise', async () => {
  const world = stage();
  await online(world, async () => {
    const followed = await fetch('http://partner.sim/elsewhere');
    expect([await followed.text(), followed.url, followed.redirected]).toEqual(['hello', 'http://partner.sim/', true]);
    const kept = await fetch('http://partner.sim/elsewhere', { redirect: 'manual' });
    expect([kept.status, kept.headers.get('location')]).toEqual([302, '/']);
    await expect(fetch('http://partner.sim/round')).rejects.toThrow('fetch failed');
  });
});

test('fails as the global one does', async () => {
  const world = stage();
  await online(world, async () => {
    await expect(fetch('http://nowhere.sim/')).rejects.toMatchObject({ cause: { code: 'ENOTFOUND' } });
    await expect(fetch('http://broken.sim/')).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } });
  });
});

test('heeds signals', async () => {
  const world = stage();
  const { clock } = world;
  await online(world, async () => {
    const started = clock.now;
    const call = fetch('http://partner.sim/slow', { signal: AbortSignal.timeout(1_000) });
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(clock.now).toBe(started + 1_000);
    await expect(fetch('http://partner.sim/', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

test('notifications go through it as a dispatcher of undici', async () => {
  const clock = new Clock(1, START);
  const received: { text: string; signature: string | null }[] = [];
  let status = 204;
  const internet = new Internet(
    { clock, log: () => undefined },
    {
      'partner.sim': async (request) => {
        received.push({ text: await request.text(), signature: request.headers.get('x-onboarding-signature') });
        return new Response(null, { status });
      },
    },
  );
  const { notify } = createNotifier({
    ...{
      url: 'http://partner.sim/onboardings',
      secret: 'notified',
      publicUrl: 'http://gateway.sim',
      linkSecret: 'links',
    },
    ...{ log: pino({ level: 'silent' }), dispatcher: internet },
  });
  const notification = { type: 'onboarding.finished', outcome: 'scheduled', scheduledFor: null };
  const customer = { externalId: 'acme', name: 'Acme' };
  const args = {
    ...{ id: 'n1', at: new Date(START).toISOString(), workflowId: 'w', firstRunId: 'r', organizationId: null },
    ...{ customer, mode: 'sandbox', notification },
  };
  await within(clock, () => notify(args as never));
  expect(received).toEqual([{ text: expect.stringContaining('"n1"'), signature: expect.stringMatching(/^t=\d+,v1=/) }]);
  status = 500;
  await expect(within(clock, () => notify(args as never))).rejects.toThrow(NotDeliveredError);
});
