import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Changes an answer on its way: gets the request's method and path and the body, and returns another body. */
export type Tamper = (method: string, path: string, body: Record<string, unknown>) => Record<string, unknown>;

/** Between worker and sandbox, for answers that no correct server gives. */
export async function tamperingProxy(
  upstream: string,
  tamper: Tamper,
): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = 'GET', url = '/' } = request;
      const headers = Object.entries(request.headers).filter(
        (entry): entry is [string, string] =>
          typeof entry[1] === 'string' &&
          !['host', 'connection', 'content-length', 'transfer-encoding'].includes(entry[0]),
      );
      const answer = await fetch(upstream + url, {
        method,
        headers,
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      });
      const body = tamper(method, url, (await answer.json()) as Record<string, unknown>);
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
