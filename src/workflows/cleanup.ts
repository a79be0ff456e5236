import type { CleanupItem } from '../contract/status';
import { PRIORITY } from '../contract/queues';
import { detailsOf } from './failures';
import type { Run } from './run';
import { postsAt } from './steps/schedule';

/** Clean-up gives up after this long; what is left stays visible. */
const WITHIN_MS = 3_600_000;

type Attempt = (what: string, undo: () => Promise<unknown>) => Promise<void>;

const options = (summary: string): { summary: string; priority: number } => ({ summary, priority: PRIORITY.publish });

/**
 * Takes back what costs or publishes, after a cancel or an abort: running jobs, this run's queued posts, and by policy
 * the project that this onboarding created. What got no answer is looked for. Each is tried even if another failed,
 * and what failed stays visible.
 */
export async function cleanUp(run: Run): Promise<void> {
  const { progress } = run;
  run.api.until = Date.now() + WITHIN_MS;
  const attempt: Attempt = async (what, undo) => {
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
  await Promise.all([...cancelJobs(run, attempt), ...cancelPosts(run, attempt)]);
  if (run.plan?.onCancel === 'archive') await archiveProject(run, attempt);
  progress.publish();
}

function cancelJobs(run: Run, attempt: Attempt): Promise<void>[] {
  const cancel = (jobId: string, what: string): Promise<unknown> =>
    run.api.write(
      'cancelJob',
      { key: run.key(run.path({ step: 'cleanup', item: jobId })), jobId },
      options(`Cancel the job of the ${what}`),
    );
  const known = [...run.runningJobs].map(([jobId, what]) =>
    attempt(`cancel the running job ${jobId} (${what})`, () => cancel(jobId, what)),
  );
  const doubtful = [...run.inDoubt].flatMap(([path, { job, look, send, showsRunning = true }]) =>
    job === undefined
      ? []
      : attempt(`look for the job of the ${job}, since starting it got no answer`, async () => {
          if (showsRunning && (await look()) === null) return;
          // Under the same key Layers says which job it was.
          const { jobId } = (await send(run.key(path))) as { jobId: string };
          await cancel(jobId, job);
        }),
  );
  return [...known, ...doubtful];
}

/** The posts that are known, those of a schedule call that got no answer, and those that an approval may release. */
function cancelPosts(run: Run, attempt: Attempt): Promise<void>[] {
  const cancel = (scheduledPostId: string): Promise<void> =>
    attempt(`cancel the scheduled post ${scheduledPostId}`, () => cancelPost(run, scheduledPostId));
  const known = run.posts.map(({ scheduledPostId }) => cancel(scheduledPostId));
  const takeBack = async (at: string, why: string): Promise<void> => {
    const found: string[] = [];
    await attempt(`look for posts at ${at}, since ${why}`, async () => {
      found.push(...(await postsAt(run, at)).map(({ scheduledPostId }) => scheduledPostId));
    });
    await Promise.all(found.map(cancel));
  };
  const doubtful = [...run.timesSent]
    .filter((at) => run.inDoubt.has(run.path(run.intents.schedule(at))) && !run.timesStashed.has(at))
    .map((at) => takeBack(at, 'scheduling them got no answer'));
  const stashed = [...run.timesStashed].map(async (at) => {
    await attempt('reject the content, since Layers keeps its post back', () => rejectContent(run));
    await takeBack(at, 'an approval may have released them');
  });
  run.posts = [];
  return [...known, ...doubtful, ...stashed];
}

/** A conflict says that it has been decided on: then no approval can release anything any more. */
async function rejectContent(run: Run): Promise<void> {
  const { containerId } = run.container!;
  const key = run.key(run.path({ step: 'cleanup', item: `reject:${containerId}` }));
  try {
    const args = { key, containerId, reason: 'The onboarding was cancelled.' };
    await run.api.write('rejectContent', args, options('Reject the content at Layers'));
  } catch (error) {
    if (detailsOf(error)?.code !== 'CONFLICT') throw error;
  }
}

/** A conflict is read and compared: a post that is already cancelled, or that failed, needs nothing more. */
async function cancelPost(run: Run, scheduledPostId: string): Promise<void> {
  try {
    await run.api.write('cancelScheduledPost', { scheduledPostId }, options('Cancel the scheduled post'));
  } catch (error) {
    if (detailsOf(error)?.code !== 'CONFLICT') throw error;
    const { status } = await run.api.read('getScheduledPost', { scheduledPostId }, options('Is the post cancelled?'));
    if (status !== 'canceled' && status !== 'failed') throw error;
  }
}

/** Only one that this onboarding created, also where the create got no answer. */
async function archiveProject(run: Run, attempt: Attempt): Promise<void> {
  let projectId = run.createdHere ? run.projectId : '';
  if (run.inDoubt.has(run.path(run.intents.project())))
    await attempt('look for the project, since creating it got no answer', async () => {
      const { customerExternalId } = run.plan.project;
      const found = await run.api.read('findProjects', { customerExternalId }, options('Is the project there?'));
      projectId = found.find(({ createdAt }) => Date.parse(createdAt) >= run.startedAt.getTime())?.projectId ?? '';
    });
  if (projectId !== '')
    await attempt(`archive the project ${projectId}`, () =>
      run.api.write('archiveProject', { projectId }, options('Archive the project')),
    );
}
