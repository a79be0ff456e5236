// Packs the package, installs it into empty projects as a partner would, and uses it there: CommonJS, ES modules, types,
// plain Jest, the command, and Yarn's Plug'n'Play, which allows nothing that is not declared.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'layers-onboarding-package-'));

/** What a partner's backend does first, in the words of both module systems. */
const STARTER = `
const input: Parameters<typeof startOnboarding>[1] = {
  project: { name: 'Acme Coffee', customerExternalId: 'acme-coffee', timezone: 'America/Los_Angeles' },
};
export const onboard = (client: Client): Promise<Started> => startOnboarding(client, input);
export const follow = (client: Client) => onboarding.getOnboarding(client, 'acme-coffee');
`;
const IMPORTS = `
import type { Client } from '@temporalio/client';
import * as onboarding from 'layers-onboarding';
import { startOnboarding, type Started } from 'layers-onboarding';
import { startSandbox } from 'layers-onboarding/sandbox';
import { startWorker } from 'layers-onboarding/worker';
export const all = [startSandbox, startWorker];
`;
const USES = `
  if (typeof startOnboarding !== 'function' || typeof startSandbox !== 'function') throw new Error('no functions');
  const checked = validateInput(
    { project: { name: 'Acme Coffee', customerExternalId: 'acme', timezone: 'Asia/Tokyo' } },
    { now: Date.now(), workflowId: null },
  );
  if (checked.plan === undefined) throw new Error(JSON.stringify(checked));
`;

const began = Date.now();
const step = (title) => process.stderr.write(`-- ${title} (${Math.round((Date.now() - began) / 1000)} s)\n`);

/** Runs a program; what it said is shown when it fails. */
function run(cwd, file, ...args) {
  try {
    return execFileSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    process.stderr.write(`${file} ${args.join(' ')}\n${error.stdout ?? ''}${error.stderr ?? ''}\n`);
    throw new Error(`It failed with ${error.status ?? error.code}: see above.`, { cause: error });
  }
}

function project(name, files) {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (const [file, content] of Object.entries(files))
    writeFileSync(join(path, file), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return path;
}

/** The compiler's strictest usual settings; libraries are read as well, but for those of others. */
const tsconfig = (module, moduleResolution) => ({
  compilerOptions: {
    ...{ module, moduleResolution, target: 'es2022', strict: true, exactOptionalPropertyTypes: true },
    ...{ noUncheckedIndexedAccess: true, skipLibCheck: true, noEmit: true, types: [] },
  },
});

try {
  step('pack');
  const [{ filename, files }] = JSON.parse(run(root, 'npm', 'pack', '--json', '--pack-destination', folder));
  const packed = new Set(files.map(({ path }) => path));
  for (const needed of [
    'dist/index.js',
    'dist/index.d.ts',
    'dist/workflow-bundle.js',
    'dist/cli/main.js',
    '.env.example',
    'LICENSE',
  ])
    if (!packed.has(needed)) throw new Error(`the package lacks ${needed}`);
  for (const path of packed) if (/^(src|test|chaos|\.cache)\//.test(path)) throw new Error(`the package has ${path}`);
  const tarball = join(folder, filename);

  step('install');
  const tools = ['typescript', 'jest'].map((name) => `${name}@${devDependencies[name]}`);
  const partner = project('partner', { 'package.json': { name: 'partner', private: true } });
  run(partner, 'npm', 'install', '--no-audit', '--no-fund', tarball, ...tools);

  step('CommonJS and ES modules');
  project('partner', {
    'use.cjs': `const { startOnboarding, validateInput } = require('layers-onboarding');\nconst { startSandbox } = require('layers-onboarding/sandbox');\n${USES}`,
    'use.mjs': `import { startOnboarding, validateInput } from 'layers-onboarding';\nimport { startSandbox } from 'layers-onboarding/sandbox';\n${USES}`,
  });
  run(partner, process.execPath, 'use.cjs');
  run(partner, process.execPath, 'use.mjs');
  run(partner, process.execPath, '-e', "require('layers-onboarding/worker')");

  step('types');
  for (const [name, type, ...settings] of [
    ['types-nodenext', 'module', 'nodenext', 'nodenext'],
    ['types-commonjs', 'commonjs', 'nodenext', 'nodenext'],
    ['types-bundler', 'module', 'esnext', 'bundler'],
  ]) {
    const path = project(`partner/${name}`, {
      'package.json': { type },
      'starter.ts': IMPORTS + STARTER,
      'tsconfig.json': tsconfig(...settings),
    });
    run(path, process.execPath, '../node_modules/typescript/bin/tsc', '-p', '.');
  }

  step('Jest, without any configuration');
  const jest = project('partner/jest', {
    'package.json': {},
    'use.test.js': `test('it can be used', () => {\nconst { startOnboarding, validateInput } = require('layers-onboarding');\nconst { startSandbox } = require('layers-onboarding/sandbox');\n${USES}});`,
  });
  run(jest, process.execPath, '../node_modules/jest/bin/jest.js');

  step('the command');
  const command = join(partner, 'node_modules/.bin/layers-onboarding');
  if (!run(partner, command, '--help').includes('Exit codes')) throw new Error('--help says nothing');
  const said = run(partner, command, '--version').trim();
  if (!said.includes(version)) throw new Error(`--version says ${said}, not ${version}`);

  step("Yarn's Plug'n'Play");
  const yarn = join(
    project('tools', { 'package.json': { private: true } }),
    'node_modules/@yarnpkg/cli-dist/bin/yarn.js',
  );
  run(join(folder, 'tools'), 'npm', 'install', '--no-audit', '--no-fund', '@yarnpkg/cli-dist@4.9.2');
  const registry = run(root, 'npm', 'config', 'get', 'registry').trim();
  const pnp = project('pnp', {
    'package.json': {
      private: true,
      dependencies: { 'layers-onboarding': `file:${tarball}`, '@temporalio/client': '*' },
    },
    '.yarnrc.yml': [
      'nodeLinker: pnp',
      'enableTelemetry: false',
      'enableGlobalCache: true',
      'enableScripts: false',
      `npmRegistryServer: ${JSON.stringify(registry)}`,
      ...(process.env.NODE_EXTRA_CA_CERTS
        ? [`httpsCaFilePath: ${JSON.stringify(process.env.NODE_EXTRA_CA_CERTS)}`]
        : []),
      '',
    ].join('\n'),
    'yarn.lock': '',
    'use.cjs': `const { startOnboarding, validateInput } = require('layers-onboarding');\nconst { startSandbox } = require('layers-onboarding/sandbox');\n${USES}`,
  });
  run(pnp, process.execPath, yarn, 'install', '--no-immutable'); // CI=true forbids a new lock file
  run(pnp, process.execPath, yarn, 'node', 'use.cjs');

  step('the package can be used');
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
