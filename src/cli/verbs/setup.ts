import { ensureSearchAttributes, searchAttributes } from '../../temporal/searchAttributes';
import type { Verb } from '../cli';
import { EXIT } from '../exitCodes';

export const setup: Verb = (program, cli) => {
  program
    .command('setup')
    .description('register the search attributes that lists and the Web UI filter by')
    .addHelpText(
      'after',
      `
Safe to repeat. Where it may not register them (Temporal Cloud), it prints the commands and ends with 78.

Examples:
  $ layers-onboarding setup
  $ TEMPORAL_NAMESPACE=onboarding-prod layers-onboarding setup`,
    )
    .action(
      cli.action(() =>
        cli.withConnection(async ({ client, connection }) => {
          const { namespace } = client.options;
          const { registered } = await ensureSearchAttributes(connection, namespace);
          const said =
            registered.length === 0 ? `has all ${searchAttributes.length}` : `now has ${registered.join(', ')} too`;
          cli.io.out(`The namespace "${namespace}" ${said}: onboardings can be listed by stage, attention and error.`);
          cli.io.out(`Next: ${cli.program} start FILE`);
          return EXIT.ok;
        }),
      ),
    );
};
