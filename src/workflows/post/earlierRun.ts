import { workflowInfo } from '@temporalio/workflow';
import { hasId, sameId } from '../../contract/ids';
import type { ContentRecord, PostRecord } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import type { Flow } from '../flow';
import { looksForForgotten } from '../values';
import { foundContent, noteFound, type Order } from './draft';
import { contentSinceStart, generation } from './generation';
import { cancelPost, isOver, livingPosts } from './postsAtLayers';

/**
 * Takes back the jobs that a run before a reset has left. A project that this onboarding created has nothing but what this
 * onboarding made.
 */
export async function takeBackForgotten(flow: Flow, projectId: string): Promise<void> {
  const { cleanUp, board } = flow;
  let all: ContentRecord[] = [];
  await cleanUp.asItem('look for content from before this run', async () => {
    all = await contentSinceStart(flow, projectId);
  });
  noteFound(
    flow,
    all.map(({ containerId }) => containerId),
  );
  const current = board.ids.containerId;
  const running = all.filter(
    ({ containerId, status }) => !sameId(containerId, current) && (status === 'queued' || status === 'processing'),
  );
  await Promise.all(
    running.map((content) =>
      cleanUp.asItem(`cancel the job of ${content.containerId}`, () => cancel(flow, projectId, content, all)),
    ),
  );
}

async function cancel(flow: Flow, projectId: string, content: ContentRecord, all: ContentRecord[]): Promise<void> {
  const { containerId } = content;
  if (!isFirstRound(all)) throw stepFailure('CLEANUP_FAILED', `Nobody knows any more which job makes ${containerId}.`);
  const order: Order = {
    format: 'slideshow-remix',
    projectId,
    tiktokVideoId: content.sourceTiktokId ?? '',
    influencerId: content.influencerId ?? '',
    revision: 0,
  };
  const started = { jobId: null, containerId, sentAt: null };
  const row = flow.effects.ofEarlierRun(generation, order);
  await generation.undo?.run(flow, row, { ...generation, find: () => Promise.resolve(started) });
}

/** Every later round has another source or persona: then the key cannot be told from the content. */
const isFirstRound = (all: ContentRecord[]): boolean =>
  new Set(
    all
      .filter(({ status }) => status !== 'failed' && status !== 'canceled')
      .map(({ sourceTiktokId, influencerId }) => `${sourceTiktokId} ${influencerId}`),
  ).size === 1;

/**
 * Takes back the post that a run before a reset has left in a project which was there before: there nothing tells what that run
 * made from what the partner makes. But a post for just the time and an account of the plan, of content that is younger than
 * this onboarding, is its own. Others are named, for a person to look at.
 */
export async function takeBackPlanned(flow: Flow, projectId: string): Promise<void> {
  const { board, cleanUp, wanted } = flow;
  const { schedule, social } = wanted.plan;
  // Content that this run has recognised leads to all posts of it.
  if (schedule === null || foundContent(flow).length > 0 || !looksForForgotten() || !(await wasReset(flow))) return;
  let posts: PostRecord[] = [];
  await cleanUp.asItem('look for the post that was planned, from before this run', async () => {
    const living = (await livingPosts(flow, projectId)).filter((post) => !isOver(post));
    if (living.length === 0) return;
    const content = (await contentSinceStart(flow, projectId)).map(({ containerId }) => containerId);
    posts = living.filter(({ containerId }) => hasId(content, containerId));
  });
  const named = schedule.targets?.map(({ socialAccountId }) => socialAccountId) ?? social.socialAccountIds;
  const isAnybodys = schedule.targets === null && social.connect.length > 0;
  const isPlanned = ({ socialAccountId, scheduledFor }: PostRecord): boolean =>
    Date.parse(scheduledFor) === Date.parse(schedule.at) && (isAnybodys || hasId(named, socialAccountId));
  await Promise.all(
    posts
      .filter(isPlanned)
      .map(({ scheduledPostId: id }) => cleanUp.asItem(`cancel the scheduled post ${id}`, () => cancelPost(flow, id))),
  );
  const others = posts.filter((post) => !isPlanned(post)).map(({ scheduledPostId }) => scheduledPostId);
  if (others.length > 0)
    board.note(`These posts may be from before the reset, at another time than planned: ${others.join(', ')}.`);
}

const wasReset = ({ layers }: Flow): Promise<boolean> =>
  layers.local.wasReset.executeWithOptions({ summary: 'Was it reset?' }, [
    { originalRunId: workflowInfo().originalExecutionRunId },
  ]);
