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
import { Fleet } from './stage/fleet';
import { LedgerIndex } from './stage/ledgerIndex';
import { openStage } from './stage/stage';
import type { StormContext } from './storm/context';
import { Journal } from './storm/journal';
import { drain, storm, type Patience } from './storm/storm';

export interface ChaosOptions {
  plan: ChaosPlan;
  folder: string;
  /** File with the workflow bundle that is put to the test. */
  bundle: string;
  perMinute: RateLimits;
  temporalAddress?: string;
  patience?: Patience;
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
const PATIENCE: Patience = { faultsMs: 100_000, drainMs: 150_000 };

/** Storm, heal, drain, audit. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { plan, folder, bundle, perMinute, patience = PATIENCE, say = () => undefined } = options;
  const clock = stopwatch();
  mkdirSync(folder, { recursive: true });
  say('Starting the Temporal server, the sandbox, the gateway and a worker …');
  const stage = await openStage({ ...options, seed: plan.seed });
  const fleet = new Fleet(stage);
  try {
    await stage.workers.start();
    const context: StormContext = { stage, fleet, ledger: new LedgerIndex(stage.sandbox), journal: new Journal() };
    clock.phase('setup');
    const underWay = await storm(context, plan.waves, say);
    const { journeys } = underWay;
    clock.phase('storm');
    const silentRules = await drain(context, underWay, patience, say);
    clock.phase('heal and drain');
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

const tally = (names: string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

function stopwatch(): { seconds: Record<string, number>; phase(name: string): void } {
  const seconds: Record<string, number> = {};
  let since = Date.now();
  return {
    seconds,
    phase(name) {
      seconds[name] = Math.round((Date.now() - since) / 100) / 10;
      since = Date.now();
    },
  };
}
