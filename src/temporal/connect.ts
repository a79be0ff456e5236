import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { MisconfiguredError, translated, UnreachableError } from '../client/errors';

/** Where Temporal is, and how to talk to it. The options fit clients and workers alike. */
export interface TemporalTarget {
  connectionOptions: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
  address: string;
  namespace: string;
}

/** One value that cannot be decoded must not end a list. */
const dataConverter = { payloadConverterPath: require.resolve('../client/payloads') };

const DEFAULT_ADDRESS = 'localhost:7233';

/** Temporal's own variables and profiles (`TEMPORAL_ADDRESS`, `TEMPORAL_PROFILE`, …), read by its own library. */
export function temporalTarget(env: NodeJS.ProcessEnv = process.env): TemporalTarget {
  const set = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  try {
    const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({
      overrideEnvVars: Object.fromEntries(set),
    });
    const { address = DEFAULT_ADDRESS } = connectionOptions;
    return { connectionOptions: { ...connectionOptions, address }, address, namespace };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new MisconfiguredError(`The Temporal connection is not configured rightly (TEMPORAL_…): ${cause}`, {
      cause: error,
    });
  }
}

/** A server at a known address, with nothing of the environment: what `startDevServer` gives. */
export const targetAt = (address: string, namespace = 'default'): TemporalTarget => ({
  connectionOptions: { address },
  address,
  namespace,
});

/** Says of an error while connecting whether Temporal is away or refuses us, and what to do about it. */
export function connectError(error: unknown, { address }: TemporalTarget): Error {
  const known = translated(error);
  if (known instanceof MisconfiguredError) return known;
  const cause = plainCause(error);
  if (/invalid port|InvalidUri|invalid format|certificate|tls|pem/i.test(cause))
    return new MisconfiguredError(`The Temporal connection to ${address} is not configured rightly: ${cause}`, {
      cause: error,
    });
  return new UnreachableError(
    `Temporal does not answer at ${address} (TEMPORAL_ADDRESS). Is it running? \`npm run dev\` starts one. (${cause})`,
    { cause: error },
  );
}

/** The SDK's native part reports nested structures; what a person needs is the text innermost. */
function plainCause(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /(?:message|error): "([^"]+)"/.exec(text)?.[1] ?? text;
}

/** A client with its connection; whoever asks for it closes it. */
export interface ConnectedClient {
  client: Client;
  connection: Connection;
  close(): Promise<void>;
}

/** Connects a client within a few seconds, or throws `UnreachableError` or `MisconfiguredError`. */
export async function connectClient(
  target: TemporalTarget = temporalTarget(),
  options: { timeoutMs?: number } = {},
): Promise<ConnectedClient> {
  let connection: Connection;
  try {
    connection = await Connection.connect({ ...target.connectionOptions, connectTimeout: options.timeoutMs ?? 5_000 });
  } catch (error) {
    throw connectError(error, target);
  }
  return {
    client: new Client({ connection, namespace: target.namespace, dataConverter }),
    connection,
    close: () => connection.close(),
  };
}
