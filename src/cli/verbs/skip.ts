import { SKIPPABLE } from '../../contract/steps';
import type { Verb } from '../cli';
import { withCustomer } from './parts/named';
import { resolve, withStepOptions, type StepFlags } from './parts/resolve';

export const skip: Verb = (program, cli) => {
  withStepOptions(withCustomer(program.command('skip')))
    .description('let an onboarding go on without its blocked step')
    .addHelpText(
      'after',
      `
May be skipped: ${SKIPPABLE.join(', ')}.

Examples:
  $ layers-onboarding skip acme-coffee
  $ layers-onboarding skip acme-coffee --step media --item logo --reason "the customer has none"`,
    )
    .action(cli.action((customer: string, flags: StepFlags) => resolve(cli, customer, flags, 'skip')));
};
