import { Agent, ProxyAgent, type Dispatcher } from 'undici';

/**
 * Balancers close what is idle after 5 s at the earliest (Node's own default; 60 s and more as a rule), and a request that
 * meets such a close is lost. So a connection is used again only within 4 s, whatever a server behind the balancer
 * promises in `Keep-Alive`: what a fleet sends in one go shares its connections, and anything later gets a fresh one.
 */
const CONNECTIONS = { keepAliveTimeout: 4_000, keepAliveMaxTimeout: 4_000 };

export interface Route {
  dispatcher: Dispatcher;
  /** `host:port` of the proxy in between; `null` where there is none. */
  proxy: string | null;
}

/**
 * How requests get to `url`: directly, or through the proxy that the environment names (`HTTPS_PROXY` for https,
 * `HTTP_PROXY` for http; `NO_PROXY` excepts hosts). In lower case as well, which wins, as for other programs. This machine is
 * always reached directly.
 *
 * @throws `NoProxyAddress`, which names the variable
 */
export function routeTo(url: string, env: NodeJS.ProcessEnv = process.env): Route {
  const target = new URL(url);
  const named = `${target.protocol.slice(0, -1)}_proxy`;
  const given = read(env, named);
  if (given === null || isLoopback(target.hostname) || isExcepted(target, read(env, 'no_proxy') ?? ''))
    return { dispatcher: new Agent(CONNECTIONS), proxy: null };
  const proxy = proxyAt(given, named);
  const { username, password } = proxy;
  const token = `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;
  const isNamed = username !== '' || password !== '';
  return {
    dispatcher: new ProxyAgent({ ...CONNECTIONS, uri: proxy.origin, ...(isNamed ? { token } : {}) }),
    proxy: proxy.host,
  };
}

/** The environment names a proxy by something that is no address. */
export class NoProxyAddress extends Error {}

/** A variable in lower case, or else in upper case; `null` where both are empty. */
const read = (env: NodeJS.ProcessEnv, name: string): string | null =>
  [env[name], env[name.toUpperCase()]].map((value) => value?.trim()).find(Boolean) ?? null;

/** `proxy.example:3128` without a scheme is http, as for curl. What is wrong is not repeated: it may hold a password. */
function proxyAt(given: string, name: string): URL {
  const address = given.includes('://') ? given : `http://${given}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url !== null && ['http:', 'https:'].includes(url.protocol) && url.hostname !== '') return url;
  throw new NoProxyAddress(
    `${name.toUpperCase()} is no address of a proxy: it must look like http://proxy.example:3128.`,
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // A percent sign that stands for itself.
  }
}

const isLoopback = (host: string): boolean => /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])\.?$/i.test(host);

/** `*`, `example.com`, `.example.com`, `*.example.com`, `host:8443`; separated by commas or blanks. */
function isExcepted({ hostname, port, protocol }: URL, list: string): boolean {
  const actualPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', onlyPort = actualPort] = /^(.+?)(?::(\d+))?$/.exec(entry) ?? [];
      const host = name.replace(/^\*?\./, '');
      return host !== '' && onlyPort === actualPort && (hostname === host || hostname.endsWith(`.${host}`));
    });
}
