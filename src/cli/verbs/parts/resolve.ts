import { Option, type Command } from 'commander';
import { resolveStep } from '../../../client/messages';
import { shellWord } from '../../../contract/commands';
import type { ResolveStepArgs } from '../../../contract/messages';
import type { Blocked } from '../../../contract/status';
import { STEPS, type Step } from '../../../contract/steps';
import type { Cli } from '../../cli';
import { UsageError } from '../../errors';
import { EXIT, type ExitCode } from '../../exitCodes';
import { codeText } from '../../show/panels';
import { act, type Subject } from './act';
import { named, type NameFlags } from './named';

export interface StepFlags extends NameFlags {
  step?: Step;
  item?: string;
  by?: string;
  reason?: string;
}

/** The options that name a blocked step; without them, the only one. */
export const withStepOptions = (command: Command): Command =>
  command
    .addOption(new Option('--step <step>', 'which blocked step (default: the only one)').choices(STEPS))
    .option('--item <item>', 'which item of the step, where it has several')
    .option('--by <name>', 'who acts (default: your user name on this machine)')
    .option('--reason <text>', 'kept in the history');

/** The step that is meant, or a message that lists what could be. */
function pickBlocked(blocked: readonly Blocked[], { step, item }: StepFlags): Blocked {
  if (blocked.length === 0) throw new UsageError('Nothing is blocked.');
  const meant = blocked.filter(
    (one) => (step === undefined || one.step === step) && (item === undefined || one.item === item),
  );
  const [only, another] = meant;
  if (only !== undefined && another === undefined) return only;
  const listed = blocked.map(
    (one) => `  --step ${one.step}${one.item === undefined ? '' : ` --item ${shellWord(one.item)}`}   ${codeText(one)}`,
  );
  const what = only === undefined ? 'That step is not blocked.' : 'Several steps are blocked.';
  throw new UsageError(`${what} Name one of these:\n${listed.join('\n')}`);
}

const DONE = { retry: 'Tries again', skip: 'Skipped', abort: 'Aborted at' } as const;

/** Answers one blocked step. */
export function resolve(
  cli: Cli,
  customer: string,
  flags: StepFlags,
  action: ResolveStepArgs['action'],
  more: { input?: unknown; before?: (subject: Subject) => Promise<void> } = {},
): Promise<ExitCode> {
  return cli.withClient((client) =>
    act(cli, client, named(customer, flags), async (subject) => {
      const { workflowId, status, commands } = subject;
      const { step, item } = pickBlocked(status.blocked, flags);
      await more.before?.(subject);
      await resolveStep(
        client,
        { workflowId },
        {
          step,
          action,
          operator: cli.who(flags.by),
          ...(item === undefined ? {} : { item }),
          ...(flags.reason === undefined ? {} : { reason: flags.reason }),
          ...(more.input === undefined ? {} : { input: more.input }),
        },
      );
      cli.io.out(`${DONE[action]}: ${step}${item === undefined ? '' : ` (${item})`}. Completed steps are kept.`);
      cli.io.out(`Next: ${commands('watch')}`);
      return EXIT.ok;
    }),
  );
}
