import { getOnboarding } from '../../client/find';
import type { Verb } from '../cli';
import { named, withCustomer, type NameFlags } from './parts/named';
import { follow, withFollowOptions, type FollowFlags } from './parts/follow';

export const watch: Verb = (program, cli) => {
  withFollowOptions(withCustomer(program.command('watch')))
    .description('follow an onboarding until it ends')
    .addHelpText(
      'after',
      `
Ctrl-C detaches (exit code 130); the onboarding keeps running.

Examples:
  $ layers-onboarding watch acme-coffee
  $ layers-onboarding watch acme-coffee --until review || echo "ended with $?"
  $ layers-onboarding watch acme-coffee --json | jq 'select(.step == "content")'`,
    )
    .action(
      cli.action((customer: string, flags: FollowFlags & NameFlags) =>
        cli.withClient(async (client) =>
          follow(cli, client, (await getOnboarding(client, named(customer, flags))).workflowId, flags),
        ),
      ),
    );
};
