import pino, { type DestinationStream, type Logger } from 'pino';

/**
 * JSON lines, as the worker writes them. No line may hold the token of a link or a secret: where the error of a library
 * carries one, it is replaced before the line is written.
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
