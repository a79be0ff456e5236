import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { explore, exploreEvery, explorePairs, type Explored } from './explore/explore';
import { everyMoment, STRIKE_KINDS, type Case, type StrikeKind } from './explore/moments';
import { Pool } from './explore/pool';
import { findPlanted } from './explore/planted';
import { renderExplored, renderPlanted, renderStory } from './explore/report';
import { worldsOf } from './explore/seeds';
import { judgedByCore } from './judge/core';
import { MUTANTS } from './mutants';
import { PLAIN_ENDINGS, type PlainEnding } from './plan';
import { bundleWorkflows } from './world/workflowCode';

interface Range {
  first: number;
  last: number;
}

interface Common {
  trace: boolean;
  core: number;
  json: boolean;
  mutant?: string;
  stop: boolean;
}

interface Exploration extends Common {
  ending: PlainEnding;
  strike: StrikeKind[];
  at?: number;
  lose?: number;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** `42` or `1-1000`. */
function range(text: string): Range {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (first === undefined || Number(last) < Number(first) || Number(first) < 1)
    throw new InvalidArgumentError('must be a seed like 42, or a range like 1-1000.');
  return { first: Number(first), last: Number(last) };
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('must be a whole number.');
  return Number(text);
}

function strikes(text: string): StrikeKind[] {
  const kinds = text.split(',').map((kind) => kind.trim());
  const unknown = kinds.find((kind) => !(STRIKE_KINDS as readonly string[]).includes(kind));
  if (unknown !== undefined) throw new InvalidArgumentError(`knows ${STRIKE_KINDS.join(', ')}; not "${unknown}".`);
  return kinds as StrikeKind[];
}

/** Bundles the workflows, plays, has the real Core judge some of it, and says what was found. */
async function run(
  { core, json, mutant, stop }: Common,
  play: (pool: Pool, options: { keepHistories: number; stopAtFirst: boolean }) => Promise<Explored>,
): Promise<number> {
  return withBundle(async (bundle) => {
    const pool = new Pool(bundle, mutant === undefined ? {} : { mutant });
    try {
      const explored = await play(pool, { keepHistories: core, stopAtFirst: stop });
      pool.close();
      const judged = core === 0 ? null : await judgedByCore(bundle, explored.histories);
      process.stdout.write(renderExplored(explored, judged, { json, cores: pool.size }));
      return explored.faulty > 0 || (judged?.refused.length ?? 0) > 0 ? 1 : 0;
    } finally {
      pool.close();
    }
  });
}

/** Workflows are bundled once, for all processes that play worlds. */
async function withBundle<T>(act: (bundle: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'layers-onboarding-simulate-'));
  try {
    const bundle = join(folder, 'workflow-bundle.js');
    writeFileSync(bundle, await bundleWorkflows());
    return await act(bundle);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One world, with all that is known of it. */
async function trace({ plan }: Case, { mutant }: Pick<Common, 'mutant'>): Promise<number> {
  return withBundle(async (bundle) => {
    const pool = new Pool(bundle, { size: 1, ...(mutant === undefined ? {} : { mutant }) });
    try {
      const verdict = await pool.live(plan, { trace: true });
      process.stdout.write(renderStory(verdict));
      return verdict.problems.length + verdict.violations.length > 0 ? 1 : 0;
    } finally {
      pool.close();
    }
  });
}

const progress = (worlds: number, faulty: number): void => say(`  ${worlds} worlds, ${faulty} with a fault`);

const withCommon = (command: Command): Command =>
  command
    .option('--trace', 'play one world and tell all that happens in it', false)
    .addOption(
      new Option('--core <n>', 'have the real Core replay the histories of so many worlds').default(0).argParser(whole),
    )
    .option('--stop', 'end at the first fault', false)
    .option('--json', 'the report as one line of JSON', false)
    .addOption(new Option('--mutant <name>', 'put in a known defect, to see it found').choices(MUTANTS));

const seedArgument = (): Argument => new Argument('<seed>', 'of the people and their times').argParser(whole);

const withRun = (command: Command): Command =>
  withCommon(command)
    .addArgument(seedArgument())
    .addOption(
      new Option('--ending <name>', 'how the onboarding ends if nothing strikes it')
        .choices(PLAIN_ENDINGS)
        .default('scheduled'),
    )
    .addOption(
      new Option('--strike <kinds>', 'only these, separated by commas').default([...STRIKE_KINDS]).argParser(strikes),
    )
    .addOption(new Option('--at <moment>', 'strike only after this one').argParser(whole))
    .addOption(new Option('--lose <n>', 'lose only the answer to this request, counted from 1').argParser(whole));

const program = new Command('simulate')
  .description(
    'Plays onboardings with everything that can go wrong in virtual time, and proves that nothing was done twice and nothing was lost.',
  )
  .showHelpAfterError('(--help says more)');

withCommon(program.command('seeds', { isDefault: true }))
  .description('worlds as seeds plan them: `42`, or `1-1000`')
  .argument('[seeds]', 'a seed or a range of them', range, { first: 1, last: 300 })
  .action(async (seeds: Range, flags: Common) => {
    const [first] = worldsOf(seeds);
    process.exitCode =
      flags.trace && first !== undefined
        ? await trace(first, flags)
        : await run(flags, (pool, options) => explore(pool, worldsOf(seeds), { ...options, progress }));
  });

/** Struck at the one moment that is named, and told; or at all of them. */
const strikeRuns =
  (exploreAll: typeof exploreEvery) =>
  async (seed: number, flags: Exploration): Promise<void> => {
    const exploring = { seed, ending: flags.ending, strikes: flags.strike };
    process.exitCode =
      flags.at !== undefined
        ? await trace(only(everyMoment(exploring, flags.at, flags.lose), flags.at), flags)
        : await run(flags, (pool, options) => exploreAll(pool, exploring, { ...options, progress }));
  };

withRun(program.command('every'))
  .description('one run, struck after every single one of its moments')
  .action(strikeRuns(exploreEvery));

withRun(program.command('pairs'))
  .description('the same, beside the loss of the answer to every single request')
  .action(strikeRuns(explorePairs));

program
  .command('planted')
  .description('puts known defects in, one after the other, and looks for each')
  .addOption(new Option('--seeds <n>', 'worlds before every moment is tried').default(400).argParser(whole))
  .addOption(new Option('--only <name>', 'just this one').choices(MUTANTS))
  .action(async ({ seeds, only: one }: { seeds: number; only?: string }) => {
    await withBundle(async (bundle) => {
      for (const name of one === undefined ? MUTANTS : [one]) {
        const planted = await findPlanted(bundle, name, seeds);
        process.stdout.write(renderPlanted(planted));
        if (planted.foundBy === null) process.exitCode = 1;
      }
    });
  });

/** The last moment of the first kind of strike. */
function only(cases: Iterable<Case>, at: number): Case {
  const wanted = [...cases][at - 1];
  if (wanted === undefined) throw new InvalidArgumentError('--at must be 1 or more.');
  return wanted;
}

program.parseAsync().then(
  () => process.exit(),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
