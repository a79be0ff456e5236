import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Connection } from '@temporalio/client';
import { findTemporalCli } from './cli';
import { targetAt, type TemporalTarget } from './connect';
import { type GuardedChild, spawnGuarded } from './guardedChild';
import { freePort, isListening } from './ports';
import { searchAttributes } from './searchAttributes';

export interface DevServerOptions {
  /** Keeps the data here, so that a restarted server goes on. Default: in memory. */
  dbFile?: string;
  /** Taken when free; default any free one. */
  port?: number;
  uiPort?: number;
  namespace?: string;
  /** No Web UI. */
  headless?: boolean;
  /** Lets a workflow's time be skipped (for tests): needs server 1.32. */
  timeSkipping?: boolean;
  /** Events after which the server suggests to continue a workflow in a new run (for tests); its default is 4,096. */
  suggestContinueAsNewAt?: number;
  /** The binary; default `findTemporalCli`. */
  cliPath?: string;
  log?: (line: string) => void;
}

export interface DevServer {
  target: TemporalTarget;
  address: string;
  namespace: string;
  /** `null` when headless. */
  uiUrl: string | null;
  /** Of the server itself. */
  pid: number;
  /** Resolves when the server has ended, for whatever reason. */
  exited: Promise<void>;
  /** Ends the server in an orderly way, by force after five seconds. May be called twice. */
  stop(): Promise<void>;
}

/** What the server's own log says last, when it cannot be started. */
export class DevServerError extends Error {
  override readonly name = 'DevServerError';
}

const READY_MS = 30_000;
/** The first server that can skip the time of a single workflow. */
const TIME_SKIPPING = { minServer: '1.32.0' };

/**
 * Starts a Temporal server as a child process, with the search attributes of onboardings and one partition per task queue,
 * so that the rate limits of the API queues are exact. It ends with this process, even when that is killed.
 */
export async function startDevServer(options: DevServerOptions = {}): Promise<DevServer> {
  const { log = () => undefined } = options;
  const cliPath = options.cliPath ?? (await findTemporalCli({ log, ...(options.timeSkipping && TIME_SKIPPING) })).path;
  if (options.dbFile !== undefined) mkdirSync(dirname(options.dbFile), { recursive: true });
  for (let attempt = 1; ; attempt += 1)
    try {
      return await startOnce(cliPath, options);
    } catch (error) {
      // Between finding a port and listening on it, somebody else may have taken it. A server was also seen to panic while
      // it started, and to start the next time.
      const mayPass =
        error instanceof DevServerError && /address already in use|can't set frontend|panic:/i.test(error.message);
      if (!mayPass || attempt === 3) throw error;
    }
}

async function startOnce(cliPath: string, options: DevServerOptions): Promise<DevServer> {
  const { namespace = 'default', headless = false } = options;
  const port = await freePort(options.port);
  const uiPort = headless ? null : await freePort(options.uiPort);
  const child = await spawnGuarded(cliPath, serverArguments(options, port, uiPort)).catch((error: Error) => {
    throw new DevServerError(`The Temporal CLI cannot be run: ${error.message}`);
  });
  const target = targetAt(`127.0.0.1:${port}`, namespace);
  try {
    await untilReady(target, child);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return {
    target,
    address: target.address,
    namespace,
    uiUrl: uiPort === null ? null : `http://127.0.0.1:${uiPort}`,
    pid: child.pid,
    exited: child.exited,
    stop: child.stop,
  };
}

function serverArguments(options: DevServerOptions, port: number, uiPort: number | null): string[] {
  const { dbFile, namespace, timeSkipping = false, suggestContinueAsNewAt } = options;
  const dynamicConfig = {
    'matching.numTaskqueueReadPartitions': '1',
    'matching.numTaskqueueWritePartitions': '1',
    ...(suggestContinueAsNewAt !== undefined && {
      'limit.historyCount.suggestContinueAsNew': String(suggestContinueAsNewAt),
    }),
    ...(timeSkipping && {
      'frontend.WorkflowTimeSkippingEnabled': 'true',
      'history.timerProcessorMaxTimeShift': '"1ms"', // else every skip costs about a second
      'history.workflowIdReuseMinimalInterval': '"0s"', // else continue-as-new adds skipped time again
    }),
  };
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'warn'],
    ...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
    ...(namespace === undefined || namespace === 'default' ? [] : ['--namespace', namespace]),
    // a plain SQLite file is two to three times slower than one with a write-ahead log
    ...(dbFile === undefined
      ? []
      : ['--db-filename', dbFile, '--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=1']),
    ...Object.entries(dynamicConfig).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
    ...searchAttributes.flatMap(({ name, type }) => ['--search-attribute', `${name}=${type}`]),
  ];
}

/** Until the server answers for its namespace: the moment from which clients and workers succeed. */
async function untilReady({ address, namespace }: TemporalTarget, child: GuardedChild): Promise<void> {
  const deadline = Date.now() + READY_MS;
  const wait = async (what: string): Promise<void> => {
    if (child.hasExited()) throw new DevServerError(`The Temporal dev server ended while it started:\n${child.tail()}`);
    if (Date.now() > deadline)
      throw new DevServerError(
        `The Temporal dev server is not ready after ${READY_MS / 1000} s (${what}):\n${child.tail()}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  // a gRPC connection that is refused once waits a second before it tries again: first look whether anybody listens
  while (!(await isListening(address))) await wait('nobody listens');
  const connection = Connection.lazy({ address });
  try {
    const answers = (): Promise<unknown> =>
      connection.withDeadline(Date.now() + 1_000, () => connection.workflowService.describeNamespace({ namespace }));
    for (;;) {
      const error = await answers().then(() => null, String);
      if (error === null) return;
      await wait(error);
    }
  } finally {
    await connection.close();
  }
}
