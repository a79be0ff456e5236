import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { LayersClient } from '../../src/layers/client';
import { anyRequest, API_KEY, layersError } from './support';

/** What only a real connection shows: time-outs, sockets that close, answers that end too early. */

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function served(listener: RequestListener, timeoutMs?: number): Promise<LayersClient> {
  const port = await listen(createServer(listener));
  return connected(`http://127.0.0.1:${port}`, timeoutMs);
}

function connected(baseUrl: string, timeoutMs?: number): LayersClient {
  const client = new LayersClient({ baseUrl, apiKey: API_KEY, timeoutMs });
  cleanups.push(() => client.close());
  return client;
}

const unavailable = { retry: 'temporal', details: { code: 'ApiUnavailable', definite: false } };

test('an answer over a real socket', async () => {
  const client = await served((_request, response) => response.end('{"ok":true}'));
  await expect(client.request(anyRequest)).resolves.toEqual({ ok: true });
});

test('nobody listens', async () => {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  const error = await layersError(connected(`http://127.0.0.1:${port}`).request(anyRequest));
  expect(error.classification).toMatchObject(unavailable);
  expect(error.message).toContain(
    `No answer from 127.0.0.1:${port} to GET /v1/things/th_1: the connection was refused`,
  );
});

test('the connection closes before the answer, and the request is not sent again', async () => {
  let requests = 0;
  const client = await served((request) => {
    requests += 1;
    request.socket.destroy();
  });
  const error = await layersError(client.request(anyRequest));
  expect(error.classification).toMatchObject(unavailable);
  expect(error.message).toContain('closed before the answer was complete');
  expect(requests).toBe(1);
});

test('the connection closes in the middle of the answer', async () => {
  const client = await served((request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"half":', () => request.socket.destroy());
  });
  expect((await layersError(client.request(anyRequest))).classification).toMatchObject(unavailable);
});

test('the connection closes in the middle of a refusal: the status is enough', async () => {
  const client = await served((request, response) => {
    response.writeHead(402, { 'content-length': '100' });
    response.write('{"error":', () => request.socket.destroy());
  });
  expect((await layersError(client.request(anyRequest))).code).toBe('BILLING_EXHAUSTED');
});

test('no answer within the time-out', async () => {
  const client = await served(() => undefined, 150);
  const startedAt = Date.now();
  const error = await layersError(client.request(anyRequest));
  expect(error.classification).toMatchObject(unavailable);
  expect(error.message).toContain('no complete answer came in time');
  expect(Date.now() - startedAt).toBeLessThan(5_000);
});

test('an answer that trickles for ever ends with the time-out of the whole request', async () => {
  const client = await served((_request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  }, 200);
  expect((await layersError(client.request(anyRequest))).classification).toMatchObject(unavailable);
});

test('an answer of endless size is given up', async () => {
  const chunk = 'x'.repeat(1024 * 1024);
  let closed: Promise<void> | undefined;
  const client = await served((_request, response) => {
    closed = new Promise((resolve) => response.on('close', resolve));
    const write = (): void => {
      while (response.writable && response.write(chunk));
      response.once('drain', write);
    };
    write();
  });
  const error = await layersError(client.request(anyRequest));
  expect(error.message).toContain('larger than 8 MB');
  await closed;
});

test('the signal ends a request', async () => {
  const abort = new AbortController();
  const client = await served(() => abort.abort());
  const error = await layersError(client.request({ ...anyRequest, signal: abort.signal }));
  expect(error.message).toContain('the request was cancelled');
});

test('what is no HTTP', async () => {
  const server = createServer();
  server.on('connection', (socket: Socket) => socket.end('220 mail.example ESMTP\r\n'));
  const port = await listen(server);
  const error = await layersError(connected(`http://127.0.0.1:${port}`).request(anyRequest));
  expect(error.classification).toMatchObject(unavailable);
});

test('HTTPS is asked for where none is spoken', async () => {
  const port = await listen(createServer((_request, response) => response.end('{}')));
  const error = await layersError(connected(`https://127.0.0.1:${port}`).request(anyRequest));
  expect(error.classification).toMatchObject(unavailable);
  expect(error.message).toContain('the TLS handshake failed');
  expect(error.classification.details.fix).toContain('LAYERS_BASE_URL');
});

test('a request that cannot be built is not sent, and not tried again', async () => {
  const client = await served((_request, response) => response.end('{}'));
  const error = await layersError(client.request({ ...anyRequest, organizationId: 'org\n1' }));
  expect(error.classification).toMatchObject({ retry: 'no', details: { code: 'UnknownError', definite: true } });
  expect(error.message).toContain('x-layers-organization');
});
