import { decideReview } from '../../../src/client/messages';
import { approve } from '../../../src/contract/messages';
import type { Onboarding } from '../onboarding';

const REVIEWER = 'maria';

/** Looks at the post for a while, then decides as the plan says. */
export class Reviewer {
  /** When the post was first seen; `null` before, and again once there is a decision. */
  private seenAt: number | null = null;

  constructor(private readonly onboarding: Onboarding) {}

  /** People take a moment. */
  hasThought(): boolean {
    this.seenAt ??= Date.now();
    return Date.now() - this.seenAt >= this.onboarding.plan.thinkMs;
  }

  /** What comes next is another post. */
  forget(): void {
    this.seenAt = null;
  }

  async decide(): Promise<void> {
    const { context, plan, workflowId, handle } = this.onboarding;
    if (plan.ending === 'expired') return;
    const { review } = await this.onboarding.status();
    if (review === null || review.decision !== undefined) return;
    const { revision, containerId } = review;
    this.forget();
    const base = { reviewer: REVIEWER, revision };
    const decide = async (decision: 'approve' | 'reject' | 'requestChanges', comment?: string): Promise<void> => {
      const more = comment === undefined ? {} : { comment };
      const updateId = `decide-${revision}-${this.onboarding.runId}`;
      await decideReview(context.stage.client, workflowId, { ...base, decision, ...more }, { updateId });
    };
    if (plan.changes && revision === 0) return decide('requestChanges', 'Another one, please.');
    if (plan.ending === 'rejected') return decide('reject', 'Not our tone.');
    context.journal.approvals.push({ customer: plan.customer, containerId, at: Date.now() });
    // Both ways that the contract offers.
    if (plan.thinkMs % 4 === 0) await handle.signal(approve, base);
    else await decide('approve');
  }
}
