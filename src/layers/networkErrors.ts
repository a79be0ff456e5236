/** Why no answer came, in words; by the error codes of Node, OpenSSL and undici. */
const REASONS: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host name cannot be resolved',
  EAI_AGAIN: 'the host name cannot be resolved for now',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  ENETDOWN: 'the network is down',
  ECONNRESET: 'the connection was closed before the answer was complete',
  ECONNABORTED: 'the connection was closed before the answer was complete',
  EPIPE: 'the connection was closed before the request was sent',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'no connection was made in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped half-way',
  TimeoutError: 'no complete answer came in time',
  UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
  UND_ERR_CLOSED: 'the connection was closed',
  UND_ERR_DESTROYED: 'the connection was closed',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer is shorter or longer than it says',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too large',
  UND_ERR_PRX_TLS: 'the certificate of the proxy is for another host',
  PROXY_407: 'the proxy asks for a user name and password',
  UND_ERR_ABORTED: 'the request was cancelled',
  AbortError: 'the request was cancelled',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not trusted here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  EPROTO: 'the TLS handshake failed',
};

/** Codes that speak of the address or the trust, which only an operator can mend. */
const ADDRESS = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const isTls = (code: string): boolean => code === 'EPROTO' || /CERT|_TLS|_SSL|^UNABLE_TO_/.test(code);

/**
 * The code of a thrown network error. It may sit on a cause, or on the first of several attempts to connect. `PROXY_407` and
 * the like are of our making: undici reports what a proxy answers to CONNECT as a request that was cancelled.
 */
export function networkCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  const { code, cause, errors, name, message } = error as {
    code?: unknown;
    cause?: unknown;
    errors?: unknown[];
    name?: unknown;
    message?: unknown;
  };
  const refused = typeof message === 'string' ? /^Proxy response \((\d{3})\)/.exec(message)?.[1] : undefined;
  if (refused !== undefined) return `PROXY_${refused}`;
  if (typeof code === 'string') return code;
  if (errors?.[0] != null) return networkCode(errors[0]);
  if (cause != null) return networkCode(cause);
  return typeof name === 'string' ? name : 'unknown';
}

/**
 * What happened, and what an operator can do about it where it is more than waiting.
 *
 * @param proxy `host:port` of the one in between; `null` for none
 */
export function describeNetworkCode(code: string, proxy: string | null): { reason: string; fix?: string } {
  const reason = REASONS[code] ?? otherReason(code);
  if (code === 'PROXY_407') return { reason, fix: 'Put them into HTTPS_PROXY: http://user:password@host:port.' };
  if (code.startsWith('PROXY_')) return { reason, fix: `Have the proxy let the worker through. ${CHECK_PROXY}` };
  if (isTls(code) && proxy !== null) return { reason, fix: `${OPENED_BY_PROXY} ${CHECK_PROXY}` };
  if (ADDRESS.has(code) && proxy !== null)
    return { reason, fix: `Check that the worker can reach the proxy. ${CHECK_PROXY}` };
  if (isTls(code))
    return { reason, fix: 'Check LAYERS_BASE_URL, the clock, and the authorities (NODE_EXTRA_CA_CERTS).' };
  if (ADDRESS.has(code)) return { reason, fix: 'Check LAYERS_BASE_URL, and that the worker can reach it.' };
  return { reason };
}

const CHECK_PROXY = 'Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.';
const OPENED_BY_PROXY =
  'If the proxy opens TLS, it signs with an authority of its own, which NODE_EXTRA_CA_CERTS has to name.';

function otherReason(code: string): string {
  if (code.startsWith('PROXY_')) return `the proxy answered HTTP ${code.slice('PROXY_'.length)}`;
  return isTls(code) ? 'the TLS handshake failed' : 'the connection failed';
}
