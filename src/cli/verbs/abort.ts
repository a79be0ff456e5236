import type { Verb } from '../cli';
import { UsageError } from '../errors';
import { withCustomer } from './parts/named';
import { resolve, withStepOptions, type StepFlags } from './parts/resolve';
import { confirmed, whatStoppingDoes } from './parts/stop';

export const abort: Verb = (program, cli) => {
  withStepOptions(withCustomer(program.command('abort')))
    .description('give up at a blocked step: clean up and end as failed')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
Says what it will clean up and asks. An onboarding that is not blocked is ended with cancel.

Examples:
  $ layers-onboarding abort acme-coffee --reason "the customer left"
  $ layers-onboarding abort acme-coffee --yes`,
    )
    .action(
      cli.action((customer: string, flags: StepFlags & { yes?: boolean }) =>
        resolve(cli, customer, flags, 'abort', {
          before: async ({ workflowId, status }) => {
            const sure = await confirmed(cli, `Aborting ${workflowId}`, whatStoppingDoes(status), flags.yes === true);
            if (!sure) throw new UsageError('Nothing was changed.');
          },
        }),
      ),
    );
};
