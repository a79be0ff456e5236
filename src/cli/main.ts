#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { Cli } from './cli';
import { connectFromEnvironment, type Connect } from './connection';
import { reportError } from './errors';
import { EXIT } from './exitCodes';
import { processIo, type Io } from './io';
import { harmlessly } from './output';
import { readEnvFile } from '../process';
import { besideRunning } from './running';
import { VERSION } from './version';
import { abort } from './verbs/abort';
import { approve } from './verbs/approve';
import { cancel } from './verbs/cancel';
import { choose } from './verbs/choose';
import { link } from './verbs/link';
import { list } from './verbs/list';
import { reject } from './verbs/reject';
import { replay } from './verbs/replay';
import { requestChanges } from './verbs/requestChanges';
import { retry } from './verbs/retry';
import { setup } from './verbs/setup';
import { skip } from './verbs/skip';
import { start } from './verbs/start';
import { status } from './verbs/status';
import { watch } from './verbs/watch';

/** In the order in which people need them. */
const VERBS = [
  ...[setup, start, watch, status],
  ...[approve, requestChanges, reject, choose, link],
  ...[retry, skip, abort, cancel, list, replay],
];

const HELP = `
Exit codes:
  0 scheduled or ready (or the command did what it says)   1 failed or cancelled
  2 usage, not found, refused                              3 waits for a person
  4 blocked                                                6 rejected or expired
  75 Temporal or the worker does not answer                78 configuration       130 detached by Ctrl-C

Variables: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_PROFILE … (Temporal's own),
ONBOARDING_TASK_QUEUE (default layers-onboarding), TEMPORAL_UI_URL (for links to Temporal Web UI),
ONBOARDING_PUBLIC_URL and ONBOARDING_LINK_SECRET (for links to the review and connect pages), NO_COLOR.

Example:
  $ layers-onboarding start acme.json --wait`;

/** One call of the CLI; resolves with its exit code. */
export async function run(
  args: readonly string[],
  world: Io,
  connect: Connect = connectFromEnvironment,
): Promise<number> {
  const io = harmlessly(world);
  const cli = new Cli(io, connect);
  const program = new Command('layers-onboarding')
    .description('Onboard customers onto Layers: start, follow and resolve onboardings.')
    .version(VERSION, '-V, --version', 'print the version')
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
      getOutHelpWidth: () => io.columns(),
      getErrHelpWidth: () => io.columns(),
    })
    .addHelpText('after', HELP);
  for (const verb of VERBS) verb(program, cli);
  try {
    await program.parseAsync(args, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return reportError(error, io);
  }
}

async function main(): Promise<number> {
  try {
    readEnvFile();
  } catch (error) {
    return reportError(error, processIo());
  }
  return run(process.argv.slice(2), processIo(besideRunning(process.env)));
}

if (require.main === module)
  void main().then((code) => {
    process.exitCode = code;
  });
