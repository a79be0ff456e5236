import { BlockList, isIP } from 'node:net';
import { parsedUrl } from '../contract/url';
import { shown } from './problems';

/** What is wrong with a URL, or `null`. The value itself is never repeated: it may be signed. */
export function urlProblem(value: string, { isPublic }: { isPublic: boolean }): string | null {
  if (value.length > 2048) return `must be at most 2048 characters long, is ${value.length}`;
  const url = parsedUrl(value);
  if (url === null) return 'must be an https URL like "https://cdn.example.com/logo.png"';
  if (url.protocol !== 'https:') return `must be an https URL, not ${url.protocol.slice(0, -1)}`;
  if (url.username !== '' || url.password !== '') return 'must not carry a user name or password';
  if (isPublic && !isPublicHost(url.hostname))
    return `must be a public address; Layers cannot reach ${shown(url.hostname)}`;
  return isWrittenOut(value, url)
    ? null
    : 'must be written as it is sent: "https://", the host in plain letters (a foreign name in its form "xn--…", an address ' +
        'in its usual form), "/" and never "\\", no "." or ".." in its path, and what is no plain letter in it percent-encoded';
}

/**
 * Whether a URL is written as every parser reads it. `new URL` mends before it is asked: it drops line feeds, turns backslashes,
 * adds missing slashes, and reads `0x7f.1` as an address; a stricter parser refuses the same text. What may differ is what no
 * parser minds: the case of scheme and host, the port 443, and a missing slash behind the host.
 */
function isWrittenOut(value: string, url: URL): boolean {
  const parts = /^(https:\/\/[!-.0->@-~]+?)(:443)?(?=[/?#]|$)([!-~]*)$/i.exec(value);
  if (parts === null) return false;
  const [, origin, , rest] = parts as unknown as [string, string, string, string];
  return `${origin.toLowerCase()}${rest.startsWith('/') ? '' : '/'}${rest}` === url.href && isHostName(url.hostname);
}

const isHostName = (hostname: string): boolean =>
  hostname.startsWith('[') || (hostname.length <= 254 && /^([\w-]{1,63}\.)*[\w-]{1,63}\.?$/.test(hostname));

/** Two URLs of one thing are one: the same text to whoever fetches it. */
export const sameUrl = (value: string): string => (URL.canParse(value) ? new URL(value).href : value);

/** Addresses that nobody can fetch from outside, by the registries of RFC 6890; of IPv6 all but 2000::/3. */
const SPECIAL = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const net of [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
  ...['::/3', '4000::/2', '8000::/1', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
]) {
  const [address, prefix] = net.split('/') as [string, string];
  const family = familyOf(address);
  SPECIAL[family].addSubnet(address, Number(prefix), family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

/** Names that are resolved within a network only, or nowhere. */
const LOCAL_NAME = /(^|\.)(local|localhost|internal|intranet|lan|home\.arpa|onion|invalid)$/;

function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host) !== 0) return !SPECIAL[familyOf(host)].check(host, familyOf(host));
  return host.includes('.') && !LOCAL_NAME.test(host);
}
