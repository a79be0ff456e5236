import type { Job, Post } from '../world/state';
import type { World } from '../world/world';
import { dueAtOfJob } from './jobs/progress';
import { finishJob } from './jobs/records';
import { advancePost, dueAtOfPost } from './posts/records';

/**
 * Nothing in the sandbox runs by itself: what time changes is worked out when a request comes, in the order in which it fell
 * due, so that a moved clock and a restart lead to the same history.
 */
export function settle(world: World): void {
  const now = world.core.now();
  for (let next = world.open.take(now); next; next = world.open.take(now)) {
    const { item, at } = next;
    // It may have ended or been moved since it was put on the agenda.
    if (dueAt(world, item) !== at) continue;
    if (isJob(item)) finishJob(world, item, at);
    else advancePost(world, item, at);
  }
}

/** After a start with a snapshot: everything that was open falls due again. */
export function resume(world: World): void {
  world.open.onDue = () => settle(world);
  for (const job of world.open.jobs) world.open.due(job, dueAtOfJob(job));
  for (const post of world.open.posts) world.open.due(post, dueAtOfPost(world, post));
  world.webhooks.resume();
}

const isJob = (item: Job | Post): item is Job => 'kind' in item;

const dueAt = (world: World, item: Job | Post): number => (isJob(item) ? dueAtOfJob(item) : dueAtOfPost(world, item));
