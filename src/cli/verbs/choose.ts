import { chooseSource } from '../../client/messages';
import type { Verb } from '../cli';
import { EXIT } from '../exitCodes';
import { act } from './parts/act';
import { named, withCustomer, type NameFlags } from './parts/named';

export const choose: Verb = (program, cli) => {
  withCustomer(program.command('choose'))
    .description('choose the slideshow to remix, where the input says that a person picks')
    .argument('<tiktokVideoId>', 'one of the choices that the status shows')
    .option('--by <name>', 'who chooses (default: your user name on this machine)')
    .addHelpText(
      'after',
      `
Examples:
  $ layers-onboarding status acme-coffee
  $ layers-onboarding choose acme-coffee 7301234567890123456`,
    )
    .action(
      cli.action((customer: string, tiktokVideoId: string, { by, ...flags }: NameFlags & { by?: string }) =>
        cli.withClient((client) =>
          act(cli, client, named(customer, flags), async ({ workflowId, commands }) => {
            await chooseSource(client, { workflowId }, { tiktokVideoId, by: cli.who(by) });
            cli.io.out(`Chosen: ${tiktokVideoId}.`);
            cli.io.out(`Next: ${commands('watch')}`);
            return EXIT.ok;
          }),
        ),
      ),
    );
};
