import type { PostRecord } from '../contract/activities';
import { stepFailure } from '../contract/failures';
import { PRIORITY } from '../contract/queues';
import type { CleanupItem } from '../contract/status';
import { detailsOf } from './failures';
import type { Run, RunningJob, SentDoubt } from './run';
import { approveAtLayers } from './steps/mirror';
import { postsAt, postsSinceStart } from './steps/posts';

/** So long something is tried to be taken back; what is left stays visible. */
export const WITHIN_MS = 3_600_000;
/** Nothing can be done about these any more. */
const OVER = ['published', 'draft'];

/** Does one thing of many, and says what became of it. */
export type Attempt = (what: string, undo: () => Promise<unknown>) => Promise<void>;

export const options = (summary: string): { summary: string; priority: number; within: number } => ({
  summary,
  priority: PRIORITY.publish,
  within: WITHIN_MS,
});

/** Each is tried even if another failed, and what failed stays visible in the status. */
export const visibly =
  (run: Run): Attempt =>
  async (what, undo) => {
    const { progress } = run;
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

/**
 * Cancels the jobs whose outcome nobody needs any more: those that are known to run, and those whose start got no answer.
 *
 * @param isUnwanted by the path of the intent; all of them without it
 */
export async function takeBackJobs(run: Run, isUnwanted: (path: string) => boolean = () => true): Promise<void> {
  const attempt = visibly(run);
  const running = [...run.runningJobs].filter(([, { path }]) => isUnwanted(path));
  const doubtful = [...run.inDoubt].filter(([path, { job }]) => job !== undefined && isUnwanted(path));
  await Promise.all([
    ...running.map(([jobId, { what, path }]: [string, RunningJob]) =>
      attempt(`cancel the running job ${jobId} (${what})`, () => cancelJob(run, jobId, what)).then(() => {
        run.runningJobs.delete(jobId);
        run.nextTry(path);
      }),
    ),
    ...doubtful.map(([path, doubt]) =>
      attempt(`look for the job of the ${doubt.job}, since starting it got no answer`, () =>
        cancelDoubtful(run, doubt),
      ).then(() => {
        run.inDoubt.delete(path);
        run.nextTry(path);
      }),
    ),
  ]);
}

const cancelJob = (run: Run, jobId: string, what: string): Promise<unknown> =>
  run.api.write(
    'cancelJob',
    { key: run.key(run.path({ step: 'cleanup', item: jobId })), jobId },
    options(`Cancel the job of the ${what}`),
  );

/** What a job makes; an answer has its job besides, what was found has not. */
type Made = { jobId: string | null; containerId?: string; influencerId?: string };
const idOf = ({ containerId, influencerId }: Made): string | undefined => containerId ?? influencerId;

/** Under the same key Layers says which job it was. Should it start another one, that is cancelled at once. */
export async function cancelDoubtful(
  run: Run,
  { job, look, send, showsRunning = true, keys, apiKeyId }: SentDoubt,
): Promise<void> {
  const found = showsRunning ? ((await look()) as Made | null) : null;
  if (showsRunning && found === null) return;
  const made = found === null ? job : `${job} ${idOf(found)}`;
  if (apiKeyId !== run.caller.apiKeyId)
    throw stepFailure('CLEANUP_FAILED', `Only the API key that started the job of the ${made} can tell which it is.`);
  for (const key of keys) {
    const answer = (await send(key)) as Made;
    await cancelJob(run, answer.jobId!, job!);
    if (found === null || idOf(answer) === idOf(found)) return;
  }
  throw stepFailure('CLEANUP_FAILED', `Layers does not say which job makes the ${made}.`);
}

/**
 * Takes back the posts of this onboarding that nobody wants, or that a schedule call may have left behind: it got no answer,
 * Layers keeps them until an approval, or it was sent before a reset.
 *
 * @param wanted the posts to be left; `null` for none
 */
export async function takeBackPosts(
  run: Run,
  wanted: { at: string; accounts: string[] } | null,
  attempt: Attempt = (_, undo) => undo().then(() => undefined),
): Promise<void> {
  if (run.plan.schedule === null) return;
  const isWanted = ({ scheduledFor, socialAccountId }: PostRecord): boolean =>
    wanted !== null && Date.parse(scheduledFor) === Date.parse(wanted.at) && wanted.accounts.includes(socialAccountId);
  const stashed = [...run.timesStashed].filter((at) => at !== wanted?.at);
  if (stashed.length > 0) {
    if (wanted === null)
      await attempt('reject the content, since Layers keeps its post back', () => rejectContent(run));
    // What is to be posted at another time is approved all the same, and that releases what was kept back.
    else await approveAtLayers(run, run.container!.containerId);
  }
  const doubtful = [...run.timesSent].filter((at) => run.inDoubt.has(run.path(run.intents.schedule(at))));
  const unwanted: PostRecord[] = [];
  const find = (where: string, look: () => Promise<PostRecord[]>): Promise<void> =>
    attempt(`look for posts ${where}`, async () => {
      const found = (await look()).filter((post) => !OVER.includes(post.status) && !isWanted(post));
      unwanted.push(...found.filter(({ scheduledPostId: id }) => !unwanted.some((one) => one.scheduledPostId === id)));
    });
  if (run.foundContainers.size > 0) await find('of content that was there before this run', () => postsSinceStart(run));
  else {
    const reasons = new Map([
      ...doubtful.map((at) => [at, 'scheduling them got no answer'] as const),
      ...stashed.map((at) => [at, 'an approval may have released them'] as const),
    ]);
    for (const [at, why] of reasons) await find(`at ${at}, since ${why}`, () => postsAt(run, at));
  }
  await Promise.all(
    unwanted.map(({ scheduledPostId }) =>
      attempt(`cancel the scheduled post ${scheduledPostId}`, () => cancelPost(run, scheduledPostId)),
    ),
  );
  for (const at of stashed) run.timesStashed.delete(at);
  for (const at of doubtful) if (at !== wanted?.at) run.inDoubt.delete(run.path(run.intents.schedule(at)));
}

/** A conflict says that it has been decided on: then no approval can release anything any more. */
async function rejectContent(run: Run): Promise<void> {
  const { containerId } = run.container!;
  const key = run.key(run.path({ step: 'cleanup', item: `reject:${containerId}` }));
  try {
    const args = { key, containerId, reason: 'The onboarding ended without a post.' };
    await run.api.write('rejectContent', args, options('Reject the content at Layers'));
  } catch (error) {
    if (detailsOf(error)?.code !== 'CONFLICT') throw error;
  }
}

/** A conflict is read and compared: a post that is already cancelled, or that failed, needs nothing more. */
export async function cancelPost(run: Run, scheduledPostId: string): Promise<void> {
  try {
    await run.api.write('cancelScheduledPost', { scheduledPostId }, options('Cancel the scheduled post'));
  } catch (error) {
    if (detailsOf(error)?.code !== 'CONFLICT') throw error;
    const { status } = await run.api.read('getScheduledPost', { scheduledPostId }, options('Is the post cancelled?'));
    if (status !== 'canceled' && status !== 'failed') throw error;
  }
}
