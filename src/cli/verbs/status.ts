import { onboardingStatus } from '../../client/view';
import type { Verb } from '../cli';
import { exitCodeOf } from '../exitCodes';
import { jsonText } from '../output';
import { renderFrame } from '../show/render';
import { named, withCustomer, type NameFlags } from './parts/named';

export const status: Verb = (program, cli) => {
  withCustomer(program.command('status'))
    .description('show where an onboarding is, once')
    .option('--json', 'everything that is known, as one JSON document')
    .addHelpText(
      'after',
      `
Without a worker it shows what the Temporal server knows by itself and ends with 75.
Exit codes: 0 on its way, scheduled or ready; 1 failed or cancelled; 3 waits for a person; 4 blocked; 6 rejected or expired.
Set TEMPORAL_UI_URL (for instance http://localhost:8233) to get the link to Temporal Web UI.

Examples:
  $ layers-onboarding status acme-coffee
  $ layers-onboarding status acme-coffee --json | jq .result.scheduledPosts`,
    )
    .action(
      cli.action((customer: string, { json, ...flags }: NameFlags & { json?: boolean }) =>
        cli.withClient(async (client) => {
          const view = await onboardingStatus(client, named(customer, flags));
          const { io } = cli;
          const options = { now: io.now(), color: io.color, columns: io.columns(), links: cli.links(client, view) };
          io.out(json ? jsonText(view, 2) : renderFrame(view, options));
          return exitCodeOf(view);
        }),
      ),
    );
};
