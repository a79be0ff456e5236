import { OnboardingEndedError, RefusedError } from '../../src/client/errors';
import { decideReview } from '../../src/client/messages';
import { approve, type DecideReviewArgs } from '../../src/contract/messages';
import type { ReviewStatus } from '../../src/contract/status';
import { morning } from '../plan/inputs';
import { attend, type Next } from './attend';
import type { Row } from './lists';
import type { Onboarding } from './onboarding';

type Wish = Pick<DecideReviewArgs, 'decision' | 'comment'>;

const APPROVE: Wish = { decision: 'approve' };
const REJECT: Wish = { decision: 'reject', comment: 'Not our tone.' };
const CHANGE: Wish = { decision: 'requestChanges', comment: 'Another one, please.' };
/** A post whose time is over goes out so many days later. */
const DAYS_LATER = 3;

/** Look at the post for a while, then decide as the plan says: one, one who wants to take it back, or two at once. */
export class Reviewers {
  constructor(private readonly onboarding: Onboarding) {}

  attend(): Promise<void> {
    return attend('the reviewer', this.onboarding, (row) => this.look(row));
  }

  private async look(row: Row): Promise<Next> {
    if (row.status !== 'RUNNING' || !row.attention.includes('reviewer')) return 'wait';
    const { review } = await this.onboarding.status();
    if (review === null || review.decision !== undefined) return 'wait';
    const wish = this.wish(review);
    if (wish === null) return 'wait';
    const { plan } = this.onboarding;
    // Who is in a hurry has no second thoughts, and nobody to quarrel with.
    const { reviewers } = this.onboarding.isSecondCourse ? { reviewers: 'one' } : plan;
    if (plan.approvesBySignal && wish === APPROVE) await this.approveBySignal(review);
    else if (reviewers === 'two at once') await this.quarrel(row, review, wish);
    else await this.decide('maria', row, review, wish);
    if (reviewers === 'one who wavers') await this.waver(row, review, wish);
    return 'look again';
  }

  private wish({ revision }: ReviewStatus): Wish | null {
    const { plan, isSecondCourse } = this.onboarding;
    if (isSecondCourse) return APPROVE;
    if (plan.changes && revision === 0) return CHANGE;
    if (plan.ending === 'expired') return null;
    return plan.ending === 'rejected' ? REJECT : APPROVE;
  }

  private async decide(reviewer: string, { runId }: Row, review: ReviewStatus, wish: Wish): Promise<void> {
    const { around, workflowId, plan } = this.onboarding;
    const args = { ...wish, reviewer, revision: review.revision };
    const updateId = `${reviewer}-${wish.decision}-${review.revision}-${runId}`;
    if (wish === APPROVE) this.noteApproval(review);
    const send = (more: Partial<DecideReviewArgs>, id: string): Promise<unknown> =>
      decideReview(around.client, { workflowId }, { ...args, ...more }, { updateId: id });
    try {
      await send({}, updateId);
    } catch (error) {
      if (!(error instanceof RefusedError) || error.type !== 'InvalidTime') throw error;
      const scheduleAt = morning(around.clock.now, DAYS_LATER);
      await send({ scheduleAt }, `${updateId}-${scheduleAt}`);
      around.journal.postAt.set(plan.customer, scheduleAt);
    }
    this.onboarding.say(`${reviewer} has decided: ${wish.decision}, revision ${review.revision}`);
  }

  private async approveBySignal(review: ReviewStatus): Promise<void> {
    this.noteApproval(review);
    await this.onboarding.handle.signal(approve, { reviewer: 'maria', revision: review.revision });
  }

  /** Two who want different things, at the same moment: one of them is told that the other was faster. */
  private async quarrel(row: Row, review: ReviewStatus, wish: Wish): Promise<void> {
    const other = wish === APPROVE ? REJECT : APPROVE;
    const both = [this.decide('maria', row, review, wish), this.decide('noah', row, review, other)];
    const failed = (await Promise.allSettled(both)).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    if (failed.length === both.length) throw failed[0];
  }

  private async waver(row: Row, review: ReviewStatus, wish: Wish): Promise<void> {
    await this.onboarding.think();
    // What is under review by now may be something that she has not seen.
    if (this.onboarding.row?.runId !== row.runId) return;
    try {
      await this.decide('maria', row, review, wish === REJECT ? APPROVE : REJECT);
    } catch (error) {
      if (!(error instanceof RefusedError) && !(error instanceof OnboardingEndedError)) throw error;
    }
  }

  private noteApproval({ containerId }: ReviewStatus): void {
    const { around, plan } = this.onboarding;
    around.journal.approvals.push({ customer: plan.customer, containerId, at: around.clock.now });
  }
}
