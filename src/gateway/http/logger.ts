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
        secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), line).replace(LONG_RUNS, withoutToken),
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/**
 * What is long enough for a token, which is `<payload>.<signature>`. The runs are found first and searched then, each
 * character once or twice: a single expression for a token needs minutes for a line of nothing but beginnings of tokens.
 */
const LONG_RUNS = /[\w.-]{48,}/g;
/** base64url of JSON begins so. */
const BEGINNING = 'eyJ';
/** An HMAC-SHA256 has 43 characters. */
const SIGNATURE = /\.[\w-]{43}/;

function withoutToken(run: string): string {
  const begins = run.indexOf(BEGINNING);
  return begins !== -1 && SIGNATURE.test(run.slice(begins)) ? `${run.slice(0, begins)}[link]` : run;
}
