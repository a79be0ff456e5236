import { Dispatcher, errors } from 'undici';
import { connectionBroken, type Answer } from './answer';

/** From what came of an answer to the end of the connection. */
const CUT_OFF_AFTER_MS = 1;

type Options = Dispatcher.DispatchOptions;
type Handler = Dispatcher.DispatchHandler;

/** undici without sockets: whoever extends it says how a request gets its answer. */
export abstract class InProcessDispatcher extends Dispatcher {
  /**
   * Resolves with what comes back, rejects where nothing does but a broken connection, and may never do either. The
   * request's signal aborts when whoever sent it gives up.
   */
  protected abstract carry(request: Request): Promise<Answer>;

  override dispatch(options: Options, handler: Handler): boolean {
    const gone = new AbortController();
    let isOver = false;
    const end = (act: () => void): void => {
      if (isOver) return;
      isOver = true;
      act();
    };
    handler.onConnect?.((reason = new errors.RequestAbortedError()) =>
      end(() => {
        gone.abort(reason);
        handler.onError?.(reason);
      }),
    );
    if (isOver) return true;
    const carried = requestOf(options, gone.signal).then((request) => this.carry(request));
    carried.then(
      (answer) => end(() => deliver(answer, handler)),
      (error: Error) => end(() => handler.onError?.(error)),
    );
    return true;
  }
}

async function requestOf({ origin, path, method, headers, body }: Options, signal: AbortSignal): Promise<Request> {
  return new Request(`${String(origin)}${path}`, {
    method,
    headers: (headers ?? {}) as Record<string, string>,
    body: body == null ? null : await bytesOf(body as string | Uint8Array | AsyncIterable<Uint8Array>),
    signal,
  });
}

/** `fetch` sends what it has in pieces. */
async function bytesOf(body: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<string | Uint8Array> {
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

function deliver({ status, headers, body, isCutOff }: Answer, to: Handler): void {
  const raw = Object.entries(headers).flatMap(([name, value]) => [Buffer.from(name), Buffer.from(value)]);
  to.onHeaders?.(status, raw, () => undefined, '');
  if (body.length > 0) to.onData?.(body);
  // By then whoever asked has begun to read.
  if (isCutOff) setTimeout(() => to.onError?.(connectionBroken()), CUT_OFF_AFTER_MS);
  else to.onComplete?.([]);
}
