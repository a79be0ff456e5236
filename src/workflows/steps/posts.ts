import type { PostRecord } from '../../contract/activities';
import type { ScheduleTarget } from '../../contract/input';
import { PRIORITY } from '../../contract/queues';
import type { Run } from '../run';

const DEAD = ['canceled', 'failed'];
const MODES = ['publish', 'draft', 'managed'];

/** Whether a post is what a target asks for. A mode that nobody knows may be a new name of it. */
export const answers = (post: PostRecord, { socialAccountId, mode }: ScheduleTarget, at: string): boolean =>
  post.socialAccountId === socialAccountId &&
  (post.mode === mode || !MODES.includes(post.mode)) &&
  Date.parse(post.scheduledFor) === Date.parse(at);

/** The living posts of this container at a time; those of an earlier run only where they are asked for. */
export async function postsAt(run: Run, at: string, earlierToo = false): Promise<PostRecord[]> {
  const posts = await living(run, { since: at, until: at });
  return posts.filter(
    ({ containerId, createdAt }) =>
      containerId === run.container!.containerId && (earlierToo || Date.parse(createdAt) >= run.startedAt.getTime()),
  );
}

/** The living posts that this onboarding made at any time, also before a reset. */
export async function postsSinceStart(run: Run): Promise<PostRecord[]> {
  const posts = (await listed(run, { since: run.startedAt.toISOString() })).filter(
    ({ containerId, createdAt }) =>
      (run.foundContainers.has(containerId) || containerId === run.container?.containerId) &&
      Date.parse(createdAt) >= run.startedAt.getTime(),
  );
  // An onboarding ends when it has posted: of other content only what was posted first can be its own.
  const [first] = posts.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  return posts.filter(
    ({ status, containerId }) =>
      !DEAD.includes(status) && [first?.containerId, run.container?.containerId].includes(containerId),
  );
}

const living = async (run: Run, due: { since: string; until?: string }): Promise<PostRecord[]> =>
  (await listed(run, due)).filter(({ status }) => !DEAD.includes(status));

async function listed(run: Run, due: { since: string; until?: string }): Promise<PostRecord[]> {
  return run.api.read(
    'listScheduledPosts',
    { projectId: run.projectId, ...due },
    { summary: 'Is the post there already?', priority: PRIORITY.publish },
  );
}
