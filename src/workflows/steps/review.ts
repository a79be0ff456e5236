import type { ReviewDecision } from '../../contract/result';
import type { Flow } from '../flow';
import { describe, NO_WISHES, type Verdict } from '../post/decisions';
import type { Made } from '../post/draft';
import { decideAtLayers } from '../post/layersApproval';
import type { Reviewer } from '../post/reviewer';
import { now } from '../waiting/now';

/** A round that is to be decided about. */
interface UnderReview extends Made {
  revision: number;
  earlier: ReviewDecision[];
}

/** Waits for a person until the deadline. Absence of approval is not approval. */
export async function review(flow: Flow, reviewer: Reviewer, round: UnderReview): Promise<Verdict> {
  const { board, wanted } = flow;
  const { content, revision } = round;
  const isApprovedInTheInput = !wanted.plan.review.required && content.approvalStatus !== 'pending';
  const verdict = isApprovedInTheInput
    ? approvedInTheInput(flow, reviewer, revision)
    : await decision(flow, reviewer, round);
  await flow.attempt('review', () => mirror(flow, round, verdict), `review/r${revision}`);
  if (board.state('review') !== 'skipped') board.set('review', 'done', { fact: describe(verdict) });
  return verdict;
}

function approvedInTheInput(flow: Flow, reviewer: Reviewer, revision: number): Verdict {
  flow.skip('review', 'approved in the input');
  return reviewer.settle({
    revision,
    decision: 'approve',
    reviewer: 'input',
    at: now(),
    comment: null,
    wants: NO_WISHES,
  });
}

async function decision(flow: Flow, reviewer: Reviewer, round: UnderReview): Promise<Verdict> {
  const { wanted, notifications } = flow;
  const { revision } = round;
  const verdict =
    (await reviewer.decisionAbout(round)) ??
    reviewer.settle({
      revision,
      decision: 'expired',
      reviewer: 'nobody',
      at: now(),
      comment: null,
      wants: NO_WISHES,
    });
  if (verdict.decision === 'expired' && flow.memory.isFirst(`review/expired/r${revision}`))
    await notifications.tellLastly({ type: 'review.expired', revision });
  const { schedule } = wanted.plan;
  if (verdict.scheduleAt !== undefined && schedule !== null) wanted.postAt(schedule, verdict.scheduleAt);
  return verdict;
}

/** Layers has a gate of its own: where it waits for an approval, it is told what was decided here. */
async function mirror(flow: Flow, { content }: UnderReview, { decision: made, comment }: Verdict): Promise<void> {
  const { containerId, approvalStatus } = content;
  if (approvalStatus !== 'pending') return;
  if (made === 'approve') await decideAtLayers(flow, { decision: 'approve', containerId });
  else await decideAtLayers(flow, { decision: 'reject', containerId, reason: comment ?? `Not approved: ${made}.` });
}
