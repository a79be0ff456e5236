import type { HistoryAndWorkflowId } from '@temporalio/client';
import type { Cli, Verb } from '../cli';
import { UsageError } from '../errors';
import { EXIT, type ExitCode } from '../exitCodes';
import { jsonText } from '../output';
import { limitNumber } from './parts/numbers';
import { replayAll, replayCode, type Replayed } from './parts/replayHistories';
import { fetchHistories, listRuns, readHistories, type Selection } from './parts/histories';

interface ReplayFlags extends Selection {
  json?: boolean;
}

/** How often it says how far it is. */
const PROGRESS_MS = 2_000;

export const replay: Verb = (program, cli) => {
  program
    .command('replay')
    .description('before a deploy: check that this build can go on with the onboardings under way')
    .argument('[files...]', 'downloaded histories, instead of those in the namespace')
    .option('--query <query>', 'only those that a visibility query selects')
    .option('--all', 'also those that have ended')
    .option('--limit <number>', 'at most so many, the latest first (default: all)', limitNumber)
    .option('--json', 'as one JSON document')
    .addHelpText(
      'after',
      `
Replays each history against the workflow code of this very build; no worker has to run, and nothing is changed.
Ends with 1 when one does not replay: that onboarding would be stuck at its next step if this build were deployed.
See docs/changing-the-workflow.md for what to do then.

Examples:
  $ TEMPORAL_NAMESPACE=onboarding-prod layers-onboarding replay
  $ layers-onboarding replay --all --limit 500
  $ layers-onboarding replay --query 'LayersMode = "live" AND LayersStage = "review"'
  $ temporal workflow show --workflow-id onboard-acme-coffee --output json > acme.json
  $ layers-onboarding replay acme.json`,
    )
    .action(
      cli.action(async (files: string[], flags: ReplayFlags) => {
        if (files.length === 0)
          return cli.withClient(async (client) => {
            const runs = await listRuns(client, flags);
            return report(cli, flags, runs.length, fetchHistories(client, runs));
          });
        if (flags.query !== undefined || flags.all || flags.limit !== undefined)
          throw new UsageError(
            '--query, --all and --limit choose among the histories in the namespace: name no files.',
          );
        const histories = await readHistories(files, cli.io);
        return report(cli, flags, histories.length, each(histories));
      }),
    );
};

async function* each<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

/** Replays all histories and says how far it is; one that does not replay is told at once, and again at the end. */
async function report(
  { io, program }: Cli,
  { json, all }: ReplayFlags,
  total: number,
  histories: AsyncIterable<HistoryAndWorkflowId>,
): Promise<ExitCode> {
  if (total === 0 && !json) {
    io.out(`No onboarding ${all ? 'is there' : 'is under way'}: nothing to replay.`);
    return EXIT.ok;
  }
  const code = await replayCode();
  io.err(`Replaying ${count(total)} with the workflow code of this build (${code.from}) …`);
  const replayed: Replayed[] = [];
  const failed: Replayed[] = [];
  let saidAt = io.now();
  for await (const one of replayAll(code, histories)) {
    replayed.push(one);
    if (one.reason !== null) {
      failed.push(one);
      io.err(`  ✖ ${one.workflowId}`);
    }
    if (io.now() - saidAt < PROGRESS_MS || replayed.length === total) continue;
    saidAt = io.now();
    io.err(`  ${replayed.length} of ${total}, ${failed.length} failed`);
  }
  if (json) io.out(jsonText({ code: code.from, total, replayed: replayed.length, failed }, 2));
  else summarize();
  return failed.length === 0 ? EXIT.ok : EXIT.failed;

  function summarize(): void {
    for (const { workflowId, runId, reason } of failed) io.out(`✖ ${workflowId} (run ${runId})\n    ${reason ?? ''}`);
    const gone = total - replayed.length;
    if (gone > 0) io.err(`${count(gone)} had been deleted meanwhile.`);
    if (failed.length === 0) {
      io.out(`${count(replayed.length)} replayed: this build can go on with ${replayed.length === 1 ? 'it' : 'them'}.`);
      return;
    }
    io.out(`${failed.length} of ${count(replayed.length)} ${failed.length === 1 ? 'does' : 'do'} not replay.`);
    io.err(
      'Do not deploy this build over them: put the change behind patched(), or deploy it as a version of its own.',
    );
    io.err(`Both are told in docs/changing-the-workflow.md. Then again: ${program} replay`);
  }
}

const count = (histories: number): string => `${histories} ${histories === 1 ? 'history' : 'histories'}`;
