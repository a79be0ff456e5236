import pino, { type DestinationStream, type Logger } from 'pino';

/**
 * JSON lines, as the worker writes them. A token of a link must not stand in any; should a library's error carry one, or
 * a secret, it is blotted out by its form.
 */
export function gatewayLogger(level: string, secrets: readonly string[] = [], destination?: DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    hooks: {
      streamWrite: (line) =>
        secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), line).replace(TOKENS, '[link]'),
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** `<payload>.<signature>`: base64url of JSON begins with `eyJ`, and an HMAC-SHA256 has 43 characters. */
const TOKENS = /eyJ[\w-]+\.[\w-]{43}/g;
