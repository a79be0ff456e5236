import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { Command, InvalidArgumentError, Option } from 'commander';
import { makePlan } from './plan';
import { FULL_SIZE, jsonReport, renderReport, shortCells } from './report';
import { leanBundle } from '../src/worker/workflowCode';
import { runChaos } from './run';

/**
 * Requests per minute: enough that the limits do not decide how long a run takes, and few enough that a burst meets them.
 */
const PER_MINUTE = { reads: 1_500, writes: 600, starts: 150 };

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('must be a whole number above 0');
  return value;
};

interface Flags {
  onboardings: number;
  seed: number;
  json: boolean;
  keep: boolean;
}

async function main({ onboardings, seed, json, keep }: Flags): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'layers-onboarding-chaos-'));
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const bundle = join(folder, 'workflow-bundle.js');
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../src/workflows'),
    logger: new DefaultLogger('ERROR'),
    ...leanBundle,
  });
  writeFileSync(bundle, code);
  const report = await runChaos({ plan: makePlan({ onboardings, seed }), folder, bundle, perMinute: PER_MINUTE, say });
  process.stdout.write(`${json ? JSON.stringify(jsonReport(report)) : renderReport(report)}\n`);
  const failed = report.violations.length > 0 || (onboardings >= FULL_SIZE && shortCells(report).length > 0);
  if (failed || keep) {
    writeFileSync(
      join(folder, 'ledger.jsonl'),
      report.evidence.ledger.map((entry) => JSON.stringify(entry)).join('\n'),
    );
    say(`Logs, database and ledger: ${folder}`);
  } else rmSync(folder, { recursive: true, force: true });
  return failed ? 1 : 0;
}

const program = new Command('chaos')
  .description(
    'Breaks things on purpose while customers are onboarded, then proves that nothing was done twice and nothing was lost.',
  )
  .addOption(new Option('--onboardings <n>', 'how many').default(20).argParser(whole))
  .addOption(new Option('--seed <n>', 'the same seed plans the same run').default(1).argParser(whole))
  .option('--json', 'the report as one line of JSON', false)
  .option('--keep', 'keep logs, database and ledger also of a good run', false)
  .action(async (flags: Flags) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(130));
    process.exitCode = await main(flags);
    process.exit(); // gRPC keeps sockets open for a while
  });

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
