import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { networkInterfaces } from 'node:os';
import { pino } from 'pino';
import { startGateway, type RunningGateway } from '../../src/gateway';
import { FakeTemporal } from './support/fakeTemporal';

/** The socket: where it listens, and how long a stranger or a balancer may keep a connection. */

let gateway: RunningGateway | undefined;
afterEach(() => gateway?.close());

const start = async (host?: string): Promise<RunningGateway> =>
  (gateway = await startGateway({
    client: new FakeTemporal().client,
    secrets: ['a secret of more than 32 characters!'],
    webhookSecrets: [],
    log: pino({ level: 'silent' }),
    port: 0,
    ...(host === undefined ? {} : { host }),
  }));

const isLive = async (address: string): Promise<boolean> => {
  const answer = await fetch(`http://${address}:${gateway!.port}/livez`).catch(() => null);
  return answer?.ok ?? false;
};

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

describe('the gateway', () => {
  it('on every address is reached by IPv4, and by IPv6 where there is one', async () => {
    const { publicUrl } = await start('::');
    expect(await isLive('127.0.0.1')).toBe(true);
    expect(await isLive('[::1]')).toBe(hasIpv6);
    expect((await fetch(`${publicUrl}/livez`)).ok).toBe(true);
  });

  (hasIpv6 ? it : it.skip)('on one address of IPv6 is reached there alone, and says so', async () => {
    const { publicUrl, port } = await start('::1');
    expect(publicUrl).toBe(`http://[::1]:${port}`);
    expect([await isLive('[::1]'), await isLive('127.0.0.1')]).toEqual([true, false]);
  });

  it('is on this machine alone unless it is told otherwise', async () => {
    await start();
    expect([await isLive('127.0.0.1'), await isLive('[::1]')]).toEqual([true, false]);
  });

  it('says which address cannot be had', async () => {
    await expect(start('192.0.2.1')).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });
});

describe('a connection', () => {
  it('that is idle for longer than balancers keep it is still there', async () => {
    const { port } = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (): Promise<{ own: number | undefined; keepAlive: string }> =>
      new Promise((resolve, reject) => {
        get({ host: '127.0.0.1', port, path: '/livez', agent }, (answer) => {
          const { localPort: own } = answer.socket;
          answer.resume().on('end', () => resolve({ own, keepAlive: String(answer.headers['keep-alive']) }));
        }).on('error', reject);
      });
    const first = await ask();
    // What the server promises; load balancers keep connections for 60 seconds.
    expect(Number(/timeout=(\d+)/.exec(first.keepAlive)![1])).toBeGreaterThan(60);
    // Past the time that headers may take: the connection is idle, and no request has begun.
    await new Promise((resolve) => setTimeout(resolve, 21_000));
    expect((await ask()).own).toBe(first.own);
    agent.destroy();
  });

  it.each([
    ['half a header', 'POST /r/x HTTP/1.1\r\nHost: a'],
    ['half a body', 'POST /r/x HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\nabc'],
  ])(
    'with %s is closed within a minute, and others are served meanwhile',
    async (_, text) => {
      const { port } = await start();
      const sockets: Socket[] = Array.from({ length: 50 }, () => connect(port, '127.0.0.1'));
      const closed = sockets.map(async (socket) => {
        socket.on('error', () => undefined).resume();
        socket.write(text);
        await once(socket, 'close');
      });
      expect(await isLive('127.0.0.1')).toBe(true);
      await Promise.all(closed);
    },
    60_000,
  );
});
