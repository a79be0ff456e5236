import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeLayers {
  baseUrl: string;
  requests: string[];
  /** How the next requests are answered: status and body. */
  answer: (request: IncomingMessage) => { status: number; body: unknown };
  close(): Promise<void>;
}

export const WHOAMI = { apiKeyId: 'key_1', organizationId: 'org_1', rateLimitTier: 'pilot', scopes: ['*'] };

/** Just enough of the API for a worker to start: the sandbox has its own tests. */
export async function fakeLayers(): Promise<FakeLayers> {
  const server = createServer((request, response) => {
    fake.requests.push(`${request.method} ${request.url}`);
    const { status, body } = fake.answer(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeLayers = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    answer: ({ url }) => ({ status: 200, body: url === '/v1/whoami' ? WHOAMI : { items: [], nextCursor: null } }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return fake;
}
