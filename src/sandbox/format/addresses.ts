import { BlockList, isIP } from 'node:net';

/** Addresses that a server must not be talked into fetching: private, loopback, link-local (with it cloud metadata), documentation, reserved. */
const INTERNAL_IPV4 = new BlockList();
const INTERNAL_IPV6 = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  INTERNAL_IPV4.addSubnet(net, prefix, 'ipv4');
// Of IPv6 only 2000::/3 is public, and of that neither the documentation's nets nor what carries an IPv4 address.
for (const [net, prefix] of [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  INTERNAL_IPV6.addSubnet(net, prefix, 'ipv6');

/** `localhost`, names without a dot, and the suffixes that resolve within a private network only. */
const INTERNAL_NAME = /^[^.]+$|(^|\.)(localhost|local|internal|intranet|lan|home\.arpa)$/i;

/** `//host` as written: what a lenient parser mends (`https:host`, `https:///host`, backslashes, white space) is no URL. */
const WRITTEN = /^[a-z][a-z\d+.-]*:\/\/[^\s\p{Cc}\\/?#@]+([/?#][^\s\p{Cc}\\]*)?$/iu;

/** Whether this is an absolute URL with a host, without white space, user or password: as it came, not as a parser would mend it. */
export const isUrl = (text: string): boolean => WRITTEN.test(text) && text.isWellFormed() && canParse(text);

/** `URL.canParse` of Node 20 says no to letters beyond ASCII once it has been called often. */
function canParse(text: string): boolean {
  try {
    return new URL(text).href !== '';
  } catch {
    return false;
  }
}

/** Why this address will not be fetched, or `null`. Names are not resolved: the sandbox makes no requests of its own. */
export function publicHttps(url: string): string | null {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:') return 'Must be an https URL.';
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return isInternal(host) ? 'Must be publicly reachable: internal addresses are not fetched.' : null;
}

function isInternal(host: string): boolean {
  const version = isIP(host);
  if (version === 4) return INTERNAL_IPV4.check(host, 'ipv4');
  return version === 6 ? INTERNAL_IPV6.check(host, 'ipv6') : INTERNAL_NAME.test(host);
}

/** Loopback over http: what the real API refuses and a sandbox has to allow, since it is tested on one machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
