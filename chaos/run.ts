import { mkdirSync } from 'node:fs';
import type { RateLimits } from '../src/config';
import { audit, type Violation } from './audit';
import { busiestMinutes, type BusiestMinute } from './audit/limits';
import { Model } from './audit/model';
import { collect, evidenceOf, type Evidence } from './judge/evidence';
import { countHits, type Hits } from './judge/hits';
import { measureRecovery, type Recovery } from './judge/recovery';
import { replayAll } from './judge/replay';
import type { ChaosPlan } from './plan';
import { cellOfRule } from './plan/cells';
import { stopRule } from './plan/rules';
import { Fleet } from './stage/fleet';
import { LedgerIndex } from './stage/ledgerIndex';
import { openStage, type Stage } from './stage/stage';
import { until } from './stage/until';
import { Journal } from './storm/journal';
import { Journey, type JourneyContext } from './storm/journey';
import { Striker } from './storm/striker';

export interface ChaosOptions {
  plan: ChaosPlan;
  folder: string;
  /** File with the workflow bundle that is put to the test. */
  bundle: string;
  perMinute: RateLimits;
  temporalAddress?: string;
  /** After the storm, for what is still under way: first its faults, then the rest. */
  patience?: { faultsMs: number; drainMs: number };
  say?: (line: string) => void;
}

export interface ChaosReport {
  seed: number;
  onboardings: number;
  endings: Record<string, number>;
  hits: Hits;
  violations: Violation[];
  recovery: Recovery;
  busiest: BusiestMinute[];
  requests: number;
  /** Answers that came from the key instead of a second execution. */
  replayed: number;
  histories: number;
  strikes: Record<string, number>;
  /** Workers that ended by themselves; started anew as a supervisor would. */
  crashes: number;
  troubles: string[];
  /** Seconds of each phase. */
  seconds: Record<string, number>;
  evidence: Evidence;
}

/** A minute for what has been asked to wait for one, and as much again. */
const PATIENCE = { faultsMs: 100_000, drainMs: 150_000 };

/** Storm, heal, drain, audit. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { plan, folder, bundle, perMinute, say = () => undefined } = options;
  const clock = stopwatch();
  mkdirSync(folder, { recursive: true });
  say('Starting the Temporal server, the sandbox, the gateway and a worker …');
  const stage = await openStage({ ...options, seed: plan.seed });
  const fleet = new Fleet(stage);
  try {
    await stage.workers.start();
    const context: JourneyContext = { stage, fleet, ledger: new LedgerIndex(stage.sandbox), journal: new Journal() };
    clock.phase('setup');
    const { journeys, silentRules } = await storm(context, options, clock, say);
    say('Auditing …');
    const collected = await collect(stage, journeys);
    clock.phase('collect');
    await fleet.stop();
    const replayFailures = await replayAll(bundle, collected);
    clock.phase('replay');
    const { reads, writes, starts } = perMinute;
    const limits = { 'read-light': reads, 'write-light': writes, 'long-running': starts };
    const evidence = evidenceOf(stage, context.journal, collected, { limits, replayFailures });
    const violations = audit(evidence);
    clock.phase('audit');
    return {
      seed: plan.seed,
      onboardings: journeys.length,
      endings: tally(journeys.map((journey) => journey.plan.ending + (journey.plan.again ? ', then scheduled' : ''))),
      hits: countHits(evidence, { ...context.journal, silentRules }),
      violations,
      recovery: measureRecovery(evidence, context.journal.strikes),
      busiest: busiestMinutes(new Model(evidence)),
      requests: evidence.ledger.filter(({ type }) => type === 'request').length,
      replayed: evidence.ledger.filter((entry) => entry.type === 'request' && entry.replayed).length,
      histories: collected.histories.length,
      strikes: tally([
        ...context.journal.strikes.map(({ kind }) => kind),
        ...context.journal.resets.map(() => 'history reset'),
      ]),
      crashes: stage.workers.crashes,
      troubles: context.journal.troubles,
      seconds: clock.seconds,
      evidence,
    };
  } finally {
    await fleet.stop();
    await stage.close();
  }
}

async function storm(
  context: JourneyContext,
  { plan, patience = PATIENCE }: ChaosOptions,
  clock: Stopwatch,
  say: (line: string) => void,
): Promise<{ journeys: Journey[]; silentRules: { id: string; matches: number }[] }> {
  const { stage } = context;
  const journeys: Journey[] = [];
  const running: Promise<void>[] = [];
  let late = false;
  const striker = new Striker(context);
  for (const [index, wave] of plan.waves.entries()) {
    await striker.mayStart();
    const mine = wave.onboardings.map((one) => new Journey(context, one));
    journeys.push(...mine);
    running.push(...mine.map((journey) => journey.run(() => late)));
    await striker.strike(wave, mine);
    const ended = journeys.filter((journey) => journey.ended).length;
    say(
      `Wave ${index + 1} of ${plan.waves.length}: ${wave.strike ?? 'no strike'}; ${journeys.length} started, ${ended} ended`,
    );
  }
  clock.phase('storm');

  const open = (): Journey[] => journeys.filter((journey) => !journey.ended);
  await until(() => !open().some((journey) => journey.awaitsFaults), patience.faultsMs, 250);
  say(`Healing; ${open().length} are still under way …`);
  const silentRules = await heal(stage);
  const patienceEnds = setTimeout(() => (late = true), patience.drainMs);
  await Promise.all(running);
  clearTimeout(patienceEnds);
  clock.phase('heal and drain');
  return { journeys, silentRules };
}

/**
 * No more faults; what rules did that no request shows is read before they go. How an onboarding is to end is no fault: one
 * that is late still meets it.
 */
async function heal({ layers }: Stage): Promise<{ id: string; matches: number }[]> {
  const { rules } = (await layers.control('GET', '/faults')) as {
    rules: { id: string; matches: number; action: { kind: string } }[];
  };
  // Those that an operator mends, or that stand for a day that has passed, end by themselves.
  for (const { id } of rules) if (!id.startsWith(stopRule(''))) await layers.removeRule(id);
  return rules.filter(({ id, action }) => cellOfRule(id) !== null && ['webhook', 'deny-consent'].includes(action.kind));
}

const tally = (names: string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

type Stopwatch = ReturnType<typeof stopwatch>;

function stopwatch() {
  const seconds: Record<string, number> = {};
  let since = Date.now();
  return {
    seconds,
    phase(name: string) {
      seconds[name] = Math.round((Date.now() - since) / 100) / 10;
      since = Date.now();
    },
  };
}
