import { randomUUID } from 'node:crypto';
import { layersEvent } from '../../src/contract/messages';
import type { LedgerEntry } from '../../src/sandbox';
import type { Point, StrikeKind } from '../plan/points';
import { aimRule } from '../plan/rules';
import { pauseWrites, unpauseWrites } from '../stage/queues';
import { insist, pause, until } from '../stage/until';
import { release } from './arming';
import type { StormContext } from './context';
import type { StrikeRecord } from './journal';
import type { Journey } from './journey';

/**
 * So many are told something while nothing runs, to measure when they go on. Few, since it is not measured here how many
 * workflows a cold worker rebuilds in a second.
 */
const NUDGED = 6;
/** From here on a call is given to another worker. */
const HEARTBEAT_MS = 12_000;
/** Until then a call that was in flight has been given to another worker. */
const RECOVERY_MS = 18_000;

type ProcessStrike = Exclude<StrikeKind, 'history reset'>;

/** `recovered` resolves when what was in flight has been sent again. */
export interface Struck {
  recovered: Promise<unknown>;
}

/**
 * Strikes a process within milliseconds of the onboardings being where they are to be found. The queues are paused and what is
 * due queues up (before send); held answers go out and are reported (after the report); the process freezes or dies; more
 * answers go out, which it cannot report any more (after the answer); those still held have had their effect and no answer
 * (after the effect).
 */
export async function strikeProcess(
  context: StormContext,
  kind: ProcessStrike,
  freezeMs: number,
  journeys: readonly Journey[],
): Promise<Struck> {
  const { stage, ledger, journal } = context;
  const aimed = (point: Point): Journey[] => journeys.filter(({ plan }) => plan.aim?.point === point);
  const [queued, answered, reported] = [aimed('before send'), aimed('after the answer'), aimed('after the report')];
  await pauseWrites(stage);
  await release(context, queued);
  await Promise.all(queued.map((journey) => until(() => isQueued(context, journey), 3_000)));
  const before = await Promise.all(reported.map((journey) => newestReport(context, journey)));
  await release(context, reported);
  const isReported = async (): Promise<boolean> =>
    (await Promise.all(reported.map((one) => newestReport(context, one)))).some((id, index) => id > before[index]!);
  if (reported.length > 0) await until(isReported, 1_500, 0);

  const record: StrikeRecord & { kind: ProcessStrike } = { kind, from: Date.now(), to: 0, runningAt: null, nudged: [] };
  if (kind === 'server restarted') await stage.server!.kill();
  else stage.workers.freeze();
  await release(context, answered);
  await until(() => !answered.some(({ plan }) => ledger.holds(aimRule(plan.customer))), 1_000, 5);
  record.to = Date.now();
  journal.strikes.push(record);
  const unanswered = aimed('after the effect');
  await recover(context, record, freezeMs, unanswered);
  return { recovered: goneOn(context, record, unanswered) };
}

/** What dies is started anew; what is frozen goes on, perhaps long after others have taken its work. */
async function recover(
  context: StormContext,
  record: StrikeRecord & { kind: ProcessStrike },
  freezeMs: number,
  unanswered: readonly Journey[],
): Promise<void> {
  const { kind } = record;
  const { stage } = context;
  const { workers, layers } = stage;
  switch (kind) {
    case 'server restarted':
      await pause(1_000);
      await stage.server!.restart();
      await insist(() => unpauseWrites(stage));
      await release(context, unanswered);
      break;
    case 'worker stopped':
      await unpauseWrites(stage);
      if (freezeMs > HEARTBEAT_MS) await workers.start();
      record.runningAt = Date.now();
      await pause(freezeMs / 2);
      await release(context, unanswered);
      await pause(Math.max(record.from + freezeMs - Date.now(), 0));
      workers.thaw();
      break;
    case 'worker killed':
    case 'key rotated': {
      await workers.kill();
      const oldKey = workers.apiKey;
      if (kind === 'key rotated') workers.apiKey = stage.nextApiKey();
      await unpauseWrites(stage);
      record.nudged = await nudge(context);
      await workers.start();
      record.runningAt = Date.now();
      if (kind === 'key rotated') await layers.control('POST', '/keys', { key: oldKey, revoked: true });
      await release(context, unanswered);
      break;
    }
  }
  record.runningAt ??= Date.now();
}

/** Until every call that was in flight at the strike has been answered, and where its worker is gone, sent again. */
function goneOn(
  { ledger, stage }: StormContext,
  { kind, from }: StrikeRecord,
  unanswered: readonly Journey[],
): Promise<boolean> {
  const isLost = kind === 'worker killed' || kind === 'key rotated';
  const hasGoneOn = ({ plan }: Journey): boolean => {
    const held = ledger.met(aimRule(plan.customer));
    if (held === undefined) return true;
    if (!isLost) return held.answeredAt !== null;
    const isAgain = (entry: LedgerEntry): boolean =>
      entry.type === 'request' && entry.idempotencyKey === held.idempotencyKey && Date.parse(entry.at) > from;
    return stage.sandbox.ledger().some(isAgain);
  };
  return until(() => unanswered.every(hasGoneOn), RECOVERY_MS, 100);
}

/** A call is due, and its queue does not hand it out. */
async function isQueued({ stage }: StormContext, { workflowId }: Journey): Promise<boolean> {
  const { raw } = await stage.client.workflow.getHandle(workflowId).describe();
  const SCHEDULED = 1;
  return (raw.pendingActivities ?? []).some(
    ({ state, activityType }) =>
      state === SCHEDULED && ['createProject', 'remixSlideshow'].includes(activityType?.name ?? ''),
  );
}

/** The event in which the last call of an onboarding was reported. */
async function newestReport({ stage }: StormContext, { workflowId }: Journey): Promise<number> {
  const { client, namespace } = stage;
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace,
    execution: { workflowId },
    maximumPageSize: 5,
  });
  const report = history?.events?.find((event) => event.activityTaskCompletedEventAttributes != null);
  return Number(report?.eventId ?? 0);
}

/** Signals some onboardings that wait for a person, while no worker is there to take it: by this their wake-up is measured. */
async function nudge({ stage, fleet }: StormContext): Promise<string[]> {
  const waiting = fleet.idle().slice(0, NUDGED);
  await Promise.all(
    waiting.map((workflowId) =>
      stage.client.workflow
        .getHandle(workflowId)
        .signal(layersEvent, { id: `evt_${randomUUID()}`, type: 'test.ping', data: {} })
        .catch(() => undefined),
    ),
  );
  return waiting;
}
