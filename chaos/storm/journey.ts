import {
  grpcError,
  NoWorkerError,
  OnboardingEndedError,
  RefusedError,
  UnreachableError,
} from '../../src/client/errors';
import { startOnboarding } from '../../src/starter';
import type { OnboardingPlan } from '../plan';
import { cellOf, rulesOf } from '../plan/cells';
import { inputOf } from '../plan/inputs';
import { planRules, stopRule } from '../plan/rules';
import { passADay } from '../stage/clock';
import type { View } from '../stage/fleet';
import { insist, pause, until } from '../stage/until';
import type { StormContext } from './context';
import { Onboarding } from './onboarding';
import { Customer } from './people/customer';
import { Operator } from './people/operator';
import { Reviewer } from './people/reviewer';

/** One customer's way through a storm: the onboarding is started, people act on it, it is cancelled and started again. */
export class Journey {
  readonly workflowId: string;
  /** Runs that a reset took the place of: lists show their end before they show the new one. */
  readonly replaced = new Set<string>();
  /** Until the strike of its wave is over the reviewer waits, and what has ended may still be reset. */
  private phase: 'before its strike' | 'after its strike' | 'ended' = 'before its strike';
  private course: 'not started' | 'first run' | 'first run cancelled' | 'second run' = 'not started';
  private readonly onboarding: Onboarding;
  private readonly operator: Operator;
  private readonly customer: Customer;
  private readonly reviewer: Reviewer;

  constructor(
    private readonly context: StormContext,
    readonly plan: OnboardingPlan,
  ) {
    this.onboarding = new Onboarding(context, plan);
    this.workflowId = this.onboarding.workflowId;
    this.operator = new Operator(this.onboarding);
    this.customer = new Customer(this.onboarding, this.operator);
    this.reviewer = new Reviewer(this.onboarding);
  }

  get ended(): boolean {
    return this.phase === 'ended';
  }

  /** The strike of its wave is over. */
  goOn(): void {
    if (this.phase === 'before its strike') this.phase = 'after its strike';
  }

  /** Until it has ended as often as the plan says, or `giveUp` says that it is too late. */
  async run(giveUp: () => boolean): Promise<void> {
    const { fleet, journal } = this.context;
    await this.prepare();
    await this.start('first run');
    while (!giveUp()) {
      await fleet.next();
      const view = fleet.view(this.workflowId);
      if (view === undefined || this.replaced.has(view.runId)) continue;
      if (view.running)
        await this.act(view).catch((error: unknown) => {
          // Servers and workers are away at times, and things end meanwhile: the next look tries again.
          if (!isPassing(error)) journal.troubles.push(`${this.plan.customer}: ${String(error)}`);
        });
      else if (this.plan.again && this.course !== 'second run') await this.start('second run');
      else if (this.phase !== 'before its strike') break;
    }
    this.phase = 'ended';
  }

  /** Whether a fault is still to come. Webhooks and consents leave no request by which one could tell. */
  get awaitsFaults(): boolean {
    const { faults, customer } = this.plan;
    return faults.some(({ fault, point, carrier }) => {
      const cell = cellOf(fault, point);
      if (cell.realisation.outlastsTheKey && !this.hasPassedADay()) return true;
      const [first] = rulesOf(cell, carrier, customer);
      return !['events', 'consents'].includes(carrier) && this.context.ledger.met(first!.id!) === undefined;
    });
  }

  private async prepare(): Promise<void> {
    const { layers } = this.context.stage;
    const { customer, account, accountId, mirrored } = this.plan;
    if (account === 'named') await layers.control('POST', '/accounts', { customerExternalId: customer, id: accountId });
    await layers.addRules(planRules(this.plan));
    if (mirrored) void this.operator.askLayersReviewers();
  }

  private async start(course: 'first run' | 'second run'): Promise<void> {
    const { client, taskQueue } = this.context.stage;
    this.course = course;
    const before = this.onboarding.runId;
    await insist(() => startOnboarding(client, inputOf(this.plan), { taskQueue }));
    this.reviewer.forget();
    if (before !== undefined) await until(() => this.onboarding.runId !== before, 20_000, 100);
  }

  private async act(view: View): Promise<void> {
    if (await this.cancel(view)) return;
    if (await this.letADayPass()) return;
    if (view.errorCodes.length > 0) return this.operator.resolve();
    if (await this.customer.connect(view)) return;
    if (this.mayDecide(view) && !this.endsUndecided()) await this.reviewer.decide();
  }

  private async cancel(view: View): Promise<boolean> {
    const { ending, stopAt, customer } = this.plan;
    if (ending !== 'cancelled' || this.course !== 'first run' || !this.isWhereToStop(view)) return false;
    await insist(() => this.onboarding.handle.cancel());
    this.course = 'first run cancelled';
    await pause(300);
    if (stopAt !== 'review' && stopAt !== 'job') await this.context.stage.layers.removeRule(stopRule(customer));
    return true;
  }

  /** A first run that is cancelled under review is not decided on, neither before nor after that. */
  private endsUndecided(): boolean {
    const { ending, stopAt } = this.plan;
    return ending === 'cancelled' && stopAt === 'review' && this.course !== 'second run';
  }

  private isWhereToStop(view: View): boolean {
    const { stopAt, aim, customer } = this.plan;
    if (stopAt === 'review') return this.mayDecide(view);
    if (stopAt !== 'job') return this.context.ledger.holds(stopRule(customer));
    return (
      this.onboarding.effects('content.created').length > 0 && (aim === null || this.phase !== 'before its strike')
    );
  }

  /** The reviewer is asked, has thought about it, and is not what a strike is to find waiting. */
  private mayDecide({ attention }: View): boolean {
    if (attention !== 'reviewer' || !this.reviewer.hasThought()) return false;
    return this.phase !== 'before its strike' || this.plan.aim?.point !== 'during review';
  }

  /** Where Layers announces an outage of a day: the day passes. */
  private async letADayPass(): Promise<boolean> {
    const { stage, journal } = this.context;
    const { faults, customer } = this.plan;
    if (this.hasPassedADay() || !faults.some(({ fault, point }) => cellOf(fault, point).realisation.outlastsTheKey))
      return false;
    if (!(await passADay(stage, this.workflowId))) return false;
    journal.skips.push({ customer, at: Date.now() });
    return true;
  }

  private hasPassedADay(): boolean {
    return this.context.journal.skips.some(({ customer }) => customer === this.plan.customer);
  }
}

const isPassing = (error: unknown): boolean =>
  [UnreachableError, NoWorkerError, RefusedError, OnboardingEndedError].some((kind) => error instanceof kind) ||
  grpcError(error) !== null;
