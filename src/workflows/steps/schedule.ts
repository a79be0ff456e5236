import { CancellationScope, CancelledFailure } from '@temporalio/workflow';
import { stepFailure } from '../../contract/failures';
import type { ScheduleTarget } from '../../contract/input';
import { MIN_LEAD_MS } from '../../contract/limits';
import { PRIORITY } from '../../contract/queues';
import { Skipped } from '../blocking';
import { detailsOf } from '../failures';
import { once } from '../once';
import type { Run } from '../run';
import { takeBackPosts } from '../takeBackPosts';
import { approveAtLayers } from './mirror';
import { list as listAccounts } from './accounts';
import { answers, postsAt } from './posts';
import { reconnectAccounts } from './social';
import { targetsOf } from './targets';

/** Refusals that may mean that an account was lost since it was checked. */
const MAYBE_ACCOUNT = [
  'VALIDATION',
  'VALIDATION_FAILED',
  'NOT_FOUND',
  'CONFLICT',
  'CREDENTIAL_INVALID',
  'PLATFORM_ERROR',
];

/** Hands the approved post to Layers for its time. Runs only after approval. */
export async function schedulePost(run: Run): Promise<void> {
  const { progress } = run;
  if (run.plan.schedule === null) return progress.set('schedule', 'skipped', { fact: 'nothing to schedule' });
  const scheduled = await run.step('schedule', async () => {
    const schedule = run.plan.schedule!;
    if (targetsOf(run).length === 0) throw stepFailure('NoAccount', 'No account is connected or named.');
    if (Date.parse(schedule.at) < Date.now() + MIN_LEAD_MS)
      throw stepFailure('TimePassed', `${schedule.at} has passed, or is less than 5 minutes ahead.`);
    const scheduledPostIds = await send(run, schedule.at);
    // An account that was lost on the way may have been replaced.
    const targets = targetsOf(run);
    run.posts = scheduledPostIds.map((scheduledPostId, index) => ({
      scheduledPostId,
      socialAccountId: targets[index]?.socialAccountId ?? '',
      mode: targets[index]?.mode ?? schedule.mode,
      scheduledFor: schedule.at,
    }));
    progress.ids = { ...progress.ids, scheduledPostIds };
    progress.scheduledFor = schedule.at;
    progress.refer(...scheduledPostIds);
    run.timesStashed.delete(schedule.at);
    // A cancel that came while Layers was answering still counts: clean-up takes the posts back.
    if (CancellationScope.current().consideredCancelled)
      throw new CancelledFailure('cancelled while the post was being scheduled');
    return {
      fact: `${schedule.at}, ${scheduledPostIds.length} post${scheduledPostIds.length === 1 ? '' : 's'}`,
      value: scheduledPostIds,
    };
  });
  if (scheduled instanceof Skipped) progress.scheduledFor = null;
}

async function send(run: Run, at: string): Promise<string[]> {
  const { containerId } = run.container!;
  const path = run.path(run.intents.schedule(at));
  for (let approved = false; ;) {
    const targets = targetsOf(run);
    const there = await takeBackPosts(run, { at, targets });
    if (there.length > 0) return there.map(({ scheduledPostId }) => scheduledPostId);
    try {
      run.timesSent.add(at);
      const { scheduledPostIds, gateStatus } = await scheduleOnce(run, at, targets);
      if (gateStatus !== 'blocked_on_approval') return scheduledPostIds;
      run.timesStashed.set(at, run.key(path));
      const { promoted, failed } = await approveAtLayers(run, containerId);
      const nothingElse = run.timesStashed.size === 1 && run.timesUnsure.size === 0;
      if (nothingElse && promoted.length === targets.length) return promoted;
      const released = await takeBackPosts(run, { at, targets });
      if (released.length > 0) return released.map(({ scheduledPostId }) => scheduledPostId);
      // The approval stands and has used up what was kept back, so the next try is a request of its own.
      run.timesStashed.delete(at);
      run.timesUnsure.add(at);
      run.nextTry(path);
      if (!failed || approved) throw stepFailure('BlockedOnApproval', `Layers keeps the post of ${containerId} back.`);
      approved = true;
    } catch (error) {
      const code = detailsOf(error)?.code ?? '';
      if (code === 'APPROVAL_REQUIRED' && !approved) {
        await approveAtLayers(run, containerId);
        approved = true;
      } else if (!MAYBE_ACCOUNT.includes(code) || !(await reconnectedLost(run, targets))) throw error;
      // Another account is another body.
      if (JSON.stringify(targetsOf(run)) !== JSON.stringify(targets)) run.nextTry(path);
    }
  }
}

async function scheduleOnce(
  run: Run,
  at: string,
  targets: ScheduleTarget[],
): Promise<{ scheduledPostIds: string[]; gateStatus: string }> {
  const { containerId } = run.container!;
  return once(run, {
    intent: run.intents.schedule(at),
    unused: run.contentIsFresh,
    send: (key) =>
      run.api.write(
        'scheduleContent',
        { key, containerId, scheduledFor: at, targets },
        { summary: `Schedule the post for ${at}`, priority: PRIORITY.publish },
      ),
    look: async () => {
      const posts = await postsAt(run, at);
      const mine = targets.map((target) => posts.find((post) => answers(post, target, at))?.scheduledPostId);
      return mine.every((id) => id !== undefined) ? { scheduledPostIds: mine, gateStatus: 'queued' } : null;
    },
    alive: async ({ scheduledPostIds }) => {
      const posts = await postsAt(run, at, true);
      return scheduledPostIds.every((id) => posts.some((post) => post.scheduledPostId === id));
    },
  });
}

/** Where a target's account has been lost, waits until the customer has connected it again. */
async function reconnectedLost(run: Run, targets: ScheduleTarget[]): Promise<boolean> {
  // A target that the input spells out names its account, so another one cannot take its place.
  const mendable = run.plan.schedule!.targets === null ? ['reauth_required', 'disconnected'] : ['reauth_required'];
  const lost = (await listAccounts(run)).filter(
    ({ socialAccountId, status }) =>
      mendable.includes(status) && targets.some((target) => target.socialAccountId === socialAccountId),
  );
  if (lost.length === 0) return false;
  run.progress.set('schedule', 'waiting', { fact: 'for the account to be connected again' });
  const reconnected = await reconnectAccounts(run, lost);
  run.progress.set('schedule', 'running');
  return reconnected;
}
