import type { WorkflowExecutionInfo } from '@temporalio/client';
import Table from 'cli-table3';
import { Option } from 'commander';
import { calling } from '../../client/errors';
import { quoted } from '../../client/find';
import { serverKnowledge, type ServerKnowledge } from '../../client/view';
import { ONBOARD_CUSTOMER } from '../../contract/messages';
import { SEARCH_ATTRIBUTES } from '../../contract/searchAttributes';
import { STAGES } from '../../contract/steps';
import { span } from '../../words';
import type { Verb } from '../cli';
import { EXIT } from '../exitCodes';
import { limitNumber } from './parts/numbers';
import { clean } from '../show/text';

interface ListFlags {
  attention?: string;
  stage?: string;
  error?: string;
  mode?: string;
  limit: number;
  all?: boolean;
  json?: boolean;
}

/** One line of the list. */
interface Row extends ServerKnowledge {
  workflowId: string;
  execution: string;
  startedAt: string;
}

/** For reading the list. */
const LIST_MS = 30_000;

export const list: Verb = (program, cli) => {
  program
    .command('list')
    .description('list onboardings: who is stuck, why and since when')
    .addOption(new Option('--attention <who>', 'who has to act').choices(['none', 'reviewer', 'customer', 'operator']))
    .addOption(new Option('--stage <stage>', 'where they are').choices(STAGES))
    .option('--error <code>', 'blocked by this cause, for instance BILLING_EXHAUSTED')
    .addOption(new Option('--mode <mode>', 'kind of Layers key').choices(['sandbox', 'live']))
    .option('--limit <number>', 'at most so many, the latest first', limitNumber, 50)
    .option('--all', 'also those that have ended')
    .option('--json', 'as one JSON document')
    .addHelpText(
      'after',
      `
It reads Temporal's list, which is a few seconds behind.

Examples:
  $ layers-onboarding list --attention operator
  $ layers-onboarding list --error BILLING_EXHAUSTED --limit 500
  $ layers-onboarding list --all --json | jq -r '.onboardings[].workflowId'`,
    )
    .action(
      cli.action((flags: ListFlags) =>
        cli.withClient(async (client) => {
          const { io, program: typed } = cli;
          // One more than asked for, to know whether there are more.
          const rows = await calling(client, LIST_MS, async () => {
            const found: Row[] = [];
            for await (const info of client.workflow.list({
              query: queryFor(flags),
              pageSize: Math.min(flags.limit + 1, 1000),
            })) {
              found.push(rowOf(info));
              if (found.length > flags.limit) break;
            }
            return found;
          });
          const more = rows.length > flags.limit;
          const onboardings = rows.slice(0, flags.limit);
          if (flags.json) io.out(JSON.stringify({ onboardings, more }, null, 2));
          else if (onboardings.length === 0)
            io.err(`No onboarding matches.${flags.all ? '' : ' Also those that have ended: --all'}`);
          else {
            io.out(tableOf(onboardings, io.now(), io.color));
            if (more) io.err(`There are more than ${flags.limit}: --limit ${flags.limit * 4}`);
            const stuck = onboardings.find(({ attention }) => attention !== null && attention !== 'none');
            io.err(`Next: ${typed} status ${(stuck ?? onboardings[0])?.workflowId ?? ''}`);
          }
          return EXIT.ok;
        }),
      ),
    );
};

/** The filters as Temporal's visibility reads them. */
function queryFor({ attention, stage, error, mode, all }: Omit<ListFlags, 'limit'>): string {
  const filters: [string, string | undefined][] = [
    ['WorkflowType', ONBOARD_CUSTOMER],
    ['ExecutionStatus', all ? undefined : 'Running'],
    [SEARCH_ATTRIBUTES.attention.name, attention],
    [SEARCH_ATTRIBUTES.stage.name, stage],
    [SEARCH_ATTRIBUTES.errorCode.name, error],
    [SEARCH_ATTRIBUTES.mode.name, mode],
  ];
  return filters.flatMap(([name, value]) => (value === undefined ? [] : [`${name} = ${quoted(value)}`])).join(' AND ');
}

const rowOf = (info: WorkflowExecutionInfo): Row => ({
  workflowId: info.workflowId,
  execution: info.status.name.toLowerCase(),
  startedAt: info.startTime.toISOString(),
  ...serverKnowledge(info),
});

function tableOf(rows: readonly Row[], now: number, color: boolean): string {
  const none = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '  ',
  };
  const table = new Table({
    head: ['CUSTOMER', 'STAGE', 'WAITS FOR', 'SINCE', 'BLOCKED BY', 'MODE', 'WORKFLOW'],
    chars: none,
    style: { 'padding-left': 0, 'padding-right': 0, head: color ? ['bold'] : [], border: [] },
  });
  for (const { customer, stage, attention, waitingSince, errorCodes, mode, workflowId, execution } of rows)
    table.push([
      clean(customer?.name ?? '-'),
      execution === 'running' ? (stage ?? '-') : execution,
      attention === null || attention === 'none' ? '-' : attention,
      waitingSince === null ? '-' : span(now - Date.parse(waitingSince)),
      errorCodes.join(', ') || '-',
      mode ?? '-',
      workflowId,
    ]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
