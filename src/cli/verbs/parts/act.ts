import type { Client } from '@temporalio/client';
import { NoWorkerError, OnboardingEndedError, RefusedError } from '../../../client/errors';
import { getOnboarding, handleOf, type OnboardingName } from '../../../client/find';
import { viewOnboarding, type OnboardingView } from '../../../client/view';
import type { OnboardingStatus } from '../../../contract/status';
import type { Cli } from '../../cli';
import { EXIT, type ExitCode } from '../../exitCodes';
import { renderFrame } from '../../show/render';
import { commandsFor, type Commands } from '../../show/commands';

/** An onboarding that is running and whose worker answers: what a person decides on. */
export interface Subject {
  workflowId: string;
  view: OnboardingView;
  status: OnboardingStatus;
  commands: Commands;
}

/**
 * Reads the status first, so that the person decides on what is there now, then sends the message. A refusal is no
 * crash: the onboarding's own words are shown with its current status, and the command ends with 2.
 */
export async function act(
  cli: Cli,
  client: Client,
  name: OnboardingName,
  tell: (subject: Subject) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { workflowId } = await getOnboarding(client, name);
  const view = await viewOnboarding(client, handleOf(client, workflowId));
  if (view.execution !== 'running') return refused(cli, client, `The onboarding ${workflowId} has ended.`, view);
  if (view.status === null)
    throw new NoWorkerError(
      `${view.noStatus ?? 'No worker answers'}: nobody can take the message. To mend that: ` +
        `${view.noStatusFix ?? 'look at the worker, then try again'}.`,
    );
  try {
    return await tell({ workflowId, view, status: view.status, commands: commandsFor(view, { program: cli.program }) });
  } catch (error) {
    if (!(error instanceof RefusedError) && !(error instanceof OnboardingEndedError)) throw error;
    return refused(cli, client, error.message, await viewOnboarding(client, handleOf(client, workflowId)));
  }
}

function refused(cli: Cli, client: Client, why: string, view: OnboardingView): ExitCode {
  const { io } = cli;
  io.err(`Refused: ${why}\n\nThis is how it stands:`);
  io.err(renderFrame(view, { now: io.now(), columns: io.columns(), links: cli.links(client, view) }));
  return EXIT.usage;
}
