import { utc } from '../../format/times';
import type { Policy } from '../../world/state';
import type { World } from '../../world/world';

export const policyOf = (world: World, projectId: string): Policy =>
  world.core.state.policies[projectId] ?? { projectId, policy: 'auto_approve', firstN: null, updatedAt: 0 };

/** First-N is a live count: a container counts once it left `pending`, whichever way. */
export function needsReview(world: World, projectId: string): boolean {
  const { policy, firstN } = policyOf(world, projectId);
  if (policy !== 'review_first_n') return policy === 'review_all';
  const decided = world.core
    .owned('containers', projectId)
    .filter(({ approvalStatus }) => approvalStatus === 'approved' || approvalStatus === 'rejected');
  return decided.length < (firstN ?? 0);
}

export function policyRecord(world: World, { projectId, policy, firstN, updatedAt }: Policy): Record<string, unknown> {
  const pendingCount = world.core
    .owned('containers', projectId)
    .filter(({ status, approvalStatus }) => status === 'completed' && approvalStatus === 'pending').length;
  return {
    projectId,
    policy,
    ...(firstN !== null && { firstN }),
    pendingCount,
    ...(updatedAt > 0 && { updatedAt: utc(updatedAt) }),
  };
}
