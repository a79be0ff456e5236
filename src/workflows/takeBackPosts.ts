import type { PostRecord } from '../contract/activities';
import type { ScheduleTarget } from '../contract/input';
import { MIN_LEAD_MS } from '../contract/limits';
import { options, plainly, type Attempt } from './attempts';
import { detailsOf } from './failures';
import type { Run } from './run';
import { approveAtLayers } from './steps/mirror';
import { answers, postsAt, postsSinceStart } from './steps/posts';
import { together } from './waits';

/** Nothing can be done about these any more. */
const OVER = ['published', 'draft'];

/** The posts that are wanted. */
export interface Wanted {
  /** UTC. */
  at: string;
  targets: ScheduleTarget[];
}

/**
 * Takes back the posts of this onboarding that nobody wants, wherever a schedule call may have left some: it got no answer,
 * Layers keeps them until an approval, or it was sent before a reset. Asks Layers nothing where no call can have.
 *
 * @param wanted what is to be left alone, all of it or, where a part is missing, nothing; `null` for nothing
 * @returns the posts that are wanted and there, one for each target in their order; none where one is missing
 */
export async function takeBackPosts(
  run: Run,
  wanted: Wanted | null,
  attempt: Attempt = plainly,
): Promise<PostRecord[]> {
  if (run.plan.schedule === null) return [];
  await release(run, wanted, attempt);
  const found: PostRecord[] = [];
  const find = (where: string, look: () => Promise<PostRecord[]>): Promise<boolean> =>
    attempt(`look for posts ${where}`, async () => found.push(...(await look())));
  if (run.foundContainers.size > 0) await find('of content that was there before this run', () => postsSinceStart(run));
  else
    for (const at of new Set([...doubtful(run), ...run.timesUnsure, ...run.timesStashed.keys()]))
      await find(`at ${at}, since scheduling them got no clear answer`, () => postsAt(run, at));
  const mine = found.filter(({ containerId }) => containerId === run.container?.containerId);
  const there = (wanted?.targets ?? []).flatMap(
    (target) => mine.find((post) => answers(post, target, wanted!.at)) ?? [],
  );
  const kept = there.length === wanted?.targets.length ? there : [];
  await together(
    found
      .filter((post) => !kept.includes(post) && !OVER.includes(post.status))
      .map(({ scheduledPostId: id }) => attempt(`cancel the scheduled post ${id}`, () => cancelPost(run, id))),
  );
  for (const at of doubtful(run).filter((other) => other !== wanted?.at)) {
    run.inDoubt.delete(run.path(run.intents.schedule(at)));
    // It may be one that Layers keeps until an approval.
    run.timesUnsure.add(at);
  }
  return kept;
}

/** Times for which a schedule call was sent that got no answer. */
const doubtful = (run: Run): string[] =>
  [...run.timesSent].filter((at) => run.inDoubt.has(run.path(run.intents.schedule(at))));

/**
 * What Layers keeps until the content is approved cannot be cancelled before. Where the content was approved here it is
 * approved there as well, and what that releases is cancelled; else it is rejected there, and nothing is ever released.
 */
async function release(run: Run, wanted: Wanted | null, attempt: Attempt): Promise<void> {
  const isWanted = (at: string, key: string): boolean =>
    at === wanted?.at && key === run.key(run.path(run.intents.schedule(at)));
  const unwanted = [...run.timesStashed].filter(([at, key]) => !isWanted(at, key)).map(([at]) => at);
  // What is due by now would be posted at once by an approval.
  const due =
    wanted === null &&
    [...unwanted, ...doubtful(run), ...run.timesUnsure].some((at) => Date.parse(at) < Date.now() + MIN_LEAD_MS);
  const approved = run.verdict?.decision === 'approve' && !run.progress.stopping && !due;
  let keptBack = unwanted.length > 0;
  if (!keptBack && wanted === null && doubtful(run).length + run.timesUnsure.size > 0)
    await attempt('see whether Layers keeps a post back', async () => {
      const { containerId } = run.container!;
      const content = await run.api.read('getContent', { containerId }, options('Is the content approved at Layers?'));
      keptBack = content.approvalStatus === 'pending';
    });
  if (!keptBack) return;
  const done = approved
    ? await attempt('approve the content, so that what Layers keeps back can be cancelled', () =>
        approveUnlessRejected(run),
      )
    : await attempt('reject the content, since Layers keeps its post back', () => rejectContent(run));
  if (!done) return;
  for (const at of unwanted) {
    run.timesStashed.delete(at);
    run.timesUnsure.add(at);
  }
}

/** What is rejected there releases nothing either. */
async function approveUnlessRejected(run: Run): Promise<void> {
  try {
    await approveAtLayers(run, run.container!.containerId);
  } catch (error) {
    if (detailsOf(error)?.code !== 'CONTENT_REJECTED') throw error;
  }
}

/** A conflict says that it has been decided on: then no approval can release anything any more. */
async function rejectContent(run: Run): Promise<void> {
  const { containerId } = run.container!;
  const key = run.key(run.path({ step: 'cleanup', item: `reject:${containerId}` }));
  try {
    const args = { key, containerId, reason: 'Nothing of it is to be posted.' };
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
