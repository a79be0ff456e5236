import { MAX_COMMENT } from '../../contract/limits';
import type { Verb } from '../cli';
import { decide, slidesFrom, type DecideFlags } from './parts/decide';
import { withCustomer } from './parts/named';
import { revisionNumber } from './parts/numbers';

interface ChangeFlags extends DecideFlags {
  comment: string;
  slides?: string;
  source?: string;
  influencer?: string;
}

export const requestChanges: Verb = (program, cli) => {
  withCustomer(program.command('request-changes'))
    .description('ask for another version of what is under review')
    .requiredOption('--comment <text>', `what should change, at most ${MAX_COMMENT} characters`)
    .option('--slides <numbers>', 'the slides that the comment is about, counted from 1, for instance 2,4')
    .option('--source <tiktokVideoId>', 'the slideshow to remix next (default: the next unused candidate)')
    .option('--influencer <id>', 'another persona, for instance inf_…')
    .option('--by <name>', 'who asks (default: your user name on this machine)')
    .option('--revision <number>', 'the revision that you looked at (default: the current one)', revisionNumber)
    .addHelpText(
      'after',
      `
The next version is made from a source and a persona. Layers takes no text: the comment is kept with the round for you.

Examples:
  $ layers-onboarding request-changes acme-coffee --slides 2,4 --comment "too dark"
  $ layers-onboarding request-changes acme-coffee --comment "another topic" --source 7301234567890123456`,
    )
    .action(
      cli.action((customer: string, flags: ChangeFlags) =>
        decide(cli, customer, flags, 'requestChanges', (review) => ({
          ...(flags.slides === undefined ? {} : { slides: slidesFrom(flags.slides, flags.comment, review) }),
          ...(flags.source === undefined ? {} : { source: { tiktokVideoId: flags.source } }),
          ...(flags.influencer === undefined ? {} : { influencer: { influencerId: flags.influencer } }),
        })),
      ),
    );
};
