import type { HttpBindings } from '@hono/node-server';
import { errors } from 'undici';
import type { Clock } from '../clock/clock';

/**
 * A program that answers requests within the process, like a Hono app. What it needs a socket for, it is given one for that
 * stands in for Node's: it can break an answer off in the middle. (The `fetch` of `createSandbox` takes it, too, though its
 * type does not say so.)
 */
export type Program = (request: Request, sockets: Partial<HttpBindings>) => Response | Promise<Response>;

/** What goes back over a wire. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** The connection broke before all of the body was sent. */
  isCutOff: boolean;
}

/** How a connection that broke looks to whoever waited for an answer. */
export const connectionBroken = (): Error => new errors.SocketError('other side closed');

/**
 * Lets the program answer.
 *
 * @returns `null` where the connection broke before any of the answer was sent
 */
export async function answerOf(program: Program, request: Request, clock: Clock): Promise<Answer | null> {
  const connection = new ServedConnection(request.signal);
  const response = await program(request, connection.bindings);
  if (connection.isDestroyed) return connection.sent;
  if (response.type === 'error') return null;
  const headers: Record<string, string> = {};
  // As Node's server does.
  if (connection.sendDate) headers['date'] = new Date(clock.now).toUTCString();
  response.headers.forEach((value, name) => (headers[name] = value));
  const body = await clock.still(() => response.arrayBuffer());
  return { status: response.status, headers, body: Buffer.from(body), isCutOff: false };
}

/** Stands in for Node's request, response and socket in one, as far as a program uses them to break off. */
class ServedConnection {
  sendDate = true;
  isDestroyed = false;
  sent: Answer | null = null;

  /** @param gone aborts when the other side gives up */
  constructor(private readonly gone: AbortSignal) {}

  get bindings(): HttpBindings {
    return { incoming: this, outgoing: this } as unknown as HttpBindings;
  }

  get socket(): this {
    return this;
  }

  destroy(): void {
    this.isDestroyed = true;
  }

  once(_: 'close', then: () => void): void {
    if (this.gone.aborted) then();
    else this.gone.addEventListener('abort', then, { once: true });
  }

  writeHead(status: number, headers: Record<string, string | number>): void {
    const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
    this.sent = { status, headers: Object.fromEntries(texts), body: Buffer.alloc(0), isCutOff: true };
  }

  write(chunk: Buffer, done: () => void): void {
    if (this.sent !== null) this.sent.body = Buffer.concat([this.sent.body, chunk]);
    done();
  }
}
