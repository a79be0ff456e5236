import { resolveStep } from '../../../src/client/messages';
import type { Blocked } from '../../../src/contract/status';
import type { OnboardingPlan } from '../../plan';
import { cellOf, rulesOf } from '../../plan/cells';
import { insist, until } from '../../stage/until';
import type { Onboarding } from '../onboarding';

const OPERATOR = 'olga';
/** So often may one step block before the harness believes that it never will go on. */
const MOST_RETRIES = 25;

/** The partner's operator: mends at Layers what does not heal by itself, and says how a blocked step goes on. */
export class Operator {
  private retries = 0;

  constructor(private readonly onboarding: Onboarding) {}

  /** Mends what is to be mended, then says retry; or abort, where the plan wants it. */
  async resolve(): Promise<void> {
    const { context, plan, workflowId } = this.onboarding;
    const { blocked } = await this.onboarding.status();
    for (const entry of blocked) {
      const { step, item } = entry;
      if (++this.retries > MOST_RETRIES) return;
      const action = plan.ending === 'aborted' && abortsAt(plan, entry) ? 'abort' : 'retry';
      await this.mend(entry);
      await resolveStep(context.stage.client, workflowId, {
        step,
        ...(item === undefined ? {} : { item }),
        action,
        operator: OPERATOR,
      });
    }
  }

  /** Tops up, un-revokes, un-archives, gives up on what is stuck. */
  async mend(blocked: Pick<Blocked, 'code' | 'step'> | null): Promise<void> {
    const { context, plan } = this.onboarding;
    const { stage, ledger } = context;
    for (const { fault, point, carrier } of plan.faults) {
      const cell = cellOf(fault, point);
      if (!cell.realisation.untilMended) continue;
      for (const { id } of rulesOf(cell, carrier, plan.customer))
        if (ledger.met(id!) !== undefined) await stage.layers.removeRule(id!);
    }
    const archived = this.onboarding.effects('project.archived').length;
    const revived = this.onboarding.effects('project.patched').filter(({ data }) => isRevival(data)).length;
    if (archived > revived)
      await stage.layers.asOperator('PATCH', `/v1/projects/${this.onboarding.projectId}`, { status: 'active' });
    const job = this.onboarding.effects('content.created').at(-1)?.data?.['jobId'];
    if (blocked?.code === 'DeadlinePassed' && blocked.step === 'content' && typeof job === 'string')
      await stage.layers.asOperator('POST', `/v1/jobs/${job}/cancel`, {});
  }

  /** Has Layers' own reviewers asked by the project's policy, as soon as there is a project. */
  async askLayersReviewers(): Promise<void> {
    const { layers } = this.onboarding.context.stage;
    await until(() => this.onboarding.projectId !== undefined, 120_000, 40);
    const { projectId } = this.onboarding;
    if (projectId === undefined) return;
    await insist(() =>
      layers.asOperator('PATCH', `/v1/projects/${projectId}/content-review-policy`, { policy: 'review_all' }),
    );
  }
}

const isRevival = (data: Record<string, unknown> | undefined): boolean =>
  Array.isArray(data?.['fields']) && data['fields'].includes('status');

/** The block at which the plan's operator gives up. */
const abortsAt = ({ stopAt }: OnboardingPlan, { step }: Blocked): boolean =>
  step === ({ upload: 'media', job: 'content', schedule: 'schedule' } as Record<string, string>)[stopAt ?? ''];
