import { readFileSync } from 'node:fs';
import { run } from '../../src/cli/main';
import type { Io } from '../../src/cli/io';
import { MisconfiguredError, UnreachableError } from '../../src/client/errors';
import { fakeIo, type FakeIo } from './fixtures/io';
import { inputFor } from './fixtures/input';

/** Runs without any server: connecting is what a wrong command must not come to. */
async function typed(
  line: readonly string[],
  more: Partial<Io> & { files?: Record<string, string> } = {},
  connecting?: Error,
) {
  const io: FakeIo = fakeIo(more);
  const code = await run(line, io, () => Promise.reject(connecting ?? new Error('it connected')));
  return { code, out: io.stdout.join('\n'), err: io.stderr.join('\n') };
}

test.each([
  [['watch'], "missing required argument 'customer'"],
  [['frobnicate'], "unknown command 'frobnicate'"],
  [['watch', 'acme', '--until', 'dinner'], 'Allowed choices are review'],
  [['reject', 'acme'], "required option '--comment <text>' not specified"],
  [['request-changes', 'acme'], "required option '--comment <text>' not specified"],
  [['approve', 'acme', '--revision', 'two'], '--revision must be a whole number like 0, not "two".'],
  [['retry'], 'Name a customer, or --all --error CODE.'],
  [['retry', '--all'], '--all needs --error CODE'],
  [['retry', 'acme', '--all', '--error', 'X'], '--all goes with --error, --by and --reason only.'],
  [['retry', 'acme', '--error', 'X'], '--error goes with --all.'],
  [['retry', 'acme', '--step', 'dinner'], 'Allowed choices are validate, project'],
  [['retry', 'acme', '--input', '{"adopt":}'], 'The value of --input is not JSON: line 1, column 10'],
  [['list', '--limit', '0'], 'It must be a whole number from 1.'],
  [['list', '--attention', 'everybody'], 'Allowed choices are none, reviewer, customer, operator'],
  [['start', 'none.json'], 'Cannot read none.json: ENOENT'],
])('%j is a usage error', async (line, message) => {
  const { code, out, err } = await typed(line);
  expect(err).toContain(message);
  expect(out).toBe('');
  expect(code).toBe(2);
});

test('every problem of an input, before anything is connected', async () => {
  const input = inputFor();
  const bad = {
    ...input,
    project: { ...input.project, timezone: 'Mars/Olympus' },
    appMedia: [{ kind: 'logo', url: 'ftp://x' }],
    extra: 1,
  };
  const { code, out, err } = await typed(['start', '-'], { files: { '-': JSON.stringify(bad) } });
  expect(err).toContain('The input has 3 problems; nothing was started.');
  for (const path of ['project.timezone', 'appMedia[0].url', 'extra']) expect(err).toContain(`\n  ${path}: `);
  expect(out).toBe('');
  expect(code).toBe(2);
});

test('a JSON file that is none names line and column', async () => {
  const { code, err } = await typed(['start', 'acme.json'], { files: { 'acme.json': '{\n  "project": {,\n}' } });
  expect(err).toContain('acme.json is not JSON: line 2, column 15');
  expect(code).toBe(2);
});

test.each([
  [75, new UnreachableError('Temporal does not answer at 127.0.0.1:1')],
  [78, new MisconfiguredError('TEMPORAL_TLS is wrong')],
  [1, new TypeError('a defect')],
])('exit code %i', async (expected, error) => {
  const { code, err } = await typed(['status', 'acme'], {}, error);
  expect(err).toContain(error.message);
  expect(code).toBe(expected);
});

test('a variable that means nothing: 78, before anything is connected', async () => {
  const files = { 'a.json': JSON.stringify(inputFor()) };
  const { code, err } = await typed(['start', 'a.json'], { files, env: { ONBOARDING_TASK_QUEUE: 'two words' } });
  expect(err).toContain('ONBOARDING_TASK_QUEUE');
  expect(code).toBe(78);
});

test('the version, by which a report names the build', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await typed(['--version'])).toEqual({ code: 0, out: version, err: '' });
});

test('help goes to the standard output, has examples for every verb, and ends with 0', async () => {
  const { code, out } = await typed(['--help']);
  expect(code).toBe(0);
  const verbs = [...out.matchAll(/^ {2}([a-z-]+) (?:\[options\]|<|\[|\s{2})/gm)]
    .map(([, verb]) => verb ?? '')
    .filter((verb) => verb !== 'help');
  expect(verbs).toEqual(
    expect.arrayContaining([
      'setup',
      'start',
      'watch',
      'status',
      'approve',
      'reject',
      'request-changes',
      'retry',
      'skip',
      'abort',
      'cancel',
      'list',
    ]),
  );
  for (const verb of verbs) {
    const help = await typed([verb, '--help']);
    expect(help.code).toBe(0);
    expect(help.out).toContain(`$ layers-onboarding ${verb}`);
  }
});
