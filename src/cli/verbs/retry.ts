import type { Verb } from '../cli';
import { UsageError } from '../errors';
import { jsonOption } from './parts/json';
import { withCustomer } from './parts/named';
import { resolve, withStepOptions, type StepFlags } from './parts/resolve';
import { retryAll } from './parts/retryAll';

interface RetryFlags extends StepFlags {
  input?: string;
  all?: boolean;
  error?: string;
}

export const retry: Verb = (program, cli) => {
  withStepOptions(withCustomer(program.command('retry'), '[customer]'))
    .description('let a blocked step try again, once its cause is mended')
    .option('--input <json>', "replaces the step's part of the input: JSON, or @file")
    .option('--all', 'every onboarding that is blocked by the same cause; with --error')
    .option('--error <code>', 'the cause, for instance BILLING_EXHAUSTED; with --all')
    .addHelpText(
      'after',
      `
Completed steps are kept and never run again.

Examples:
  $ layers-onboarding retry acme-coffee
  $ layers-onboarding retry acme-coffee --step media --item logo
  $ layers-onboarding retry acme-coffee --input '{"adopt":"prj_123"}'
  $ layers-onboarding retry --all --error BILLING_EXHAUSTED`,
    )
    .action(
      cli.action(async (customer: string | undefined, flags: RetryFlags) => {
        if (flags.all) {
          if (flags.error === undefined)
            throw new UsageError('--all needs --error CODE: the cause that has been mended.');
          if (
            customer !== undefined ||
            flags.step !== undefined ||
            flags.item !== undefined ||
            flags.input !== undefined
          )
            throw new UsageError('--all goes with --error, --by and --reason only.');
          return await retryAll(cli, flags.error, flags);
        }
        if (flags.error !== undefined) throw new UsageError('--error goes with --all.');
        if (customer === undefined) throw new UsageError('Name a customer, or --all --error CODE.');
        const input = flags.input === undefined ? undefined : await jsonOption(flags.input, '--input', cli.io);
        return await resolve(cli, customer, flags, 'retry', { input });
      }),
    );
};
