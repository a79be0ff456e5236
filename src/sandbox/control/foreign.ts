import { isIP } from 'node:net';

/**
 * Why the controls do not answer a request, or `null`. They ask for no key, so that a page of a stranger, open in a browser on
 * this machine, could post forms to them, or read them under a name of its own that leads here. Programs send no `Origin`.
 *
 * @param url - where the sandbox is reached
 */
export function foreign(request: Request, url: string): string | null {
  const { headers, method } = request;
  const here = new URL(request.url);
  if (!isKnown(here.hostname) && here.hostname !== new URL(url).hostname)
    return `Host: ${here.hostname} is not this sandbox. Use ${url}, or set its public URL (SANDBOX_PUBLIC_URL).`;
  if (method === 'GET' || method === 'HEAD') return null;
  const origin = headers.get('origin');
  if (origin !== null && (!URL.canParse(origin) || new URL(origin).host !== here.host))
    return 'Origin: pages of other sites may not steer the sandbox.';
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none')
    return 'Sec-Fetch-Site: pages of other sites may not steer the sandbox.';
  const type = headers.get('content-type');
  if (type !== null && !/^application\/json\s*(;|$)/i.test(type))
    return 'Content-Type: must be application/json, which forms of other sites cannot send.';
  return null;
}

/** Names that nobody can register: addresses, this machine, and the names of a network that has no dots, as of a container. */
const isKnown = (hostname: string): boolean =>
  isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 ||
  !hostname.replace(/\.$/, '').includes('.') ||
  hostname.endsWith('.localhost');
