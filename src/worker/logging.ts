import type { LogLevel, LogMetadata, Logger as TemporalLogger } from '@temporalio/common';
import { makeTelemetryFilterString, Runtime, type RuntimeOptions } from '@temporalio/worker';
import pino, { type DestinationStream, type Logger } from 'pino';
import { MisconfiguredError } from '../client/errors';
import type { Config } from '../config';

/** Names under which a secret could come to stand in a log line's fields. */
const SECRET_FIELDS = ['apiKey', 'authorization', 'secret', 'token', 'headers.authorization'];

/**
 * JSON lines. Secrets are left out twice: by the name of their field, and wherever their text appears, so that not even a
 * library's error message can carry one.
 */
export function createLogger(
  { logLevel }: Pick<Config, 'logLevel'>,
  secrets: readonly string[] = [],
  destination?: DestinationStream,
): Logger {
  const texts = secrets.filter((secret) => secret.length >= 8);
  const options: pino.LoggerOptions = {
    level: logLevel,
    base: null, // the process is known to whoever collects the lines
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
    serializers: { error: pino.stdSerializers.err, err: pino.stdSerializers.err },
    redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
    hooks: { streamWrite: (line) => texts.reduce((text, secret) => text.replaceAll(secret, '[secret]'), line) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Everything in a configuration that must never be written anywhere. */
export const secretsOf = ({ layers, linkSecrets, notify }: Config): string[] =>
  [layers.apiKey, ...layers.webhookSecrets, ...linkSecrets, notify?.secret].filter((text) => typeof text === 'string');

/**
 * The SDK's lines (worker, workflows, activities, Core) in the same stream and form as our own. What it tells of its own
 * workings is for whoever debugs, and that a bucket's worker has no workflows is meant to be so.
 */
function temporalLogger(logger: Logger): TemporalLogger {
  const write = (level: LogLevel, message: string, meta: LogMetadata = {}): void => {
    const chatter =
      meta.sdkComponent === 'worker' && (level === 'INFO' || message.startsWith('No workflows registered'));
    logger[chatter ? 'debug' : (level.toLowerCase() as Lowercase<LogLevel>)](meta, message);
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}

/**
 * Sets the SDK up for this process: once, before the first worker. Signals are left to the process, which has more to
 * end than workers. Throws `MisconfiguredError` where the metrics cannot be served.
 */
export function installRuntime({
  logger,
  metricsAddress = null,
}: {
  logger: Logger;
  metricsAddress?: string | null;
}): void {
  const verbose = logger.isLevelEnabled('debug');
  const options: RuntimeOptions = {
    logger: temporalLogger(logger.child({ source: 'temporal' })),
    shutdownSignals: [],
    telemetryOptions: {
      logging: {
        filter: makeTelemetryFilterString({ core: verbose ? 'INFO' : 'WARN', other: 'ERROR' }),
        forward: {},
      },
      ...(metricsAddress !== null && {
        metrics: {
          prometheus: {
            bindAddress: metricsAddress,
            countersTotalSuffix: true,
            unitSuffix: true,
            useSecondsForDurations: true,
          },
        },
      }),
    },
  };
  try {
    Runtime.install(options);
  } catch (error) {
    if (metricsAddress === null) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    throw new MisconfiguredError(
      `The metrics cannot be served at ${metricsAddress} (ONBOARDING_METRICS_ADDRESS): ${cause}. ` +
        'Stop what listens there, perhaps another worker, or name another port.',
      { cause: error },
    );
  }
}
