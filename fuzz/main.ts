import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { Command, InvalidArgumentError, Option } from 'commander';
import { startDevServer } from '../src/temporal/devServer';
import { leanBundle } from '../src/worker/workflowCode';
import { described, round } from './run';
import { openStage, type Stage } from './stage/stage';
import { TARGETS } from './targets';
import type { Target } from './targets/target';

/** Longest that one round takes, with the search for the smallest case of what it has found. */
const ROUND_MS = 120_000;

interface Flags {
  minutes: number;
  seed: number;
  only: readonly Target[];
  path?: string;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Rounds of all targets in turn until the time is over; a target that has failed once has no more turns. */
async function search(stage: Stage, { minutes, seed, only, path }: Flags): Promise<number> {
  const until = Date.now() + minutes * 60_000;
  const searched = [...only];
  let cases = 0;
  let finds = 0;
  for (let turn = 0; searched.length > 0 && Date.now() < until; turn++) {
    const target = searched.shift()!;
    const { cases: tried, find } = await round(stage, target, {
      seed: path === undefined ? seed + turn : seed,
      withinMs: Math.max(Math.min(until - Date.now(), ROUND_MS), 5_000),
      ...(path !== undefined && { path }),
    });
    cases += tried;
    const left = Math.max(0, Math.round((until - Date.now()) / 1_000));
    if (find === null) {
      say(`${target.name}: seed ${seed + turn} is borne (${cases} cases, ${finds} finds, ${left} s left)`);
      if (path === undefined) searched.push(target);
    } else {
      finds += 1;
      process.stdout.write(`\n${described(find)}\n\n`);
    }
  }
  say(finds === 0 ? 'Nothing was found.' : `${finds} found.`);
  return finds === 0 ? 0 : 1;
}

async function main(flags: Flags): Promise<number> {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
  const folder = mkdtempSync(join(tmpdir(), 'layers-onboarding-fuzz-'));
  const [server, { code }] = await Promise.all([
    startDevServer({ headless: true, timeSkipping: true, log: say }),
    bundleWorkflowCode({
      workflowsPath: require.resolve('../src/workflows'),
      logger: new DefaultLogger('ERROR'),
      ...leanBundle,
    }),
  ]);
  const bundle = join(folder, 'workflow-bundle.js');
  writeFileSync(bundle, code);
  const stage = await openStage({ address: server.address, bundle });
  say(`Seed ${flags.seed}: ${flags.only.map(({ name }) => name).join(', ')}`);
  try {
    return await search(stage, flags);
  } finally {
    // A workflow that is wedged may keep its worker from ending: the process ends all the same.
    await Promise.race([stage.close(), new Promise((resolve) => setTimeout(resolve, 10_000))]);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a number above 0');
  return value;
};

const named = (text: string): Target[] =>
  text.split(',').map((name) => {
    const found = TARGETS.find((target) => target.name === name);
    if (!found) throw new InvalidArgumentError(`there are ${TARGETS.map((target) => target.name).join(', ')}`);
    return found;
  });

new Command('fuzz')
  .description('Sends generated garbage through every door of the product, and asks each time whether it still works.')
  .addOption(new Option('--minutes <n>', 'how long').default(10).argParser(positive))
  .addOption(
    new Option('--seed <n>', 'the same seed makes the same cases').default(Date.now() % 1_000_000).argParser(positive),
  )
  .addOption(new Option('--only <targets>', 'some of the targets, by comma').default(TARGETS, 'all').argParser(named))
  .addOption(new Option('--path <path>', 'one find, as it was printed; with --seed and one --only'))
  .addHelpText('after', `\nTargets:\n${TARGETS.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join('\n')}`)
  .action(async (flags: Flags) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(130));
    process.exit(await main(flags));
  })
  .parseAsync()
  .catch((error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  });
