import type { ContentRecord } from '../contract/activities';
import { SKEW_MS, type Run } from './run';
import { contentSinceStart, remixDoubt } from './steps/remix';
import { cancelDoubtful, cancelPost, options, takeBackJobs, takeBackPosts, visibly, WITHIN_MS } from './takeBack';

/**
 * Takes back what costs or publishes, after a cancel or an abort: running jobs, this run's queued posts, and by policy
 * the project that this onboarding created. What got no answer is looked for, and so is what a run before a reset has
 * left. Each is tried even if another failed, and what failed stays visible.
 */
export async function cleanUp(run: Run): Promise<void> {
  if (run.plan === undefined) return;
  run.api.until = Date.now() + WITHIN_MS;
  await Promise.all([takeBackJobs(run), takeBackKnownPosts(run), takeBackPosts(run, null, visibly(run))]);
  const projectId = await ownProject(run);
  if (projectId !== '') {
    // Before it has come to its content again, a run knows nothing of what it did before a reset.
    const isNew = run.projectId === '' ? run.inDoubt.has(run.path(run.intents.project())) : !run.adopted;
    if (run.container === null && !isNew) await takeBackForgotten(run, projectId);
    if (run.plan.onCancel === 'archive')
      await visibly(run)(`archive the project ${projectId}`, () =>
        run.api.write('archiveProject', { projectId }, options('Archive the project')),
      );
  }
  run.progress.publish();
}

async function takeBackKnownPosts(run: Run): Promise<void> {
  const ids = run.posts.map(({ scheduledPostId }) => scheduledPostId);
  run.posts = [];
  await Promise.all(ids.map((id) => visibly(run)(`cancel the scheduled post ${id}`, () => cancelPost(run, id))));
}

/** The project that this onboarding created, perhaps before a reset, or by a request that got no answer; '' for none. */
async function ownProject(run: Run): Promise<string> {
  if (run.projectId !== '') return run.createdHere ? run.projectId : '';
  let projectId = '';
  await visibly(run)('look for the project that this onboarding may have created', async () => {
    const { customerExternalId } = run.plan.project;
    const found = await run.api.read('findProjects', { customerExternalId }, options('Is the project there?'));
    const since = run.startedAt.getTime() - (run.inDoubt.has(run.path(run.intents.project())) ? SKEW_MS : 0);
    projectId = found.find(({ createdAt }) => Date.parse(createdAt) >= since)?.projectId ?? '';
  });
  return projectId;
}

/** A project that was created by this onboarding has nothing but what this onboarding made. */
async function takeBackForgotten(run: Run, projectId: string): Promise<void> {
  const attempt = visibly(run);
  run.projectId = projectId;
  let running: ContentRecord[] = [];
  await attempt('look for content from before this run', async () => {
    const all = await contentSinceStart(run);
    running = all.filter(({ status }) => status === 'queued' || status === 'processing');
    for (const { containerId } of all) run.foundContainers.add(containerId);
  });
  await Promise.all([
    takeBackPosts(run, null, attempt),
    ...running.map((content) =>
      attempt(`cancel the job of ${content.containerId}`, () => cancelDoubtful(run, remixDoubt(run, content))),
    ),
  ]);
}
