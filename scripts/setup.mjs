// Makes a fresh checkout ready to run: the right Node, and the packages of the lock file. Every `npm run` that needs them
// calls it first, and it takes a few milliseconds when there is nothing to do. It has no dependencies, since it installs
// them, and writes to stderr only, since the output of `npm run demo -- --json` belongs to the demo.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
/** Says which lock file the packages were installed from; gone when somebody removes node_modules. */
const stamp = join(modules, '.cache', 'layers-onboarding-setup');
const lock = join(root, '.cache', 'setup.lock');
/** As in package.json: what is between them cannot `require` an ES module. */
const NODES = { oldest: [20, 20], next: [22, 12] };

const say = (line) => process.stderr.write(`${line}\n`);
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
const isStamped = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash();

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const { oldest, next } = NODES;
  if (major === oldest[0] && minor >= oldest[1]) return;
  if (major > next[0] || (major === next[0] && minor >= next[1])) return;
  say(
    `layers-onboarding needs Node ${oldest.join('.')} or a newer 20, or ${next.join('.')} and newer; ` +
      `this is ${process.version} (${process.execPath}).`,
  );
  say('Get one from https://nodejs.org, or with a version manager: nvm install 22');
  process.exit(1);
}

/**
 * What somebody has installed by hand, if it is what the lock file says: `all`, or `production` (npm ci --omit=dev). npm keeps
 * a copy of what it installed.
 */
function installed() {
  const hidden = join(modules, '.package-lock.json');
  if (!existsSync(hidden)) return null;
  const [wanted, got] = [readJson(join(root, 'package-lock.json')).packages, readJson(hidden).packages];
  if (!Object.entries(got).every(([path, { version }]) => wanted[path]?.version === version)) return null;
  const packages = Object.entries(wanted).filter(
    ([path, { optional, devOptional }]) => path !== '' && !optional && !devOptional,
  );
  const missing = packages.filter(([path, { version }]) => got[path]?.version !== version);
  if (missing.length === 0) return 'all';
  const development = packages.filter(([, { dev }]) => dev);
  return missing.length === development.length && missing.every(([, { dev }]) => dev) ? 'production' : null;
}

/** Two commands on a fresh checkout must not both install into the same folder: the second waits for the first. */
function takeTurn() {
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isHeld()) rmSync(lock, { force: true });
    else if (!waited) say('Another command is installing the packages; waiting for it …');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

/** Whether the process that took the lock still lives; one that has not written its id yet has just taken it. */
function isHeld() {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (pid === 0) return Date.now() - statSync(lock).mtimeMs < 5_000;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM' || error.code === 'ENOENT'; // somebody else's process; or given back just now
  }
}

function install() {
  say('Installing the packages (npm ci); this is done once …');
  // under `npm run` npm tells where it is, which also works where it is not on the PATH
  const npm = process.env.npm_execpath;
  const [file, before] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const args = [...before, 'ci', '--include=dev', '--no-audit', '--no-fund'];
  const { status, error } = spawnSync(file, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && before.length === 0,
  });
  if (error) say(`npm cannot be run: ${error.message}`);
  else if (status !== 0) say(`npm ci failed with exit code ${status}; see above.`);
  if (status !== 0) process.exitCode = status ?? 1;
  return status === 0;
}

/** Whether the development packages were left out on purpose: then nothing is installed, and only a build can run. */
export let production = false;

export function refuseProduction() {
  say('The development packages are not installed here (npm ci --omit=dev), and the sources need them.');
  say(
    'Install them with `npm ci`, or bring a build along (`npm run build` makes dist/) and run that: node dist/worker.js',
  );
  process.exit(1);
}

checkNode();
if (!isStamped()) {
  takeTurn();
  try {
    const found = isStamped() ? 'all' : installed();
    production = found === 'production';
    if (!production && (found === 'all' || install())) {
      mkdirSync(dirname(stamp), { recursive: true });
      writeFileSync(stamp, lockHash());
    }
  } finally {
    rmSync(lock, { force: true });
  }
}
if (production && process.argv[1] === fileURLToPath(import.meta.url)) refuseProduction();
