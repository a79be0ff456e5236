import { Option } from 'commander';
import { NoWorkerError } from '../../client/errors';
import { onboardingStatus, type OnboardingView } from '../../client/view';
import { viewLink, type LinkMaker, type MadeLink } from '../../links';
import { momentWithUtc } from '../../words';
import type { Verb } from '../cli';
import { UsageError } from '../errors';
import { EXIT } from '../exitCodes';
import { linkMaker, waitLinks, WAITS, type Wait, type WaitLink } from '../links';
import { named, withCustomer, type NameFlags } from './parts/named';
import { jsonText } from '../output';
import { commandsFor } from '../show/commands';
import { timezoneOf } from '../show/times';

interface LinkFlags extends NameFlags {
  for?: Wait;
  view?: boolean;
  json?: boolean;
}

type ShownLink = MadeLink & Pick<WaitLink, 'what' | 'who' | 'until'>;

export const link: Verb = (program, cli) => {
  withCustomer(program.command('link'))
    .description('print the page where somebody can act: decide the review, choose a source, connect an account')
    .addOption(new Option('--for <what>', 'which, where an onboarding waits for several').choices(WAITS))
    .addOption(new Option('--view', 'the review page without the right to decide, at any time').conflicts('for'))
    .option('--json', 'as one JSON document')
    .addHelpText(
      'after',
      `
Whoever has such a link can act, without any account: send it to that person and store it nowhere.
Only the addresses go to the standard output. They are made with ONBOARDING_PUBLIC_URL and ONBOARDING_LINK_SECRET,
which must be those of the gateway.

Examples:
  $ layers-onboarding link acme-coffee
  $ layers-onboarding link acme-coffee --view
  $ xdg-open "$(layers-onboarding link acme-coffee --for review)"`,
    )
    .action(
      cli.action(async (customer: string, flags: LinkFlags) => {
        const { io, program: typed } = cli;
        const maker = linkMaker(io.env);
        return cli.withClient(async (client) => {
          const view = await onboardingStatus(client, named(customer, flags));
          const links = flags.view ? [lookOnly(maker, view, io.now())] : waitedFor(waitLinks(maker, view, io.now()));
          if (flags.json) io.out(jsonText(links, 2));
          else for (const one of links) print(one, view);
          return EXIT.ok;

          function print({ what, who, until, url }: ShownLink, seen: OnboardingView): void {
            const time = until === undefined ? '' : ` until ${momentWithUtc(until, timezoneOf(seen), io.now())}`;
            io.err(`For ${who}, to ${what}${time}:`);
            io.out(url);
          }

          /** The pages that `--for` means; a `UsageError` where the onboarding waits for no reviewer and no customer. */
          function waitedFor(found: readonly WaitLink[]): readonly WaitLink[] {
            const { workflowId, execution, status, noStatus } = view;
            const meant = found.filter((one) => flags.for === undefined || one.for === flags.for);
            if (meant.length > 0) return meant;
            if (execution !== 'running')
              throw new UsageError(`The onboarding ${workflowId} has ended: nobody has to act. To look at it: --view`);
            if (status === null)
              throw new NoWorkerError(
                `${noStatus ?? 'no worker answers'}: nobody can tell what ${workflowId} waits for.`,
              );
            if (found.length > 0)
              throw new UsageError(
                `${workflowId} waits for something else: --for ${found.map((one) => one.for).join(', --for ')}`,
              );
            throw new UsageError(
              `${workflowId} waits for nobody who needs a page. Where it is: ${commandsFor(view, { program: typed })('status')}`,
            );
          }
        });
      }),
    );
};

/** For a colleague or the customer alike: with this link they can look and not decide. */
function lookOnly(maker: LinkMaker, { workflowId, firstRunId, status }: OnboardingView, now: number): ShownLink {
  const deadline = status?.review?.deadline || new Date(now).toISOString();
  return {
    what: 'look at the review',
    who: 'anybody who may see it',
    ...viewLink(maker, { workflowId, firstRunId, deadline }),
  };
}
