import { hasId, sameId } from '../../contract/ids';
import type { PostRecord } from '../../contract/activities';
import type { ScheduleTarget } from '../../contract/input';
import { CLEAN_UP } from '../effects/cleanUp';
import { codeOf } from '../failures';
import type { Flow } from '../flow';
import { projectOf } from '../values';
import { foundContent } from './draft';

const DEAD = ['canceled', 'failed'];
const MODES = ['publish', 'draft', 'managed'];

/** Whether a post is what a target asks for. A mode that no document names may be a new name of it. */
export const fits = (post: PostRecord, { socialAccountId, mode }: ScheduleTarget, at: string): boolean =>
  sameId(post.socialAccountId, socialAccountId) &&
  (post.mode === mode || !MODES.includes(post.mode)) &&
  Date.parse(post.scheduledFor) === Date.parse(at);

/** The living posts of one content at a time; those of an earlier run only where they are asked for. */
export async function postsAt(
  flow: Flow,
  { projectId, containerId }: { projectId: string; containerId: string },
  at: string,
  { ofEarlierRunsToo = false }: { ofEarlierRunsToo?: boolean } = {},
): Promise<PostRecord[]> {
  const posts = await list(flow, projectId, { since: at, until: at });
  return posts.filter(
    (post) =>
      !DEAD.includes(post.status) &&
      sameId(post.containerId, containerId) &&
      (ofEarlierRunsToo || Date.parse(post.createdAt) >= flow.startedAt.getTime()),
  );
}

/** The living posts that this onboarding made at any time, also before a reset. */
export async function postsSinceStart(
  flow: Flow,
  content: { projectId: string; containerId: string } | null,
): Promise<PostRecord[]> {
  const projectId = content?.projectId ?? projectOf(flow)?.projectId;
  if (projectId === undefined) return [];
  const own = content?.containerId;
  const found = foundContent(flow);
  const posts = (await list(flow, projectId, { since: flow.startedAt.toISOString() })).filter(
    ({ containerId, createdAt }) =>
      hasId([...found, own], containerId) && Date.parse(createdAt) >= flow.startedAt.getTime(),
  );
  // An onboarding ends when it has posted: of other content only what was posted first can be its own.
  const [first] = posts.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  return posts.filter(
    ({ status, containerId }) => !DEAD.includes(status) && hasId([first?.containerId, own], containerId),
  );
}

/** The living posts of a project that were made, by whomever, since this onboarding began. */
export async function livingPosts(flow: Flow, projectId: string): Promise<PostRecord[]> {
  const posts = await list(flow, projectId, { since: flow.startedAt.toISOString() });
  return posts.filter(
    ({ status, createdAt }) => !DEAD.includes(status) && Date.parse(createdAt) >= flow.startedAt.getTime(),
  );
}

/** Nothing can be done about it any more. */
export const isOver = ({ status }: PostRecord): boolean => status === 'published' || status === 'draft';

const list = ({ layers }: Flow, projectId: string, due: { since: string; until?: string }): Promise<PostRecord[]> =>
  layers.readAll('listScheduledPosts', { projectId, ...due }, 'Is the post there already?');

/** A conflict is read and compared: a post that is already cancelled, or that failed, needs nothing more. */
export async function cancelPost({ layers }: Flow, scheduledPostId: string): Promise<void> {
  try {
    await layers.write('cancelScheduledPost', { scheduledPostId }, 'Cancel the scheduled post', CLEAN_UP);
  } catch (error) {
    if (codeOf(error) !== 'CONFLICT') throw error;
    const { status } = await layers.read('getScheduledPost', { scheduledPostId }, 'Is the post cancelled?', CLEAN_UP);
    if (status !== 'canceled' && status !== 'failed') throw error;
  }
}
