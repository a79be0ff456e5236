import { plainPlan } from '../plan';
import { Findings, type Finding } from './findings';
import { everyMoment, type Case, type Exploring } from './moments';
import type { Pool } from './pool';
import { faultsOf, kindOf, type Verdict } from './verdict';

export interface Explored {
  worlds: number;
  onboardings: number;
  /** Worlds with a fault. */
  faulty: number;
  findings: Finding[];
  /** Of the first worlds, where they were asked for. */
  histories: Verdict['histories'];
  tookMs: number;
}

export interface ExploreOptions {
  /** So many worlds' histories are kept. */
  keepHistories?: number;
  stopAtFirst?: boolean;
  /** Plays a faulty world once more, without a planted defect: what is found there as well, the defect has not caused. */
  clean?: Pool;
  /** Called now and then with how many worlds have been played. */
  progress?: (worlds: number, faulty: number) => void;
}

const PROGRESS_EVERY = 100;

/** Plays worlds and collects what must not be. */
export async function explore(
  pool: Pool,
  cases: Iterable<Case>,
  { keepHistories = 0, stopAtFirst = false, clean, progress }: ExploreOptions = {},
): Promise<Explored> {
  const startedAt = Date.now();
  const findings = new Findings();
  const commands: string[] = [];
  const histories: Verdict['histories'] = [];
  let [worlds, onboardings, faulty] = [0, 0, 0];
  function* plans(wanted: (index: number) => boolean): Generator<{ plan: Case['plan']; histories: boolean }> {
    let index = 0;
    for (const { plan, command } of cases) {
      commands.push(command);
      yield { plan, histories: wanted(index++) };
    }
  }
  for await (const verdict of pool.each(plans((index) => index < keepHistories))) {
    const isSuspect = clean !== undefined && faultsOf(verdict).length > 0;
    const known = isSuspect ? faultsOf(await clean.live(verdict.plan)).map(kindOf) : [];
    if (findings.add(verdict, commands[worlds]!, new Set(known))) faulty += 1;
    worlds += 1;
    onboardings += verdict.endings.reduce((sum, { runs }) => sum + runs.length, 0);
    histories.push(...verdict.histories);
    if (worlds % PROGRESS_EVERY === 0) progress?.(worlds, faulty);
    if (stopAtFirst && faulty > 0) break;
  }
  return { worlds, onboardings, faulty, findings: findings.all, histories, tookMs: Date.now() - startedAt };
}

/** After every moment of one run, a strike of each kind. */
export async function exploreEvery(pool: Pool, run: Exploring, options?: ExploreOptions): Promise<Explored> {
  const { momentsOfRun } = await pool.live(plainPlan(run.seed, run.ending));
  return explore(pool, everyMoment(run, momentsOfRun), options);
}

/** The same beside the loss of the answer to every single request. */
export async function explorePairs(pool: Pool, run: Exploring, options?: ExploreOptions): Promise<Explored> {
  const { counts } = await pool.live(plainPlan(run.seed, run.ending));
  const moments: number[] = [];
  for (let lost = 1; lost <= counts.requests; lost += 1)
    moments.push((await pool.live(plainPlan(run.seed, run.ending, { loseAnswerTo: lost }))).momentsOfRun);
  function* all(): Generator<Case> {
    for (const [index, most] of moments.entries()) yield* everyMoment(run, most, index + 1);
  }
  return explore(pool, all(), options);
}
