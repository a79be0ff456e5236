import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { engines, scripts } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
  engines: { node: string };
  scripts: Record<string, string>;
};
const root = mkdtempSync(join(tmpdir(), 'setup-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A stand-in for npm: writes down that it was called, and leaves what npm leaves. */
const FAKE_NPM = `
  const fs = require('node:fs');
  fs.appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
  console.log('added 1 package');
  if (process.env.FAIL) process.exit(Number(process.env.FAIL));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  fs.mkdirSync('node_modules', { recursive: true });
  fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
`;

let count = 0;
function checkout(): { folder: string; calls: () => string[]; lock: (version: string) => void } {
  const folder = join(root, String((count += 1)));
  mkdirSync(join(folder, 'scripts'), { recursive: true });
  cpSync(join(__dirname, '../../scripts/setup.mjs'), join(folder, 'scripts/setup.mjs'));
  writeFileSync(join(folder, 'npm.js'), FAKE_NPM);
  const lock = (version: string): void => {
    const packages = { '': {}, 'node_modules/a': { version }, 'node_modules/b': { version: '1.0.0', optional: true } };
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
  };
  lock('1.0.0');
  const calls = () =>
    existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : [];
  return { folder, calls, lock };
}

const setup = (folder: string, env: NodeJS.ProcessEnv = {}) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const options = { env: { PATH: process.env.PATH, npm_execpath: join(folder, 'npm.js'), ...env } };
    execFile(process.execPath, [join(folder, 'scripts/setup.mjs')], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describe('scripts/setup.mjs', () => {
  it('installs a fresh checkout once, with nothing on stdout', async () => {
    const { folder, calls, lock } = checkout();
    const { code, stdout, stderr } = await setup(folder);
    expect([code, stdout, calls()]).toEqual([0, '', ['ci --include=dev --no-audit --no-fund']]);
    expect(stderr).toContain('added 1 package');
    expect(await setup(folder)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(calls()).toHaveLength(1);

    lock('2.0.0');
    expect((await setup(folder)).code).toBe(0);
    expect(calls()).toHaveLength(2);
  });

  it('leaves alone what somebody has installed by hand', async () => {
    const { folder, calls, lock } = checkout();
    mkdirSync(join(folder, 'node_modules'));
    // without the optional package, which another platform would have
    writeFileSync(
      join(folder, 'node_modules/.package-lock.json'),
      JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }),
    );
    expect((await setup(folder)).code).toBe(0);
    expect(calls()).toEqual([]);
    lock('1.0.1');
    await setup(folder);
    expect(calls()).toHaveLength(1);
  });

  it('lets a second command wait for the first', async () => {
    const { folder, calls } = checkout();
    const both = await Promise.all([setup(folder), setup(folder)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(calls()).toHaveLength(1);
    expect(existsSync(join(folder, '.cache/setup.lock'))).toBe(false);
  });

  it('does not wait for a command that is no more', async () => {
    const { folder, calls } = checkout();
    mkdirSync(join(folder, '.cache'));
    writeFileSync(join(folder, '.cache/setup.lock'), '999999999');
    expect((await setup(folder)).code).toBe(0);
    expect(calls()).toHaveLength(1);
  });

  it('installs nothing where the development packages were left out, and says what can be run', async () => {
    const { folder, calls } = checkout();
    const packages = {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/tool': { version: '1.0.0', dev: true },
      'node_modules/both': { version: '1.0.0', devOptional: true },
    };
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
    mkdirSync(join(folder, 'node_modules'));
    // as after `npm ci --omit=dev`
    writeFileSync(
      join(folder, 'node_modules/.package-lock.json'),
      JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }),
    );
    const { code, stderr } = await setup(folder);
    expect([code, calls()]).toEqual([1, []]);
    expect(stderr).toMatch(/npm ci --omit=dev[^]*node dist\/worker\.js/);

    // a program runs from the build, where there is one
    cpSync(join(__dirname, '../../scripts/run.mjs'), join(folder, 'scripts/run.mjs'));
    const program = () =>
      spawnSync(process.execPath, ['scripts/run.mjs', 'src/worker.ts', 'one'], { cwd: folder, encoding: 'utf8' });
    expect(program()).toMatchObject({ status: 1, stderr: expect.stringContaining('npm ci --omit=dev') });
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist/worker.js'), 'console.log(require.main === module, process.argv.slice(2))');
    expect(program()).toMatchObject({ status: 0, stdout: "true [ 'one' ]\n" });
    expect(calls()).toEqual([]);
  });

  it.each([
    ['18.20.8', false],
    ['20.19.5', false],
    ['21.7.3', false],
    ['22.11.0', false],
    ['20.20.0', true],
    ['22.12.0', true],
    ['24.0.0', true],
  ])('says in one sentence whether Node %s will do, as package.json does', async (version, will) => {
    const { folder } = checkout();
    writeFileSync(
      join(folder, 'node.cjs'),
      `Object.defineProperty(process.versions, 'node', { value: '${version}' }); Object.defineProperty(process, 'version', { value: 'v${version}' })`,
    );
    const { code, stderr } = await setup(folder, { NODE_OPTIONS: `--require ${join(folder, 'node.cjs')}` });
    expect(code).toBe(will ? 0 : 1);
    if (!will)
      expect(stderr).toContain(
        `layers-onboarding needs Node 20.20 or a newer 20, or 22.12 and newer; this is v${version}`,
      );
    expect(engines.node).toBe('^20.20.0 || >=22.12.0');
  });

  it('passes on how npm failed, and tries again the next time', async () => {
    const { folder, calls } = checkout();
    const { code, stderr } = await setup(folder, { FAIL: '7' });
    expect(code).toBe(7);
    expect(stderr).toContain('npm ci failed with exit code 7');
    expect((await setup(folder)).code).toBe(0);
    expect(calls()).toHaveLength(2);
  });
});

describe('npm run', () => {
  it.each(['demo', 'dev', 'test', 'worker', 'sandbox', 'cli', 'serve', 'chaos'])(
    '%s sets a fresh checkout up, and is the very process that npm tells to end',
    (script) => {
      expect(scripts[script]).toMatch(/^exec node (--watch --watch-preserve-output )?scripts\/run\.mjs \S+$/);
    },
  );

  it.each(['verify', 'build'])('%s sets a fresh checkout up', (script) => {
    expect(scripts[script]).toMatch(/^node scripts\/setup\.mjs && /);
  });

  it('builds what it packs', () => {
    expect(scripts['prepack']).toBe('npm run build');
  });
});
