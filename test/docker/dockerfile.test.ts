import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Instructions of the Dockerfile, without comments and with continued lines joined. */
const instructions = text('Dockerfile')
  .replace(/^\s*#.*\n/gm, '')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const [keyword = '', ...rest] = line.split(' ');
    return { keyword, rest: rest.join(' ') };
  });
const all = (keyword: string): string[] =>
  instructions.filter((one) => one.keyword === keyword).map(({ rest }) => rest);
const { bin, engines, main, scripts } = JSON.parse(text('package.json')) as {
  bin: Record<string, string>;
  engines: { node: string };
  main: string;
  scripts: Record<string, string>;
};

describe('the Dockerfile', () => {
  it('builds on a pinned Debian image with a Node that the package allows', () => {
    expect(all('FROM')[0]).toBe('node:${NODE_VERSION}-bookworm-slim AS base');
    const [version] = all('ARG')
      .map((arg) => /^NODE_VERSION=(\d+)\.(\d+)\.\d+$/.exec(arg))
      .filter((match) => match !== null);
    const [, major, minor] = version!.map(Number);
    const [, minMajor, minMinor] = />=(\d+)\.(\d+)/.exec(engines.node)!.map(Number);
    expect(major! * 1000 + minor!).toBeGreaterThanOrEqual(minMajor! * 1000 + minMinor!);
    expect(major).toBeGreaterThanOrEqual(22); // 20 gets no more fixes, and its images are not built any more
    expect(text('Dockerfile')).not.toMatch(/alpine|:latest/);
  });

  it('installs from the lock file, without development packages in the image', () => {
    const installs = all('RUN').filter((command) => command.includes('npm ci'));
    expect(installs).toHaveLength(2);
    expect(installs[1]).toContain('npm ci --omit=dev');
    expect(all('RUN').join()).not.toMatch(/npm (install|i) /);
  });

  it('keeps the native part of the SDK for its own platform', () => {
    const [, kept] = /! -name "\$\(uname -m\)-(\S+)"/.exec(all('RUN').join('\n'))!;
    const releases = join(root, 'node_modules/@temporalio/core-bridge/releases');
    for (const machine of ['x86_64', 'aarch64'])
      expect([machine, existsSync(join(releases, `${machine}-${kept}`))]).toEqual([machine, true]);
  });

  it('copies what exists, and what .dockerignore lets through', () => {
    const sent = text('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = all('COPY')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(' ').slice(0, -1));
    expect([...new Set(copied)].sort()).toEqual([...sent].sort());
    for (const path of sent) expect([path, existsSync(join(root, path))]).toEqual([path, true]);
  });

  it('builds as the package says, and has what the package’s main file needs', () => {
    expect(all('RUN')).toContain('npm run build');
    expect(scripts.build).toContain('tsc -p tsconfig.build.json');
    expect(main.startsWith('dist/')).toBe(true);
    expect(all('COPY')).toEqual(
      expect.arrayContaining([
        '--from=build /app/dist dist',
        '--from=packages /app/node_modules node_modules',
        'package.json .env.example ./',
      ]),
    );
  });

  it('runs the worker itself, without privileges', () => {
    expect(all('USER')).toEqual(['1000:1000']); // node, as runAsNonRoot wants it
    expect(all('CMD')).toEqual(['["node", "dist/worker.js"]']);
    expect(existsSync(join(root, 'src/worker.ts'))).toBe(true);
    expect(instructions.map(({ keyword }) => keyword).lastIndexOf('USER')).toBeLessThan(
      instructions.findIndex(({ keyword }) => keyword === 'CMD'),
    );
  });

  it('has the command line on the PATH, as every hint names it', () => {
    expect(all('RUN').join('\n')).toContain(`ln -s /app/${bin['layers-onboarding']} /usr/local/bin/layers-onboarding`);
  });

  it('keeps the sandbox’s volume writable for its user', () => {
    expect(all('RUN')).toContain('mkdir /data && chown node:node /data');
    expect(text('docker-compose.yml')).toContain("volumes: ['sandbox:/data']");
  });
});
