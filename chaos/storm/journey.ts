import {
  grpcError,
  NoWorkerError,
  OnboardingEndedError,
  RefusedError,
  UnreachableError,
} from '../../src/client/errors';
import { onboardingWorkflowId } from '../../src/client/find';
import { authorizeSocial, decideReview, resolveStep } from '../../src/client/messages';
import { approve, status as statusQuery } from '../../src/contract/messages';
import type { Blocked, OnboardingStatus } from '../../src/contract/status';
import { startOnboarding } from '../../src/starter';
import { cellOf, rulesOf } from '../plan/cells';
import { inputOf } from '../plan/inputs';
import type { OnboardingPlan } from '../plan/onboarding';
import { planRules, stopRule } from '../plan/rules';
import { passADay } from '../stage/clock';
import type { Fleet, View } from '../stage/fleet';
import type { LedgerIndex } from '../stage/ledgerIndex';
import type { Stage } from '../stage/stage';
import { insist, pause, until } from '../stage/until';
import type { Journal } from './journal';

const OPERATOR = 'olga';
const REVIEWER = 'maria';
/** So often may one step block before the harness believes that it never will go on. */
const MOST_RETRIES = 25;

export interface JourneyContext {
  stage: Stage;
  fleet: Fleet;
  ledger: LedgerIndex;
  journal: Journal;
}

/** One customer's onboarding, and the people around it: who starts it, connects, decides, mends and cancels. */
export class Journey {
  readonly workflowId: string;
  /** Set once the wave's strike is over: until then its reviewer waits. */
  struck = false;
  ended = false;
  /** Runs that a reset took the place of: lists show their end before they show the new one. */
  readonly replaced = new Set<string>();
  private starts = 0;
  private retries = 0;
  private tries = 0;
  private seenAt = 0;
  private consented = false;
  private cancelled = false;
  private passedADay = false;

  constructor(
    private readonly context: JourneyContext,
    readonly plan: OnboardingPlan,
  ) {
    this.workflowId = onboardingWorkflowId(plan.customer);
  }

  /** Until it has ended as often as the plan says, or `giveUp` says that it is too late. */
  async run(giveUp: () => boolean): Promise<void> {
    const { fleet, journal } = this.context;
    await this.prepare();
    await this.start();
    while (!giveUp()) {
      await fleet.next();
      const view = fleet.view(this.workflowId);
      if (view === undefined || this.replaced.has(view.runId)) continue;
      if (!view.running && this.starts === 1 && this.plan.again) await this.start();
      else if (!view.running) {
        // What has ended too early for its strike may still be reset.
        if (this.struck) break;
      } else
        await this.act(view).catch((error: unknown) => {
          // Servers and workers are away at times, and things end meanwhile: the next look tries again.
          if (!isPassing(error)) journal.troubles.push(`${this.plan.customer}: ${String(error)}`);
        });
    }
    this.ended = true;
  }

  /** Whether a fault is still to come. Webhooks and consents leave no request by which one could tell. */
  get awaitsFaults(): boolean {
    const { faults, customer } = this.plan;
    return faults.some(({ fault, point, carrier }) => {
      const cell = cellOf(fault, point);
      if (cell.realisation.outlastsTheKey && !this.passedADay) return true;
      const [first] = rulesOf(cell, carrier, customer);
      return !['events', 'consents'].includes(carrier) && this.context.ledger.met(first!.id!) === undefined;
    });
  }

  private async prepare(): Promise<void> {
    const { layers } = this.context.stage;
    const { customer, account, accountId, mirrored } = this.plan;
    if (account === 'named') await layers.control('POST', '/accounts', { customerExternalId: customer, id: accountId });
    await layers.addRules(planRules(this.plan));
    if (mirrored) void this.reviewAtLayers();
  }

  private async start(): Promise<void> {
    const { client, taskQueue } = this.context.stage;
    this.starts += 1;
    const before = this.context.fleet.view(this.workflowId)?.runId;
    await insist(() => startOnboarding(client, inputOf(this.plan), { taskQueue }));
    this.seenAt = 0;
    if (before !== undefined)
      await until(() => this.context.fleet.view(this.workflowId)?.runId !== before, 20_000, 100);
  }

  /** The project's policy asks Layers' own reviewers, as soon as there is a project. */
  private async reviewAtLayers(): Promise<void> {
    const { layers } = this.context.stage;
    await until(() => this.projectId() !== undefined, 120_000, 40);
    const projectId = this.projectId();
    if (projectId === undefined) return;
    await insist(() =>
      layers.asOperator('PATCH', `/v1/projects/${projectId}/content-review-policy`, { policy: 'review_all' }),
    );
  }

  private async act(view: View): Promise<void> {
    if (await this.cancel(view)) return;
    if (await this.day()) return;
    if (view.errorCodes.length > 0) return this.resolve();
    if (await this.connect(view)) return;
    if (view.attention === 'reviewer') await this.decide();
  }

  private async cancel(view: View): Promise<boolean> {
    const { stage, ledger } = this.context;
    const { plan } = this;
    const { stopAt, customer } = plan;
    if (plan.ending !== 'cancelled' || this.starts > 1 || this.cancelled) return false;
    const stop = stopRule(customer);
    const met =
      stopAt === 'review'
        ? view.attention === 'reviewer' && this.hasThought() && this.mayDecide()
        : stopAt === 'job'
          ? ledger.effects(customer, 'content.created').length > 0 && (this.struck || plan.aim === null)
          : ledger.holds(stop);
    if (!met) return false;
    await insist(() => stage.client.workflow.getHandle(this.workflowId).cancel());
    this.cancelled = true;
    await pause(300);
    if (stopAt !== 'review' && stopAt !== 'job') await stage.layers.removeRule(stop);
    return true;
  }

  /** Where Layers announces an outage of a day: the day passes. */
  private async day(): Promise<boolean> {
    const { stage, journal } = this.context;
    const { plan } = this;
    if (this.passedADay || !plan.faults.some(({ fault, point }) => cellOf(fault, point).realisation.outlastsTheKey))
      return false;
    if (!(await passADay(stage, this.workflowId))) return false;
    this.passedADay = true;
    journal.skips.push({ customer: plan.customer, at: Date.now() });
    return true;
  }

  /** An operator mends what is to be mended, then says retry; or aborts, where the plan wants it. */
  private async resolve(): Promise<void> {
    const { client } = this.context.stage;
    const { plan } = this;
    const { blocked } = await this.status();
    for (const entry of blocked) {
      const { step, item } = entry;
      if (++this.retries > MOST_RETRIES) return;
      const abort = plan.ending === 'aborted' && abortsAt(plan, entry);
      await this.mend(entry);
      const action = abort ? 'abort' : 'retry';
      await resolveStep(client, this.workflowId, {
        step,
        ...(item === undefined ? {} : { item }),
        action,
        operator: OPERATOR,
      });
    }
  }

  /** Tops up, un-revokes, un-archives, gives up on what is stuck. */
  private async mend(blocked: Pick<Blocked, 'code' | 'step'> | null): Promise<void> {
    const { stage, ledger } = this.context;
    const { customer, faults } = this.plan;
    for (const { fault, point, carrier } of faults) {
      const cell = cellOf(fault, point);
      if (!cell.realisation.untilMended) continue;
      for (const { id } of rulesOf(cell, carrier, customer))
        if (ledger.met(id!) !== undefined) await stage.layers.removeRule(id!);
    }
    const archived = ledger.effects(customer, 'project.archived').length;
    const revived = ledger.effects(customer, 'project.patched').filter(({ data }) => isRevival(data)).length;
    if (archived > revived)
      await stage.layers.asOperator('PATCH', `/v1/projects/${this.projectId()}`, { status: 'active' });
    const job = ledger.effects(customer, 'content.created').at(-1)?.data?.['jobId'];
    if (blocked?.code === 'DeadlinePassed' && blocked.step === 'content' && typeof job === 'string')
      await stage.layers.asOperator('POST', `/v1/jobs/${job}/cancel`, {});
  }

  /** The customer asks for a consent page and says yes; true while that is still to be done. */
  private async connect(view: View): Promise<boolean> {
    const { stage, ledger } = this.context;
    const { account, customer } = this.plan;
    if (account !== 'consent' && account !== 'late consent') return false;
    const refused = ledger.effects(customer, 'oauth.denied').length;
    if (this.consented && ledger.effects(customer, 'account.connected').length > 0) return false;
    if (this.consented && refused === 0) return false;
    if (
      account === 'late consent'
        ? view.attention !== 'reviewer'
        : !['preparing', 'source', 'content', 'review'].includes(view.stage)
    )
      return false;
    const updateId = `connect-${this.tries}-${view.runId}`;
    try {
      const { authorizeUrl } = await authorizeSocial(stage.client, this.workflowId, {}, { updateId });
      await stage.layers.consent(authorizeUrl);
      this.consented = true;
      this.tries += 1;
    } catch (error) {
      if (error instanceof RefusedError) {
        this.tries += 1;
        await this.mend(null);
      }
      throw error;
    }
    return true;
  }

  private async decide(): Promise<void> {
    const { stage, journal } = this.context;
    const { plan } = this;
    const last = this.starts > 1;
    if (plan.ending === 'expired' || !this.hasThought() || !this.mayDecide()) return;
    if (plan.ending === 'cancelled' && !last && plan.stopAt === 'review') return;
    const { review } = await this.status();
    if (review === null || review.decision !== undefined) return;
    const { revision, containerId } = review;
    this.seenAt = 0;
    const updateId = `decide-${revision}-${this.context.fleet.view(this.workflowId)?.runId}`;
    const base = { reviewer: REVIEWER, revision };
    if (plan.changes && revision === 0)
      return void (await decideReview(
        stage.client,
        this.workflowId,
        { ...base, decision: 'requestChanges', comment: 'Another one, please.' },
        { updateId },
      ));
    if (plan.ending === 'rejected')
      return void (await decideReview(
        stage.client,
        this.workflowId,
        { ...base, decision: 'reject', comment: 'Not our tone.' },
        { updateId },
      ));
    journal.approvals.push({ customer: plan.customer, containerId, at: Date.now() });
    // Both ways that the contract offers.
    if (plan.thinkMs % 4 === 0) await stage.client.workflow.getHandle(this.workflowId).signal(approve, base);
    else await decideReview(stage.client, this.workflowId, { ...base, decision: 'approve' }, { updateId });
  }

  /** People take a moment. */
  private hasThought(): boolean {
    if (this.seenAt === 0) this.seenAt = Date.now();
    return Date.now() - this.seenAt >= this.plan.thinkMs;
  }

  private mayDecide(): boolean {
    return this.struck || this.plan.aim?.point !== 'during review';
  }

  private projectId(): string | undefined {
    return this.context.ledger.effects(this.plan.customer, 'project.created')[0]?.id;
  }

  private status(): Promise<OnboardingStatus> {
    const { client } = this.context.stage;
    return client.withDeadline(Date.now() + 5_000, () =>
      client.workflow.getHandle(this.workflowId).query(statusQuery),
    ) as Promise<OnboardingStatus>;
  }
}

const isPassing = (error: unknown): boolean =>
  [UnreachableError, NoWorkerError, RefusedError, OnboardingEndedError].some((kind) => error instanceof kind) ||
  grpcError(error) !== null;

const isRevival = (data: Record<string, unknown> | undefined): boolean =>
  Array.isArray(data?.['fields']) && data['fields'].includes('status');

/** The block at which the plan's operator gives up. */
function abortsAt({ stopAt }: OnboardingPlan, { step }: Blocked): boolean {
  return step === ({ upload: 'media', job: 'content', schedule: 'schedule' } as Record<string, string>)[stopAt ?? ''];
}
