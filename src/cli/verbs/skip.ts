import { SKIPPABLE } from '../../contract/steps';
import type { Verb } from '../cli';
import { resolve, withStepOptions, type StepFlags } from './parts/resolve';

export const skip: Verb = (program, cli) => {
  withStepOptions(program.command('skip'))
    .description('let an onboarding go on without its blocked step')
    .argument('<customer>', "the customer's external id, or a workflow id")
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
