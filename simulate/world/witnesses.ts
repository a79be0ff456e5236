import type { RunRecord, Witness } from '../../chaos/judge/evidence';
import { textOf, timelineOf } from '../../chaos/judge/timeline';
import type { Onboarding } from '../people';
import type { Ending, OnboardingPlan } from '../plan/onboarding';
import { TIMEZONE } from '../plan/inputs';
import type { Execution } from '../temporal/execution';
import type { Stage } from './stage';
import { toldIn, type Told } from './told';

/** A run with those that it continues, oldest first: one run for whoever judges. */
type Chain = readonly Execution[];

/** One customer's onboarding: how it was to end by what people have told it, and what is left of it. */
export function witnessOf({ service, journal }: Stage, { plan, workflowId }: Onboarding): Witness {
  const runs = service.executions.filter((run) => run.workflowId === workflowId);
  const chains = runs.filter(({ status }) => status !== 'CONTINUED_AS_NEW').map((last) => chainOf(last, runs));
  const isReplaced = (chain: Chain): boolean => journal.resets.some(({ runId }) => runId === chain.at(-1)!.runId);
  const kept = chains.filter((chain) => !isReplaced(chain));
  const told = kept.map((chain) => toldIn(chain.flatMap(({ history }) => history)));
  const endings = kept.map((chain, index) => toEnd(plan, chain.at(-1)!, told[index]!));
  const changes = told.some(({ decisions }) => decisions.some(({ decision }) => decision === 'requestChanges'));
  const postAt = journal.postAt.get(plan.customer);
  for (const [index, ending] of endings.slice(1).entries())
    if (index > 0 || ending !== 'scheduled')
      journal.problems.push(`${plan.customer} was to end ${endings.join(', then ')}: no plan wants that`);
  return {
    customer: plan.customer,
    workflowId,
    plan: { ...plan, changes, ending: endings[0] ?? plan.ending, again: endings.length > 1 },
    postAt: postAt === undefined ? null : { local: postAt, timezone: TIMEZONE },
    runs: chains.map(recordOf),
  };
}

function chainOf(last: Execution, runs: readonly Execution[]): Chain {
  const chain = [last];
  for (;;) {
    const continued = chain[0]!.history[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    const before = runs.find(({ runId }) => runId === continued);
    if (!continued || before === undefined) return chain;
    chain.unshift(before);
  }
}

function recordOf(chain: Chain): RunRecord {
  const all = chain.map(({ history }) => ({ ...timelineOf({ events: history }), text: textOf({ events: history }) }));
  const last = all.at(-1)!;
  const together = <T>(part: (one: (typeof all)[number]) => readonly T[]): T[] => all.flatMap(part);
  return {
    ...last,
    runId: chain.at(-1)!.runId,
    startedAt: all[0]!.startedAt,
    stopAskedAt: all.find(({ stopAskedAt }) => stopAskedAt !== null)?.stopAskedAt ?? null,
    calls: together(({ calls }) => calls),
    decidedAt: together(({ decidedAt }) => decidedAt),
    tasks: together(({ tasks }) => tasks),
    timers: together(({ timers }) => timers),
    stages: together(({ stages }) => stages),
    signals: together(({ signals }) => signals),
    text: together(({ text }) => [text]).join('\n'),
  };
}

/** A cancel that came too late changes nothing; whoever decides first, decides. */
function toEnd(plan: OnboardingPlan, { status }: Execution, told: Told): Ending {
  if (told.isCancelled && status === 'CANCELLED') return 'cancelled';
  if (told.isAborted) return 'aborted';
  const last = told.decisions.filter(({ decision }) => decision !== 'requestChanges').at(-1)?.decision;
  if (last === 'reject') return 'rejected';
  if (last === undefined && !told.mayBeApproved) return 'expired';
  return plan.account === 'none' || told.isPostSkipped ? 'ready' : 'scheduled';
}
