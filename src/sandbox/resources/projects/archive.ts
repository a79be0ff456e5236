import type { Call } from '../../requests/route';
import type { Project } from '../../world/state';
import { finishJob } from '../jobs/records';
import { cancelQueued } from '../posts/records';

/** Soft: cancels queued posts and running generations, keeps everything. The number of cancelled posts. */
export function archive({ world, requestId }: Pick<Call, 'world' | 'requestId'>, project: Project): number {
  const now = world.core.now();
  Object.assign(project, { status: 'archived', archivedAt: now, updatedAt: now });
  const canceled = cancelQueued(world, requestId, (post) => post.projectId === project.id);
  for (const job of [...world.open.jobs])
    if (job.kind === 'content_generate' && job.projectId === project.id) finishJob(world, job, now, 'canceled');
  world.core.effect('project.archived', { id: project.id, projectId: project.id }, requestId, {
    canceledScheduledPosts: canceled,
  });
  return canceled;
}
