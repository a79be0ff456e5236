import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { Option } from 'commander';
import { commandLine } from '../../../contract/commands';
import type { Cli } from '../../cli';
import type { Mode } from '../../show/displays';
import type { ExitCode } from '../../exitCodes';
import { followOnboarding } from '../../show/follow';

export interface FollowFlags {
  until?: 'review';
  plain?: boolean;
  json?: boolean;
}

/** The options of every verb that follows an onboarding. */
export const withFollowOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--until <moment>',
        'end when somebody has to act: with 3 when a review waits, with 4 when a step is blocked',
      ).choices(['review']),
    )
    .option('--plain', 'one line per change instead of a picture (default where the output is no terminal)')
    .option('--json', 'one JSON document per change and line');

/** Follows until the end, `--until`, or Ctrl-C, which leaves the onboarding alone. */
export async function follow(cli: Cli, client: Client, workflowId: string, flags: FollowFlags): Promise<ExitCode> {
  const { io } = cli;
  const mode: Mode = flags.json ? 'json' : flags.plain || !io.terminal ? 'plain' : 'tty';
  const again = commandLine(cli.program, 'watch', [workflowId]);
  const detach = new AbortController();
  const release = io.onInterrupt(() => detach.abort());
  try {
    const { reason, exitCode, view } = await followOnboarding(client, workflowId, {
      io,
      mode,
      ...(flags.until === undefined ? {} : { until: flags.until }),
      links: (seen) => cli.links(client, seen),
      signal: detach.signal,
    });
    if (reason === 'detached') io.err(`Detached. The onboarding keeps running: ${again}`);
    if (reason === 'silent')
      io.err(`Gave up waiting: ${view?.noStatus ?? 'Temporal does not answer'}. Later: ${again}`);
    return exitCode;
  } finally {
    release();
  }
}
