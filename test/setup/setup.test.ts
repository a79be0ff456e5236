import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

  it('passes on how npm failed, and tries again the next time', async () => {
    const { folder, calls } = checkout();
    const { code, stderr } = await setup(folder, { FAIL: '7' });
    expect(code).toBe(7);
    expect(stderr).toContain('npm ci failed with exit code 7');
    expect((await setup(folder)).code).toBe(0);
    expect(calls()).toHaveLength(2);
  });
});
