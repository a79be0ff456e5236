import type { Clock } from '../clock/clock';
import { across, silence } from './across';
import { answerOf, connectionBroken, type Answer, type Program } from './answer';
import { InProcessDispatcher } from './inProcessDispatcher';
import { sender } from './sender';

interface World {
  clock: Clock;
  log: (line: string) => void;
}

/** Each way, in milliseconds. */
const LATENCY_MS = { least: 2, most: 120 };
const MOST_REDIRECTS = 20;
/** What a browser and `fetch` follow; after any of them it asks with GET. */
const REDIRECTS = [301, 302, 303];
/** With which no body may come. */
const BODILESS = [204, 205, 304];

/**
 * Everything that is reached by a host name but the API: gateway, partner, pages. For who calls the global `fetch`
 * (`install`), and as a dispatcher for who calls undici's.
 */
export class Internet extends InProcessDispatcher {
  /** @param hosts who answers, by the name in the address, like `gateway.sim`; with its port, where it has one */
  constructor(
    private readonly world: World,
    private readonly hosts: Readonly<Record<string, Program>>,
  ) {
    super();
  }

  /** Takes the place of the global `fetch`; what is returned puts that back. */
  install(): () => void {
    const { fetch } = globalThis;
    globalThis.fetch = this.fetch;
    return () => void (globalThis.fetch = fetch);
  }

  /** As the global one: redirects are followed unless told otherwise, and what fails is a `TypeError` with its cause. */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    let request = new Request(input, init);
    for (let redirects = 0; ; redirects += 1) {
      const answer = await this.answered(request);
      const response = responseOf(answer, request.url, redirects > 0);
      const location = response.headers.get('location');
      if (request.redirect !== 'follow' || location === null || !REDIRECTS.includes(answer.status)) return response;
      if (redirects === MOST_REDIRECTS)
        throw new TypeError('fetch failed', { cause: new Error('redirect count exceeded') });
      request = new Request(new URL(location, request.url), { signal: request.signal });
    }
  };

  private async answered(request: Request): Promise<Answer> {
    const { signal } = request;
    signal.throwIfAborted();
    try {
      return await new Promise<Answer>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        this.carry(request).then(resolve, reject);
      });
    } catch (error) {
      if (signal.aborted) throw error;
      throw new TypeError('fetch failed', { cause: error });
    }
  }

  protected override async carry(request: Request): Promise<Answer> {
    const { clock, log } = this.world;
    const { random } = clock;
    const from = sender();
    if (from?.isFrozen) await from.awake;
    if (from?.isDead) return silence();
    const { host, pathname } = new URL(request.url);
    const program = this.hosts[host];
    const there = random.spread(LATENCY_MS.least, LATENCY_MS.most);
    if (program === undefined) {
      log(`${request.method} ${host}${pathname}: there is no such host`);
      await clock.sleep(there);
      throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
    }
    const answer = await across(clock, there, () => answerOf(program, request, clock));
    await clock.sleep(random.spread(LATENCY_MS.least, LATENCY_MS.most));
    if (from?.isFrozen) await from.awake;
    if (from?.isDead) return silence();
    if (answer === null) throw connectionBroken();
    return answer;
  }
}

function responseOf({ status, headers, body, isCutOff }: Answer, url: string, redirected: boolean): Response {
  const content = BODILESS.includes(status) ? null : isCutOff ? cutOff(body) : body;
  const response = new Response(content, { status, headers });
  return Object.defineProperties(response, { url: { value: url }, redirected: { value: redirected } });
}

const cutOff = (body: Buffer): ReadableStream =>
  new ReadableStream({
    start(to) {
      to.enqueue(body);
      to.error(new TypeError('terminated', { cause: connectionBroken() }));
    },
  });
