import { readFileSync } from 'node:fs';
import type { History } from '@temporalio/common/lib/proto-utils';
import type { LedgerEntry, RequestEntry } from '../../src/sandbox';
import { inputOf } from '../plan/inputs';
import type { OnboardingPlan } from '../plan/onboarding';
import type { Stage } from '../stage/stage';
import { insist } from '../stage/until';
import type { Approval, Journal, Reset, StrikeRecord } from '../storm/journal';
import { textOf, timelineOf, type Timeline } from './timeline';

/** One run of a workflow, by its history. */
export interface RunRecord extends Timeline {
  runId: string;
  /** Everything readable in its history. */
  text: string;
}

/** One customer's onboarding: how it was to end, and what is left of it. */
export interface Witness {
  customer: string;
  workflowId: string;
  plan: Pick<OnboardingPlan, 'ending' | 'again' | 'changes' | 'account' | 'accountId' | 'onCancel'>;
  /** When its post was to go out, by the clocks of a zone: `YYYY-MM-DDTHH:MM`. `null` where nothing was to be posted. */
  postAt: { local: string; timezone: string } | null;
  /** Oldest first. A reset leaves the run that it took the place of. */
  runs: RunRecord[];
}

/** What the auditor judges: the sandbox's ledger, the histories, the logs, and what people did. It has what happened, not what the harness believes to have brought about. */
export interface Evidence {
  ledger: readonly LedgerEntry[];
  witnesses: readonly Witness[];
  approvals: readonly Approval[];
  resets: readonly Pick<Reset, 'customer' | 'runId' | 'at'>[];
  skips: readonly { customer: string; at: number }[];
  /** Moments at which processes were struck: what they were told then, they could not pass on. */
  strikes: readonly Pick<StrikeRecord, 'kind' | 'from' | 'to'>[];
  /** The operator's own key: the auditor leaves out what was done with it. */
  operatorKeyId: string | null;
  /** Requests per minute and key. */
  limits: Record<RequestEntry['class'], number>;
  secrets: readonly string[];
  /** Logs and other texts in which no secret may stand. */
  texts: readonly { name: string; text: string }[];
  /** Histories that do not replay, and why. */
  replayFailures: readonly { workflowId: string; runId: string; reason: string }[];
}

export interface Collected {
  witnesses: Witness[];
  histories: { workflowId: string; runId: string; history: History }[];
}

/** Fetches every run of every onboarding. */
export async function collect(
  stage: Stage,
  journeys: readonly { workflowId: string; plan: OnboardingPlan }[],
): Promise<Collected> {
  const { client, taskQueue } = stage;
  const runIds = new Map<string, string[]>();
  await insist(async () => {
    runIds.clear();
    for await (const { workflowId, runId } of client.workflow.list({
      query: `TaskQueue = "${taskQueue}"`,
      pageSize: 1_000,
    }))
      runIds.set(workflowId, [...(runIds.get(workflowId) ?? []), runId]);
  });
  const histories: Collected['histories'] = [];
  const witnesses: Witness[] = [];
  for (const { workflowId, plan } of journeys) {
    const runs: RunRecord[] = [];
    for (const runId of runIds.get(workflowId) ?? []) {
      const history = await insist(() => client.workflow.getHandle(workflowId, runId).fetchHistory());
      histories.push({ workflowId, runId, history });
      runs.push({ runId, ...timelineOf(history), text: textOf(history) });
    }
    // A reset copies the beginning of its run, so the starts may be the same; the newest is still listed first.
    runs.reverse().sort((a, b) => a.startedAt - b.startedAt);
    const { schedule, project } = inputOf(plan);
    const postAt = schedule === undefined ? null : { local: schedule.at, timezone: project.timezone };
    witnesses.push({ customer: plan.customer, workflowId, plan, postAt, runs });
  }
  return { witnesses, histories };
}

export function evidenceOf(
  stage: Stage,
  journal: Journal,
  { witnesses }: Pick<Collected, 'witnesses'>,
  more: Pick<Evidence, 'limits' | 'replayFailures'>,
): Evidence {
  return {
    ledger: stage.sandbox.ledger(),
    witnesses,
    approvals: journal.approvals,
    resets: journal.resets,
    skips: journal.skips,
    strikes: journal.strikes,
    operatorKeyId: stage.operatorKeyId,
    secrets: stage.secrets,
    texts: stage.logFiles().map((file) => ({ name: file.split('/').at(-1)!, text: readFileSync(file, 'utf8') })),
    ...more,
  };
}
