import { mayBeReset, reset, type Onboarding } from '../people';
import type { Strike } from '../plan';
import type { Stage } from './stage';

/** Does what is planned for one moment of the world, as soon as it makes sense from then on, and once. */
export class Strikes {
  private open: readonly Strike[];

  constructor(
    private readonly stage: Stage,
    private readonly onboardings: readonly Onboarding[],
  ) {
    this.open = stage.plan.strikes;
  }

  /** To be called before each entry of the clock. */
  strike(): void {
    if (this.open.length === 0) return;
    const { happened } = this.stage.clock;
    this.open = this.open.filter((strike) => strike.after > happened || !this.done(strike));
  }

  /** `false`: not yet. */
  private done({ kind, customer }: Strike): boolean {
    const { service, say } = this.stage;
    const onboarding = this.onboardings.find(({ plan }) => plan.customer === customer)!;
    const run = service.latest(onboarding.workflowId);
    if (kind === 'kill') {
      service.killWorkers('struck');
      return true;
    }
    if (run === undefined) return false;
    // The second time it is to be scheduled.
    const isStop = kind !== 'reset';
    if (isStop && onboarding.isSecondCourse) return true;
    if (kind === 'abort') onboarding.isToBeAborted = true;
    if (kind === 'reset' || kind === 'reset and cancel') {
      if (!mayBeReset(onboarding)) return run.status !== 'RUNNING';
      reset(onboarding);
    }
    const now = service.latest(onboarding.workflowId)!;
    if ((kind === 'cancel' || kind === 'reset and cancel') && now.status === 'RUNNING') {
      say(`${customer}: cancelled`);
      now.requestCancel();
    }
    return true;
  }
}
