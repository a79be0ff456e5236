import type { Client } from '@temporalio/client';
import { calling, RefusedError } from '../../../client/errors';
import { handleOf, quoted } from '../../../client/find';
import { resolveStep } from '../../../client/messages';
import { viewOnboarding } from '../../../client/view';
import { ONBOARD_CUSTOMER } from '../../../contract/messages';
import { SEARCH_ATTRIBUTES } from '../../../contract/searchAttributes';
import type { Cli } from '../../cli';
import { EXIT, type ExitCode } from '../../exitCodes';

/** As many at once as a small cluster takes without noticing. */
const AT_ONCE = 8;
/** For the list of a whole fleet. */
const LIST_MS = 120_000;

/** Lets every onboarding that is blocked by one cause try again, and tells how many did. */
export function retryAll(cli: Cli, code: string, { by, reason }: { by?: string; reason?: string }): Promise<ExitCode> {
  const { io, program } = cli;
  return cli.withClient(async (client) => {
    const workflowIds = await blockedBy(client, code);
    if (workflowIds.length === 0) {
      io.out(`No onboarding is blocked by ${code}. (Changes of the last seconds may not be listed yet.)`);
      return EXIT.ok;
    }
    const operator = cli.who(by);
    const failures: string[] = [];
    let resumed = 0;
    const one = async (workflowId: string): Promise<void> => {
      try {
        const told = await retryOne(client, workflowId, code, operator, reason);
        resumed += told; // not in one expression: several run at once
      } catch (error) {
        failures.push(`  ${workflowId}: ${(error as Error).message}`);
      }
    };
    const queue = [...workflowIds];
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await one(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    io.out(
      `${resumed} step${resumed === 1 ? '' : 's'} of ${workflowIds.length - failures.length} onboardings blocked by ${code} tr${resumed === 1 ? 'ies' : 'y'} again.`,
    );
    if (failures.length > 0) io.err(`${failures.length} could not be told:\n${failures.join('\n')}`);
    io.out(`Next: ${program} list --attention operator`);
    return failures.length === 0 ? EXIT.ok : EXIT.failed;
  });
}

async function blockedBy(client: Client, code: string): Promise<string[]> {
  const query =
    `WorkflowType = ${quoted(ONBOARD_CUSTOMER)} AND ExecutionStatus = "Running" ` +
    `AND ${SEARCH_ATTRIBUTES.errorCode.name} = ${quoted(code)}`;
  return calling(client, LIST_MS, async () => {
    const found: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query, pageSize: 500 })) found.push(workflowId);
    return found;
  });
}

/** How many steps of one onboarding were told to try again. One that goes on already needs no telling. */
async function retryOne(
  client: Client,
  workflowId: string,
  code: string,
  operator: string,
  reason?: string,
): Promise<number> {
  const { status, noStatus } = await viewOnboarding(client, handleOf(client, workflowId));
  if (status === null) throw new Error(noStatus ?? 'no worker answers');
  let told = 0;
  for (const { step, item } of status.blocked.filter((blocked) => blocked.code === code)) {
    const which = { step, ...(item === undefined ? {} : { item }), ...(reason === undefined ? {} : { reason }) };
    try {
      await resolveStep(client, { workflowId }, { ...which, action: 'retry', operator });
      told += 1;
    } catch (error) {
      if (!(error instanceof RefusedError && ['NotBlocked', 'AlreadyDecided'].includes(error.type))) throw error;
    }
  }
  return told;
}
