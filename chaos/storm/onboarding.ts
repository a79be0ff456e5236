import type { WorkflowHandle } from '@temporalio/client';
import { onboardingWorkflowId } from '../../src/client/find';
import { status as statusQuery } from '../../src/contract/messages';
import type { OnboardingStatus } from '../../src/contract/status';
import type { EffectEntry } from '../../src/sandbox';
import type { OnboardingPlan } from '../plan';
import type { StormContext } from './context';

/** One customer's onboarding as the people around it see it: its status, and what Layers shows of it. */
export class Onboarding {
  readonly workflowId: string;

  constructor(
    readonly context: StormContext,
    readonly plan: OnboardingPlan,
  ) {
    this.workflowId = onboardingWorkflowId(plan.customer);
  }

  get handle(): WorkflowHandle {
    return this.context.stage.client.workflow.getHandle(this.workflowId);
  }

  /** The newest run, as lists show it. */
  get runId(): string | undefined {
    return this.context.fleet.view(this.workflowId)?.runId;
  }

  get projectId(): string | undefined {
    return this.effects('project.created')[0]?.id;
  }

  /** What was done for the customer at Layers, oldest first. */
  effects(effect: string): EffectEntry[] {
    return this.context.ledger.effects(this.plan.customer, effect);
  }

  status(): Promise<OnboardingStatus> {
    return this.context.stage.client.withDeadline(Date.now() + 5_000, () =>
      this.handle.query(statusQuery),
    ) as Promise<OnboardingStatus>;
  }
}
