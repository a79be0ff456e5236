import type { WorkflowExecutionInfo } from '@temporalio/client';
import { Option } from 'commander';
import { calling } from '../../client/errors';
import { quoted } from '../../client/find';
import { serverKnowledge, type ServerKnowledge } from '../../client/server';
import { commandLine } from '../../contract/commands';
import { ONBOARD_CUSTOMER } from '../../contract/messages';
import { SEARCH_ATTRIBUTES } from '../../contract/searchAttributes';
import { STAGES } from '../../contract/steps';
import { span } from '../../words';
import type { Verb } from '../cli';
import { EXIT } from '../exitCodes';
import { limitNumber } from './parts/numbers';
import { jsonText } from '../output';
import { painter } from '../show/paint';
import { clean, width } from '../show/text';

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
          if (flags.json) io.out(jsonText({ onboardings, more }, 2));
          else if (onboardings.length === 0)
            io.err(`No onboarding matches.${flags.all ? '' : ' Also those that have ended: --all'}`);
          else {
            io.out(tableOf(onboardings, io.now(), io.color));
            if (more) io.err(`There are more than ${flags.limit}: --limit ${flags.limit * 4}`);
            const next = onboardings.find(({ waitsFor }) => waitsFor.length > 0) ?? onboardings[0];
            if (next !== undefined) io.err(`Next: ${commandLine(typed, 'status', [next.workflowId])}`);
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
    [SEARCH_ATTRIBUTES.stage.name, stage],
    [SEARCH_ATTRIBUTES.errorCode.name, error],
    [SEARCH_ATTRIBUTES.mode.name, mode],
  ];
  const set = filters.flatMap(([name, value]) => (value === undefined ? [] : [`${name} = ${quoted(value)}`]));
  return [...set, ...(attention === undefined ? [] : [attentionQuery(attention)])].join(' AND ');
}

/** Equal to one of the values where there are several, and to nothing where there are none. */
function attentionQuery(attention: string): string {
  const { name } = SEARCH_ATTRIBUTES.attention;
  return attention === 'none' ? `(${name} = "none" OR ${name} IS NULL)` : `${name} = ${quoted(attention)}`;
}

const rowOf = (info: WorkflowExecutionInfo): Row => ({
  workflowId: info.workflowId,
  execution: info.status.name.toLowerCase(),
  startedAt: info.startTime.toISOString(),
  ...serverKnowledge(info),
});

const HEAD = ['CUSTOMER', 'STAGE', 'WAITS FOR', 'SINCE', 'BLOCKED BY', 'MODE', 'WORKFLOW'];

function tableOf(rows: readonly Row[], now: number, color: boolean): string {
  const cells = rows.map(({ customer, stage, waitsFor, waitingSince, errorCodes, mode, workflowId, execution }) =>
    [
      customer?.name ?? '',
      execution === 'running' ? (stage ?? '') : execution,
      waitsFor.join(', '),
      waitingSince === null ? '' : span(now - Date.parse(waitingSince)),
      errorCodes.join(', '),
      mode ?? '',
      workflowId,
    ].map((text) => clean(text) || '-'),
  );
  const widths = HEAD.map((head, column) => Math.max(width(head), ...cells.map((row) => width(row[column] ?? ''))));
  const lineOf = (row: readonly string[], painted = (text: string): string => text): string =>
    row
      .map((text, column) => painted(text) + ' '.repeat((widths[column] ?? 0) - width(text)))
      .join('  ')
      .trimEnd();
  const bold = (text: string): string => painter(color)('bold', text);
  return [lineOf(HEAD, bold), ...cells.map((row) => lineOf(row))].join('\n');
}
