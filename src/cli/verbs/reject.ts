import { MAX_COMMENT } from '../../contract/limits';
import type { Verb } from '../cli';
import { decide, type DecideFlags } from './parts/decide';
import { withCustomer } from './parts/named';
import { revisionNumber } from './parts/numbers';

export const reject: Verb = (program, cli) => {
  withCustomer(program.command('reject'))
    .description('reject what is under review: nothing is posted, and the onboarding ends')
    .requiredOption('--comment <text>', `why, at most ${MAX_COMMENT} characters`)
    .option('--by <name>', 'who rejects (default: your user name on this machine)')
    .option('--revision <number>', 'the revision that you looked at (default: the current one)', revisionNumber)
    .addHelpText(
      'after',
      `
To get another version instead: layers-onboarding request-changes

Examples:
  $ layers-onboarding reject acme-coffee --comment "Not our tone"
  $ layers-onboarding reject acme-coffee --by maria --comment "Wrong product"`,
    )
    .action(cli.action((customer: string, flags: DecideFlags) => decide(cli, customer, flags, 'reject')));
};
