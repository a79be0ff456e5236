import { decideReview, resolveStep } from '../../src/contract/messages';
import type { OnboardingInput } from '../../src/contract/input';
import { effects, requests, underReview, until, untilStatus, withStack } from '../support/environment';
import { nextWeek } from '../support/inputs';
import {
  bend,
  connect,
  customerOf,
  existingAccount,
  existingProject,
  loseAccount,
  partner,
  quickest,
  steer,
  untilBlocked,
} from '../support/steering';

/** Layers may keep an approved post back until the content is approved there as well. */
describe('a post that Layers keeps back', () => {
  const stack = withStack();

  /** Approved here; at Layers a gate came up after the review, so the post is kept back there, and its approval is held. */
  async function keptBack() {
    const input = quickest({ schedule: { at: nextWeek() } });
    const accountId = await existingAccount(stack.sandbox, await existingProject(stack.sandbox, input.project));
    const handle = await stack.start({ ...input, social: { socialAccountIds: [accountId] } });
    const { ids } = await untilStatus(handle, underReview);
    stack.sandbox.state.containers[ids.containerId!]!.approvalStatus = 'pending';
    const id = `approve-${customerOf(input)}`;
    const match = { method: 'POST', path: '/approve$' };
    await bend(stack.sandbox, customerOf(input), { id, match, times: 1, action: { kind: 'hold' } });
    await handle.executeUpdate(decideReview, { args: [{ decision: 'approve', reviewer: 'maria', revision: 0 }] });
    const mine = ({ path, wire }: { path: string; wire: string }) => path.includes(ids.containerId!) && wire === 'open';
    await until(async () => requests(stack.sandbox, 'POST', /approve$/).some(mine));
    const release = () => fetch(`${stack.sandbox.url}/_sandbox/faults/${id}`, { method: 'DELETE' });
    const approveThere = () => partner(stack.sandbox, 'POST', `/v1/content/${ids.containerId}/approve`, {});
    return { input, handle, accountId, release, approveThere };
  }
  const posts = (input: OnboardingInput) => effects(stack.sandbox, 'post.created', customerOf(input));

  it.concurrent('is found where somebody else has approved it at Layers meanwhile', async () => {
    const { input, handle, release, approveThere } = await keptBack();
    await approveThere();
    await release();
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled' });
    expect(posts(input)).toHaveLength(1);
  });

  it.concurrent('blocks where no approval released it, until it is asked for again', async () => {
    const { input, handle, accountId, release, approveThere } = await keptBack();
    await loseAccount(stack.sandbox, accountId, 'disconnected');
    await approveThere();
    await release();
    expect(await untilBlocked(handle, 'schedule')).toMatchObject({ code: 'BlockedOnApproval', who: 'reviewer' });
    await steer(stack.sandbox, 'PATCH', `/accounts/${accountId}`, { status: 'connected' });
    await handle.executeUpdate(resolveStep, { args: [{ step: 'schedule', action: 'retry', operator: 'omar' }] });
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled' });
    expect(posts(input)).toHaveLength(1);
  });

  it.concurrent('is scheduled by a request of its own where an approval could not release it', async () => {
    const { input, handle, accountId, release } = await keptBack();
    await loseAccount(stack.sandbox, accountId, 'disconnected');
    await release();
    await untilStatus(handle, ({ attention }) => attention === 'customer');
    expect(posts(input)).toHaveLength(0);
    await connect(handle);
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled' });
    expect(posts(input)).toHaveLength(1);
  });
});
