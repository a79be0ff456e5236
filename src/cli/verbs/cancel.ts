import { cancelOnboarding } from '../../client/messages';
import { onboardingStatus } from '../../client/view';
import type { Verb } from '../cli';
import { UsageError } from '../errors';
import { EXIT } from '../exitCodes';
import { commandsFor } from '../show/commands';
import { named, withCustomer, type NameFlags } from './parts/named';
import { confirmed, whatStoppingDoes } from './parts/stop';

/** Said where no worker can be asked what there is to clean up. */
const IN_GENERAL = [
  'running jobs and queued posts of this onboarding are cancelled as soon as a worker runs',
  'the project is kept, unless the input says "onCancel": "archive" and this onboarding created it',
];

export const cancel: Verb = (program, cli) => {
  withCustomer(program.command('cancel'))
    .description('stop an onboarding and clean up what costs or publishes')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
Says what it will clean up and asks; with no terminal it needs --yes. A cancelled onboarding can be started anew.

Examples:
  $ layers-onboarding cancel acme-coffee
  $ layers-onboarding cancel acme-coffee --yes`,
    )
    .action(
      cli.action((customer: string, { yes, ...flags }: NameFlags & { yes?: boolean }) =>
        cli.withClient(async (client) => {
          const view = await onboardingStatus(client, named(customer, flags));
          const { workflowId, execution, status } = view;
          if (execution !== 'running') throw new UsageError(`The onboarding ${workflowId} has ended (${execution}).`);
          const consequences = status === null ? IN_GENERAL : whatStoppingDoes(status);
          if (!(await confirmed(cli, `Cancelling ${workflowId}`, consequences, yes === true)))
            throw new UsageError('Nothing was changed.');
          await cancelOnboarding(client, { workflowId });
          cli.io.out(`Cancelling ${workflowId}; it cleans up and then ends.`);
          cli.io.out(`Next: ${commandsFor(view, { program: cli.program })('watch')}`);
          return EXIT.ok;
        }),
      ),
    );
};
