import { randomUUID } from 'node:crypto';
import { layersEvent } from '../../src/contract/messages';
import type { LedgerEntry } from '../../src/sandbox';
import type { OnboardingPlan } from '../plan/onboarding';
import type { Wave } from '../plan/plan';
import type { Point, StrikeKind } from '../plan/points';
import { aimRule } from '../plan/rules';
import { pauseWrites, unpauseWrites } from '../stage/queues';
import { resetToBeginning } from '../stage/reset';
import { insist, pause, until } from '../stage/until';
import type { StrikeRecord } from './journal';
import type { Journey, JourneyContext } from './journey';

/** Longest wait for everybody to be where the strike is to find them. */
const ARM_MS = 15_000;
/**
 * As many as are told something while nothing runs, to measure when they go on. Few, since it is not measured here how many
 * workflows a cold worker rebuilds in a second.
 */
const NUDGED = 6;
/** From here on a call is given to another worker. */
const HEARTBEAT_MS = 12_000;
/** Until then a call that was in flight has been given to another worker. */
const RECOVERY_MS = 18_000;
/** Less than what was in flight takes to go on, by about the time that a wave needs to be where it is to be struck. */
const HEAD_START_MS = 8_000;

/**
 * One strike against one wave. Holds keep the onboardings where their plan wants them found; then, within milliseconds:
 * the queues are paused and what is due queues up (before send); held answers go out and are reported (after the report); the
 * process freezes or dies; more answers go out that nobody can report (after the answer); those still held had their effect
 * and no answer (after the effect). Others wait, or are under review.
 */
export class Striker {
  /** Until what was in flight has been sent again: a strike in between would hide how long that takes. */
  private recovered: Promise<unknown> = Promise.resolve();

  constructor(private readonly context: JourneyContext) {}

  /** Resolves when the next wave may start, so that it is armed about when the last one has gone on, and is held no longer. */
  async mayStart(): Promise<void> {
    await Promise.race([this.recovered, pause(HEAD_START_MS)]);
  }

  async strike({ strike, freezeMs }: Wave, journeys: readonly Journey[]): Promise<void> {
    const aimed = (point: Point): Journey[] => journeys.filter(({ plan }) => plan.aim?.point === point);
    await this.recovered;
    await until(() => journeys.every((journey) => this.isArmed(journey)), ARM_MS);
    if (strike === 'history reset') await this.reset(journeys);
    else if (strike !== null) await this.process(strike, freezeMs, aimed);
    for (const journey of journeys) journey.struck = true;
    // Whoever came too late for its strike goes on unheld.
    await this.release(journeys);
  }

  private isArmed({ plan, workflowId, ended }: Journey): boolean {
    const { fleet, ledger } = this.context;
    if (plan.aim === null || ended) return true;
    const view = fleet.view(workflowId);
    if (view !== undefined && !view.running) return true;
    if (plan.aim.point === 'during review') return view?.attention === 'reviewer';
    if (plan.aim.point === 'during a wait') return ledger.met(aimRule(plan.customer)) !== undefined;
    return ledger.holds(aimRule(plan.customer));
  }

  private async process(
    kind: Exclude<StrikeKind, 'history reset'>,
    freezeMs: number,
    aimed: (point: Point) => Journey[],
  ): Promise<void> {
    const { stage, ledger, journal } = this.context;
    const [queued, answered, reported] = [aimed('before send'), aimed('after the answer'), aimed('after the report')];
    await pauseWrites(stage);
    await this.release(queued);
    await Promise.all(queued.map((journey) => until(() => this.isQueued(journey), 3_000)));
    const before = await Promise.all(reported.map((journey) => this.newestReport(journey)));
    await this.release(reported);
    const isReported = async (): Promise<boolean> =>
      (await Promise.all(reported.map((one) => this.newestReport(one)))).some((id, index) => id > before[index]!);
    if (reported.length > 0) await until(isReported, 1_500, 0);

    const record: StrikeRecord = { kind, from: Date.now(), to: 0, runningAt: null, nudged: [] };
    if (kind === 'server restarted') await stage.server!.kill();
    else stage.workers.freeze();
    await this.release(answered);
    await until(() => !answered.some(({ plan }) => ledger.holds(aimRule(plan.customer))), 1_000, 5);
    record.to = Date.now();
    journal.strikes.push(record);
    await this.recover(kind, freezeMs, record, aimed('after the effect'));
  }

  /** What dies is started anew; what is frozen goes on, perhaps long after others have taken its work. */
  private async recover(
    kind: Exclude<StrikeKind, 'history reset'>,
    freezeMs: number,
    record: StrikeRecord,
    unanswered: readonly Journey[],
  ): Promise<void> {
    const { stage } = this.context;
    const { workers, layers } = stage;
    switch (kind) {
      case 'server restarted':
        await pause(1_000);
        await stage.server!.restart();
        await insist(() => unpauseWrites(stage));
        await this.release(unanswered);
        break;
      case 'worker stopped':
        await unpauseWrites(stage);
        if (freezeMs > HEARTBEAT_MS) await workers.start();
        record.runningAt = Date.now();
        await pause(freezeMs / 2);
        await this.release(unanswered);
        await pause(Math.max(record.from + freezeMs - Date.now(), 0));
        workers.thaw();
        break;
      case 'worker killed':
      case 'key rotated': {
        await workers.kill();
        const oldKey = workers.apiKey;
        if (kind === 'key rotated') workers.apiKey = stage.nextApiKey();
        await unpauseWrites(stage);
        record.nudged = await this.nudge();
        await workers.start();
        record.runningAt = Date.now();
        if (kind === 'key rotated') await layers.control('POST', '/keys', { key: oldKey, revoked: true });
        await this.release(unanswered);
        break;
      }
    }
    record.runningAt ??= Date.now();
    const since = record.from;
    const isLost = kind === 'worker killed' || kind === 'key rotated';
    this.recovered = until(
      () => unanswered.every(({ plan: { customer } }) => this.hasGoneOn(aimRule(customer), since, isLost)),
      RECOVERY_MS,
      100,
    );
  }

  /** Answered, and where its worker is gone, sent again. */
  private hasGoneOn(rule: string, since: number, isLost: boolean): boolean {
    const held = this.context.ledger.met(rule);
    if (held === undefined) return true;
    if (!isLost) return held.answeredAt !== null;
    const isAgain = (entry: LedgerEntry): boolean =>
      entry.type === 'request' && entry.idempotencyKey === held.idempotencyKey && Date.parse(entry.at) > since;
    return this.context.stage.sandbox.ledger().some(isAgain);
  }

  /** Resets the aimed workflows to their beginning, each in the situation that its plan names. */
  private async reset(journeys: readonly Journey[]): Promise<void> {
    const { stage, ledger, journal, fleet } = this.context;
    await Promise.all(
      journeys.map(async (journey) => {
        const { aim, customer } = journey.plan;
        const running = fleet.view(journey.workflowId)?.running === true;
        if (aim === null || !running || !this.isArmed(journey)) return;
        const rule = aimRule(customer);
        const from = Date.now();
        const runId = await insist(() => resetToBeginning(stage, journey.workflowId));
        journey.replaced.add(runId);
        journal.resets.push({ customer, runId, from, at: Date.now(), point: aim.point });
        if (aim.point === 'during a wait' || aim.point === 'during review') return;
        // The new run comes to the same call while the old one is under way.
        const held = ledger.met(rule)!;
        const isSame = (entry: LedgerEntry): boolean =>
          entry.type === 'request' &&
          entry.seq > held.seq &&
          entry.method === held.method &&
          entry.path === held.path &&
          // Several assets go to one path.
          entry.bodyHash === held.bodyHash;
        await until(() => stage.sandbox.ledger().some(isSame), 6_000, 100);
        await stage.layers.removeRule(rule);
      }),
    );
  }

  private async release(journeys: readonly Journey[]): Promise<void> {
    await Promise.all(
      journeys
        .map(({ plan }) => plan)
        .filter(({ aim }) => aim !== null && aim.point !== 'during a wait' && aim.point !== 'during review')
        .map(({ customer }: OnboardingPlan) => this.context.stage.layers.removeRule(aimRule(customer))),
    );
  }

  /** A call is due, and its queue does not hand it out. */
  private async isQueued({ workflowId }: Journey): Promise<boolean> {
    const { raw } = await this.context.stage.client.workflow.getHandle(workflowId).describe();
    const SCHEDULED = 1;
    return (raw.pendingActivities ?? []).some(
      ({ state, activityType }) =>
        state === SCHEDULED && ['createProject', 'remixSlideshow'].includes(activityType?.name ?? ''),
    );
  }

  /** The event in which the last call of an onboarding was reported. */
  private async newestReport({ workflowId }: Journey): Promise<number> {
    const { client, namespace } = this.context.stage;
    const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
      namespace,
      execution: { workflowId },
      maximumPageSize: 5,
    });
    const report = history?.events?.find((event) => event.activityTaskCompletedEventAttributes != null);
    return Number(report?.eventId ?? 0);
  }

  /** An event for everybody under review, while no worker is there to take it. */
  private async nudge(): Promise<string[]> {
    const { stage, fleet } = this.context;
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
}
