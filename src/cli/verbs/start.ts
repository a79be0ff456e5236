import { commandLine } from '../../contract/commands';
import type { OnboardingInput } from '../../contract/input';
import { viewOnboarding } from '../../client/view';
import { InvalidInputError, validateInput } from '../../input';
import { startOnboarding, type Started } from '../../starter';
import type { Cli, Verb } from '../cli';
import { EXIT, exitCodeOf, type ExitCode } from '../exitCodes';
import { readJson } from './parts/json';
import { jsonText } from '../output';
import { renderFrame } from '../show/render';
import { follow, withFollowOptions, type FollowFlags } from './parts/follow';

interface StartFlags extends FollowFlags {
  wait?: boolean;
  again?: boolean;
  workflowId?: string;
}

export const start: Verb = (program, cli) => {
  withFollowOptions(program.command('start'))
    .description('start the onboarding of one customer, or find the one that exists')
    .argument('<file>', 'the input as a JSON file, or - for the standard input')
    .option('--wait', 'follow it until it ends; the exit code tells the outcome')
    .option('--again', 'allow a new run after one that ended rejected or expired')
    .option('--workflow-id <id>', "instead of the id made from the customer's external id")
    .addHelpText(
      'after',
      `
Starting twice is safe: a customer is onboarded once, and other input changes nothing that runs.
The task queue is ONBOARDING_TASK_QUEUE, or "layers-onboarding"; it must be the worker's.
--until includes --wait. Exit code 0: started, running, or scheduled or ready.

Examples:
  $ layers-onboarding start acme.json
  $ layers-onboarding start acme.json --wait
  $ jq '.customers[0]' all.json | layers-onboarding start - --wait --until review`,
    )
    .action(
      cli.action(async (file: string, flags: StartFlags) => {
        const input = await readJson(file, cli.io);
        const { taskQueue } = cli;
        // Before anything is connected, so that bad input is told also where no server is.
        const checked = validateInput(input, { now: cli.io.now(), workflowId: flags.workflowId ?? null });
        if ('problems' in checked) throw new InvalidInputError(checked.problems);
        return await cli.withClient(async (client) => {
          const started = await startOnboarding(client, input as OnboardingInput, {
            taskQueue,
            again: flags.again === true,
            ...(flags.workflowId === undefined ? {} : { workflowId: flags.workflowId }),
          });
          const following = flags.wait === true || flags.until !== undefined;
          announce(cli, started, flags, following);
          if (following && started.state !== 'alreadyFinished') return follow(cli, client, started.workflowId, flags);
          return started.state === 'alreadyFinished' ? await showFinished() : EXIT.ok;

          async function showFinished(): Promise<ExitCode> {
            const view = await viewOnboarding(client, started.handle);
            const options = {
              now: cli.io.now(),
              color: cli.io.color,
              columns: cli.io.columns(),
              links: cli.links(client, view),
            };
            if (!flags.json) cli.io.out(renderFrame(view, options));
            return exitCodeOf(view);
          }
        });
      }),
    );
};

/** Says what the call found. As JSON it is the answer itself; before following it is only chatter. */
function announce(cli: Cli, started: Started, { json, again }: StartFlags, following: boolean): void {
  const { workflowId, runId, state, inputDiffers, result } = started;
  const { io, program } = cli;
  if (json && (!following || state === 'alreadyFinished')) {
    io.out(jsonText({ workflowId, runId, state, inputDiffers, ...(result === undefined ? {} : { result }) }));
    return;
  }
  const say = following || state === 'alreadyFinished' ? io.err : io.out;
  const sentence = {
    started: `Started ${workflowId}.`,
    alreadyRunning: `${workflowId} is running already; nothing was started.`,
    alreadyFinished: `${workflowId} has finished already; nothing was started.`,
  }[state];
  say(sentence);
  if (inputDiffers)
    io.err(
      `Its input is another one than this; nothing was changed. To use this one, cancel it first and start again.`,
    );
  if (state === 'alreadyFinished' && again) io.err('--again is for runs that ended rejected or expired.');
  if (!following && state !== 'alreadyFinished') say(`Next: ${commandLine(program, 'watch', [workflowId])}`);
}
