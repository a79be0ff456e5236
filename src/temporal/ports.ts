import { connect, createServer } from 'node:net';

/** A port on the loopback that nobody listens on: the preferred one where it is free. */
export async function freePort(preferred = 0): Promise<number> {
  for (const port of preferred === 0 ? [0] : [preferred, 0]) {
    const free = await listenOn(port);
    if (free !== null) return free;
  }
  throw new Error('There is no free port on 127.0.0.1');
}

const listenOn = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : null));
    });
  });

/** Whether somebody accepts connections at `host:port`. */
export const isListening = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const [host, port] = address.split(':');
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
