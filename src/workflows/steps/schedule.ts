import { CancellationScope, CancelledFailure } from '@temporalio/workflow';
import type { Customer } from '../accounts/customer';
import { listAccounts } from '../accounts/usable';
import { sameId } from '../../contract/ids';
import { stepFailure } from '../../contract/failures';
import type { ScheduleTarget } from '../../contract/input';
import { MIN_LEAD_MS } from '../../contract/limits';
import type { SchedulePlan } from '../../contract/plan';
import type { ScheduledPost } from '../../contract/result';
import { codeOf } from '../failures';
import { done, type Flow } from '../flow';
import type { Content } from '../post/draft';
import { decideAtLayers } from '../post/layersApproval';
import type { Posts } from '../post/posts';
import { targetsOf } from '../post/targets';
import type { Project } from '../values';
import { Skipped } from '../waiting/blocked';
import { reconnectAccounts } from './social';

/** Refusals that may mean that an account was lost since it was checked. */
const MAYBE_ACCOUNT = [
  'VALIDATION',
  'VALIDATION_FAILED',
  'NOT_FOUND',
  'CONFLICT',
  'CREDENTIAL_INVALID',
  'PLATFORM_ERROR',
];

/** What is posted, and where. */
interface Approved {
  project: Project;
  content: Content;
  revision: number;
  customer: Customer;
}

/** Hands the approved post to Layers for its time. Runs only after approval. */
export async function schedulePost(flow: Flow, posts: Posts, approved: Approved): Promise<ScheduledPost[]> {
  const { board, wanted } = flow;
  const { content, project, revision, customer } = approved;
  const { containerId, isNew } = content;
  posts.of({ projectId: project.projectId, containerId, revision, isNew });
  const scheduled = await flow.skippable('schedule', async () => {
    const { schedule } = wanted.plan;
    if (schedule === null) return new Skipped('nothing to schedule');
    if (targetsOf(wanted, customer).length === 0) throw stepFailure('NoAccount', 'No account is connected or named.');
    if (Date.parse(schedule.at) < Date.now() + MIN_LEAD_MS)
      throw stepFailure('TimePassed', `${schedule.at} has passed, or is less than 5 minutes ahead.`);
    const scheduledPostIds = await send(flow, posts, approved, schedule);
    // An account that was lost on the way may have been replaced.
    const made = describe(scheduledPostIds, targetsOf(wanted, customer), schedule);
    posts.settle(schedule.at, made);
    board.learn({ scheduledPostIds });
    // A cancel that came while Layers was answering still counts: clean-up takes the posts back.
    if (CancellationScope.current().consideredCancelled)
      throw new CancelledFailure('cancelled while the post was being scheduled');
    return done(made, `${schedule.at}, ${made.length} post${made.length === 1 ? '' : 's'}`);
  });
  if (!(scheduled instanceof Skipped)) return scheduled;
  wanted.giveUpPost();
  return [];
}

const describe = (ids: string[], targets: ScheduleTarget[], { at, mode }: SchedulePlan): ScheduledPost[] =>
  ids.map((scheduledPostId, index) => ({
    scheduledPostId,
    socialAccountId: targets[index]?.socialAccountId ?? '',
    mode: targets[index]?.mode ?? mode,
    scheduledFor: at,
  }));

/** Schedules the post, or finds that it is; returns the ids, one for each target in their order. */
async function send(flow: Flow, posts: Posts, approved: Approved, { at }: SchedulePlan): Promise<string[]> {
  const { containerId } = approved.content;
  let hasApprovedAtLayers = false;
  for (;;) {
    const targets = targetsOf(flow.wanted, approved.customer);
    const there = await posts.takeBack({ at, targets });
    if (there.length > 0) return idsOf(there);
    try {
      const { scheduledPostIds, gateStatus } = await posts.send({ at, targets });
      if (gateStatus !== 'blocked_on_approval') return scheduledPostIds;
      const { promoted, promotionFailed } = await decideAtLayers(flow, { decision: 'approve', containerId });
      if (posts.isHeldAlone(at) && promoted.length === targets.length) return promoted;
      const released = await posts.takeBack({ at, targets });
      if (released.length > 0) return idsOf(released);
      posts.isLost(at);
      if (promotionFailed === null || hasApprovedAtLayers)
        throw stepFailure('BlockedOnApproval', `Layers keeps the post of ${containerId} back.`);
      hasApprovedAtLayers = true;
    } catch (error) {
      const code = codeOf(error) ?? '';
      if (code === 'APPROVAL_REQUIRED' && !hasApprovedAtLayers) {
        await decideAtLayers(flow, { decision: 'approve', containerId });
        hasApprovedAtLayers = true;
      } else if (!MAYBE_ACCOUNT.includes(code) || !(await reconnectedLost(flow, approved, targets))) throw error;
    }
  }
}

const idsOf = (posts: { scheduledPostId: string }[]): string[] => posts.map(({ scheduledPostId }) => scheduledPostId);

/** Where a target's account has been lost, waits until the customer has connected it again. */
async function reconnectedLost(
  flow: Flow,
  { project, customer }: Approved,
  targets: ScheduleTarget[],
): Promise<boolean> {
  const { board, layers, wanted } = flow;
  // A target that the input spells out names its account, so another one cannot take its place.
  const isNamed = (wanted.plan.schedule?.targets ?? null) !== null;
  const mendable = isNamed ? ['reauth_required'] : ['reauth_required', 'disconnected'];
  const lost = (await listAccounts(layers, project.projectId)).filter(
    ({ socialAccountId, status }) =>
      mendable.includes(status) && targets.some((target) => sameId(target.socialAccountId, socialAccountId)),
  );
  if (lost.length === 0) return false;
  board.set('schedule', 'waiting', { fact: 'for the account to be connected again' });
  const isReconnected = await reconnectAccounts(flow, project, customer, lost);
  board.set('schedule', 'running');
  return isReconnected;
}
