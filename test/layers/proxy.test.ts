import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Agent, ProxyAgent } from 'undici';
import { LayersClient } from '../../src/layers/client';
import { NoProxyAddress, routeTo } from '../../src/layers/dispatcher';
import { anyRequest, API_KEY, layersError } from './support';

/** A network with no way out but a proxy that knows CONNECT: a real one, on loopback. */

const NAMES = ['https_proxy', 'http_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()]);
const before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
const open: (() => unknown)[] = [];

beforeEach(() => NAMES.forEach((name) => delete process.env[name]));
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
  for (const [name, value] of Object.entries(before)) if (value !== undefined) process.env[name] = value;
});

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Leads every tunnel to one port of this machine, wherever it was asked to lead. */
async function proxyTo(port: number, status = '200 OK') {
  const asked: { target: string; authorization: string | undefined }[] = [];
  const server = createServer((_request, response) => response.writeHead(500).end());
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push({ target: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    socket.on('error', () => undefined).write(`HTTP/1.1 ${status}\r\n\r\n`);
    if (!status.startsWith('200')) return socket.end();
    const tunnel = connect(port, '127.0.0.1').on('error', () => socket.destroy());
    open.push(() => void [socket.destroy(), tunnel.destroy()]);
    return tunnel.pipe(socket).pipe(tunnel);
  });
  return { port: await listen(server), asked };
}

function clientOf(baseUrl: string): LayersClient {
  const client = new LayersClient({ baseUrl, apiKey: API_KEY });
  open.push(() => client.close());
  return client;
}

const api = (): Promise<number> => listen(createServer((_request, response) => response.end('{"ok":true}')));

test.each(['HTTP_PROXY', 'http_proxy'])('%s leads there, and resolves the name', async (name) => {
  const proxy = await proxyTo(await api());
  process.env[name] = `http://127.0.0.1:${proxy.port}`;
  await expect(clientOf('http://api.layers.invalid').request(anyRequest)).resolves.toEqual({ ok: true });
  expect(proxy.asked).toEqual([{ target: 'api.layers.invalid:80', authorization: undefined }]);
});

test('a proxy that wants a user name and password gets them', async () => {
  const proxy = await proxyTo(await api());
  process.env.HTTP_PROXY = `http://maria:p%40ss%3Aword@127.0.0.1:${proxy.port}/`;
  await clientOf('http://api.layers.invalid').request(anyRequest);
  const [scheme, token = ''] = proxy.asked[0]!.authorization!.split(' ');
  expect([scheme, Buffer.from(token, 'base64').toString()]).toEqual(['Basic', 'maria:p@ss:word']);
});

test('without them it says so, and shows no password', async () => {
  const proxy = await proxyTo(0, '407 Proxy Authentication Required');
  process.env.HTTP_PROXY = `http://maria:wrong-password@127.0.0.1:${proxy.port}`;
  const { message, classification, stack } = await layersError(
    clientOf('http://api.layers.invalid').request(anyRequest),
  );
  expect(message).toContain(`through the proxy 127.0.0.1:${proxy.port}`);
  expect(message).toContain('the proxy asks for a user name and password');
  expect(classification.details.fix).toContain('HTTPS_PROXY');
  expect(`${message}${stack}${JSON.stringify(classification)}`).not.toContain('wrong-password');
});

test('a proxy that lets nothing through is named', async () => {
  const proxy = await proxyTo(0, '403 Forbidden');
  process.env.HTTPS_PROXY = `127.0.0.1:${proxy.port}`;
  const { message, classification } = await layersError(clientOf('https://api.layers.invalid').request(anyRequest));
  expect(message).toContain('the proxy answered HTTP 403');
  expect(classification).toMatchObject({ retry: 'temporal', details: { who: 'operator' } });
  expect(proxy.asked.map(({ target }) => target)).toEqual(['api.layers.invalid:443']);
});

test('TLS that fails behind a proxy: the proxy and its authority are named', async () => {
  const proxy = await proxyTo(await api()); // speaks no TLS
  process.env.HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`;
  const { message, classification } = await layersError(clientOf('https://api.layers.invalid').request(anyRequest));
  expect(message).toContain(`through the proxy 127.0.0.1:${proxy.port}`);
  expect(message).toContain('TLS');
  expect(classification.details.fix).toMatch(/NODE_EXTRA_CA_CERTS.*NO_PROXY/);
});

test('a proxy that is away: not Layers is to be looked at', async () => {
  const server = createServer();
  const port = await listen(server);
  server.close();
  process.env.HTTPS_PROXY = `http://127.0.0.1:${port}`;
  const { message, classification } = await layersError(clientOf('https://api.layers.invalid').request(anyRequest));
  expect(message).toContain(`through the proxy 127.0.0.1:${port}`);
  expect(classification.details.fix).toContain('HTTPS_PROXY');
});

describe('who goes where', () => {
  const goes = (url: string, env: NodeJS.ProcessEnv) => {
    const { dispatcher, proxy } = routeTo(url, env);
    open.push(() => dispatcher.destroy());
    expect(dispatcher).toBeInstanceOf(proxy === null ? Agent : ProxyAgent);
    return proxy;
  };
  const HTTPS_PROXY = 'http://proxy.example:3128';
  const url = 'https://api.layers.com';

  test.each<[string, string, NodeJS.ProcessEnv, string | null]>([
    ['nothing is set', url, {}, null],
    ['empty is not set', url, { https_proxy: '', HTTPS_PROXY }, 'proxy.example:3128'],
    ['lower case wins', url, { https_proxy: 'http://other.example:1', HTTPS_PROXY }, 'other.example:1'],
    ['a proxy for http is none for https', url, { HTTP_PROXY: HTTPS_PROXY }, null],
    ['no scheme', url, { HTTPS_PROXY: 'proxy.example:3128' }, 'proxy.example:3128'],
    ['excepted', url, { HTTPS_PROXY, NO_PROXY: 'localhost, api.layers.com' }, null],
    ['excepted by its domain', url, { HTTPS_PROXY, NO_PROXY: '.layers.com' }, null],
    ['excepted by a star', url, { HTTPS_PROXY, no_proxy: '*.layers.com' }, null],
    ['all are excepted', url, { HTTPS_PROXY, no_proxy: '*' }, null],
    ['excepted with its port', url, { HTTPS_PROXY, NO_PROXY: 'api.layers.com:443' }, null],
    ['another port is excepted', url, { HTTPS_PROXY, NO_PROXY: 'api.layers.com:8443' }, 'proxy.example:3128'],
    ['another host is excepted', url, { HTTPS_PROXY, NO_PROXY: 'layers.co,rs.com' }, 'proxy.example:3128'],
    ['this machine', 'https://localhost:4010', { HTTPS_PROXY }, null],
    ['this machine by number', 'https://127.0.0.2', { HTTPS_PROXY }, null],
    ['this machine, IPv6', 'https://[::1]:4010', { HTTPS_PROXY }, null],
  ])('%s', (_, target, env, proxy) => expect(goes(target, env)).toBe(proxy));

  test.each(['socks5://proxy.example:1080', 'http://', 'http://user:secret@:1', '::'])(
    '%j is no proxy: the variable is named, its value is not',
    (value) => {
      const wrong = (): unknown => routeTo(url, { HTTPS_PROXY: value });
      expect(wrong).toThrow(NoProxyAddress);
      expect(wrong).toThrow(/^HTTPS_PROXY is no address/);
      expect(wrong).not.toThrow(/secret/);
    },
  );
});
