import type { CleanupItem } from '../contract/status';
import { PRIORITY } from '../contract/queues';
import { detailsOf } from './failures';
import type { Run } from './run';
import { postsAt } from './steps/schedule';

/** Clean-up gives up after this long; what is left stays visible. */
const WITHIN_MS = 3_600_000;

/**
 * Takes back what costs or publishes, after a cancel or an abort: running jobs, this run's queued posts, and by policy
 * the project that this onboarding created. Each is tried even if another failed, and what failed stays visible.
 */
export async function cleanUp(run: Run): Promise<void> {
  const { progress } = run;
  const options = (summary: string): { summary: string; priority: number; within: number } => ({
    summary,
    priority: PRIORITY.publish,
    within: WITHIN_MS,
  });
  const attempt = async (what: string, undo: () => Promise<unknown>): Promise<void> => {
    const item: CleanupItem = { what, done: false };
    try {
      await undo();
      item.done = true;
    } catch (error) {
      const details = detailsOf(error);
      if (details === null) throw error;
      item.error = `${details.code}: ${details.cause}`;
    }
    progress.cleanup = [...progress.cleanup, item];
    progress.changed();
  };

  const jobs = [...run.runningJobs].map(([jobId, what]) =>
    attempt(`cancel the running job ${jobId} (${what})`, () =>
      run.api.write(
        'cancelJob',
        { key: run.key(run.path({ step: 'cleanup', item: jobId })), jobId },
        options(`Cancel the job of the ${what}`),
      ),
    ),
  );
  await Promise.all([...jobs, cancelPosts(run, attempt, options)]);
  if (run.plan?.onCancel === 'archive' && run.createdHere)
    await attempt(`archive the project ${run.projectId}`, () =>
      run.api.write('archiveProject', { projectId: run.projectId }, options('Archive the project')),
    );
  progress.publish();
}

type Attempt = (what: string, undo: () => Promise<unknown>) => Promise<void>;
type Options = (summary: string) => { summary: string; priority: number; within: number };

/** The posts that are known, and those of a schedule call that got no answer. */
async function cancelPosts(run: Run, attempt: Attempt, options: Options): Promise<void> {
  const known = new Set(run.posts.map(({ scheduledPostId }) => scheduledPostId));
  const doubtful = [...run.timesSent].filter((at) => run.inDoubt.has(run.path(run.intents.schedule(at))));
  for (const at of doubtful)
    await attempt(`look for posts at ${at}, since scheduling them got no answer`, async () => {
      for (const { scheduledPostId } of await postsAt(run, at)) known.add(scheduledPostId);
    });
  await Promise.all(
    [...known].map((scheduledPostId) =>
      attempt(`cancel the scheduled post ${scheduledPostId}`, () => cancelPost(run, scheduledPostId, options)),
    ),
  );
  run.posts = [];
}

/** A conflict is read and compared: a post that is already cancelled, or that failed, needs nothing more. */
async function cancelPost(run: Run, scheduledPostId: string, options: Options): Promise<void> {
  try {
    await run.api.write('cancelScheduledPost', { scheduledPostId }, options('Cancel the scheduled post'));
  } catch (error) {
    if (detailsOf(error)?.code !== 'CONFLICT') throw error;
    const { status } = await run.api.read('getScheduledPost', { scheduledPostId }, options('Is the post cancelled?'));
    if (status !== 'canceled' && status !== 'failed') throw error;
  }
}
