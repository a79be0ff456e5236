import { BlockList, isIP } from 'node:net';

/** Addresses that a server must not be talked into fetching: private, loopback, link-local (with it cloud metadata), reserved. */
const INTERNAL = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  INTERNAL.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  INTERNAL.addSubnet(net, prefix, 'ipv6');

/** `localhost`, names without a dot, and the suffixes that resolve within a private network only. */
const INTERNAL_NAME = /^[^.]+$|(^|\.)(localhost|local|internal|intranet|lan|home\.arpa)$/i;

/** Why this address will not be fetched, or `null`. Names are not resolved: the sandbox makes no requests of its own. */
export function publicHttps(url: string): string | null {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:') return 'Must be an https URL.';
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const version = isIP(host);
  const internal = version === 0 ? INTERNAL_NAME.test(host) : INTERNAL.check(host, version === 4 ? 'ipv4' : 'ipv6');
  return internal ? 'Must be publicly reachable: internal addresses are not fetched.' : null;
}

/** Loopback over http: what the real API refuses and a sandbox has to allow, since it is tested on one machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
