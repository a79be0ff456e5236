import { audit, type Violation } from '../../chaos/audit';
import type { Evidence } from '../../chaos/judge/evidence';
import type { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm';
import { Clock } from '../clock/clock';
import { liveBy } from '../clock/virtualTime';
import { liveAround, Onboarding, type Owner } from '../people';
import type { Plan } from '../plan';
import type { HistoryEvent } from '../temporal/temporal';
import { Stage } from './stage';
import { Strikes } from './strikes';
import { witnessOf } from './witnesses';

export interface LiveOptions {
  workflows: ReusableVMWorkflowCreator;
  /** Keeps a line of all that happens. */
  trace?: boolean;
  /** Keeps the histories. */
  keep?: boolean;
}

/** What became of a world. */
export interface Lived {
  plan: Plan;
  violations: Violation[];
  /** What no plan allows: the product, the model or its people have failed. */
  problems: string[];
  trace: string[];
  histories: { workflowId: string; runId: string; history: { events: HistoryEvent[] } }[];
  counts: { entries: number; requests: number; historyEvents: number; executions: number };
  /** Entries of the clock until all had ended: the moments at which it can be struck. */
  momentsOfRun: number;
  /** How the runs of each onboarding have ended, oldest first. */
  endings: { customer: string; runs: string[] }[];
  /** Until all had ended. */
  virtualMs: number;
}

const HOUR_MS = 3_600_000;
const LONGEST_MS = 90 * 24 * HOUR_MS;
const MOST_ENTRIES = 60_000;
/** By then all that was under way at Layers has come to its end. */
const AFTERMATH_MS = 2 * HOUR_MS;

/** Plays one world from its plan to its end, and judges it. The same plan gives the same, in any process and after any others. */
export async function live(plan: Plan, { workflows, trace = false, keep = false }: LiveOptions): Promise<Lived> {
  const clock = new Clock(plan.seed * 7_919 + 13, plan.startAt);
  const lines: string[] = [];
  const say = (line: string): void => {
    if (trace) lines.push(`${new Date(clock.now).toISOString()} ${line}`);
  };
  liveBy(clock);
  const stage = new Stage(plan, clock, workflows, say);
  try {
    await stage.prepare();
    const { momentsOfRun, endedAt, onboardings } = await pass(stage);
    const { service, journal, sandbox } = stage;
    const evidence = evidenceOf(stage, onboardings);
    const violations = audit(evidence);
    const { executions } = service;
    if (trace) lines.push(...sandbox.ledger().map((entry) => JSON.stringify(entry)));
    return {
      ...{ plan, violations, momentsOfRun, trace: lines },
      problems: journal.problems,
      histories: keep
        ? executions.map(({ workflowId, runId, history }) => ({ workflowId, runId, history: { events: history } }))
        : [],
      counts: {
        entries: clock.happened,
        requests: evidence.ledger.filter(({ type }) => type === 'request').length,
        historyEvents: executions.reduce((sum, { history }) => sum + history.length, 0),
        executions: executions.length,
      },
      endings: evidence.witnesses.map(({ customer, runs }) => ({ customer, runs: runs.map(endingOf) })),
      virtualMs: endedAt - plan.startAt,
    };
  } finally {
    stage.close();
    liveBy(null);
  }
}

interface Passed {
  onboardings: Onboarding[];
  momentsOfRun: number;
  endedAt: number;
}

/** Lets people and machines live until all is over, and for a while after that. */
async function pass(stage: Stage): Promise<Passed> {
  const { plan, clock, service, journal, lists, around } = stage;
  const onboardings = plan.onboardings.map((one) => new Onboarding(around, one));
  const owners = onboardings.map(liveAround);
  const strikes = new Strikes(stage, onboardings);
  troubleWorkers(stage);
  const most = MOST_ENTRIES * onboardings.length;
  const isOver = (): boolean => {
    lists.refresh();
    strikes.strike();
    return journal.isHopeless || (areDone(owners) && service.executions.every(({ status }) => status !== 'RUNNING'));
  };
  const stop = await clock.run(isOver, plan.startAt + LONGEST_MS, most);
  const [momentsOfRun, endedAt] = [clock.happened, clock.now];
  if (stop !== 'done') {
    const rows = onboardings.map(({ row, plan: { customer } }) => `${customer}: ${JSON.stringify(row)}`);
    journal.problems.push(`not over: ${stop} after ${momentsOfRun} entries; ${rows.join('; ')}`);
  } else if (!journal.isHopeless) await clock.run(() => false, endedAt + AFTERMATH_MS);
  return { onboardings, momentsOfRun, endedAt };
}

const areDone = (owners: readonly Owner[]): boolean => owners.every(({ isDone }) => isDone);

function troubleWorkers(stage: Stage): void {
  const { plan, clock, service } = stage;
  for (const { afterMs, ms } of plan.freezes) clock.in(afterMs, () => service.freezeWorkers(ms));
  if (plan.rotation !== null) clock.in(plan.rotation.afterMs, () => stage.rotateKey(plan.rotation!.isOldRevoked));
}

function evidenceOf(stage: Stage, onboardings: readonly Onboarding[]): Evidence {
  const { sandbox, journal, struck, secrets, plan, operatorKeyId, logLines } = stage;
  const { reads, writes, starts } = plan.limits;
  return {
    ledger: sandbox.ledger(),
    witnesses: onboardings.map((onboarding) => witnessOf(stage, onboarding)),
    approvals: journal.approvals,
    resets: journal.resets,
    skips: [],
    strikes: [...struck, ...journal.forgotten.map((span) => ({ kind: 'worker killed' as const, ...span }))],
    operatorKeyId,
    limits: { 'read-light': reads, 'write-light': writes, 'long-running': starts },
    secrets: secrets.all,
    texts: [{ name: 'the log', text: logLines.join('') }],
    replayFailures: [],
  };
}

const endingOf = ({ ending, result, failureType }: Evidence['witnesses'][number]['runs'][number]): string =>
  result?.outcome ?? failureType ?? ending;
