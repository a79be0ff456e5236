import { MAX_COMMENT } from '../../contract/limits';
import type { Verb } from '../cli';
import { decide, type DecideFlags } from './parts/decide';
import { withCustomer } from './parts/named';
import { revisionNumber } from './parts/numbers';

export const approve: Verb = (program, cli) => {
  withCustomer(program.command('approve'))
    .description('approve what is under review')
    .option('--by <name>', 'who approves (default: your user name on this machine)')
    .option('--comment <text>', `kept with the decision, at most ${MAX_COMMENT} characters`)
    .option('--at <time>', "another time for the post: local in the customer's zone, or with an offset or Z")
    .option('--revision <number>', 'the revision that you looked at (default: the current one)', revisionNumber)
    .addHelpText(
      'after',
      `
A refusal (already decided, another revision, a time that has passed) ends with 2 and shows what is current.

Examples:
  $ layers-onboarding approve acme-coffee
  $ layers-onboarding approve acme-coffee --by maria --comment "Lovely" --at 2026-12-02T10:00`,
    )
    .action(
      cli.action((customer: string, flags: DecideFlags & { at?: string }) =>
        decide(cli, customer, flags, 'approve', () => (flags.at === undefined ? {} : { scheduleAt: flags.at })),
      ),
    );
};
