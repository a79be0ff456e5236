import { chooseSource } from '../../client/messages';
import type { Verb } from '../cli';
import { EXIT } from '../exitCodes';
import { act } from './parts/act';

export const choose: Verb = (program, cli) => {
  program
    .command('choose')
    .description('choose the slideshow to remix, where the input says that a person picks')
    .argument('<customer>', "the customer's external id, or a workflow id")
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
      cli.action((customer: string, tiktokVideoId: string, { by }: { by?: string }) =>
        cli.withClient((client) =>
          act(cli, client, customer, async ({ workflowId, commands }) => {
            await chooseSource(client, workflowId, { tiktokVideoId, by: cli.who(by) });
            cli.io.out(`Chosen: ${tiktokVideoId}.`);
            cli.io.out(`Next: ${commands('watch')}`);
            return EXIT.ok;
          }),
        ),
      ),
    );
};
