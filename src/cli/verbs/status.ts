import { onboardingStatus } from '../../client/view';
import type { Verb } from '../cli';
import { exitCodeOf } from '../exitCodes';
import { renderFrame } from '../show/render';

export const status: Verb = (program, cli) => {
  program
    .command('status')
    .description('show where an onboarding is, once')
    .argument('<customer>', "the customer's external id, or a workflow id")
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
      cli.action((customer: string, { json }: { json?: boolean }) =>
        cli.withClient(async (client) => {
          const view = await onboardingStatus(client, customer);
          const { io } = cli;
          const options = { now: io.now(), color: io.color, columns: io.columns(), links: cli.links(client, view) };
          io.out(json ? JSON.stringify(view, null, 2) : renderFrame(view, options));
          return exitCodeOf(view);
        }),
      ),
    );
};
