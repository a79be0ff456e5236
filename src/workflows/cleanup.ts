import type { ContentRecord } from '../contract/activities';
import { stepFailure } from '../contract/failures';
import { options, visibly, WITHIN_MS } from './attempts';
import { SKEW_MS, type Run } from './run';
import { contentSinceStart, remixDoubt } from './steps/remix';
import { cancelDoubtful, takeBackJobs } from './takeBackJobs';
import { cancelPost, takeBackPosts } from './takeBackPosts';

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
    // Found, not made by this run: a reset has made it forget what it did before.
    const isNew = run.projectId === '' ? isCreateInDoubt(run) : !run.adopted;
    if (!isNew) await takeBackForgotten(run, projectId);
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

const isCreateInDoubt = (run: Run): boolean => run.inDoubt.has(run.path(run.intents.project()));

/** The project that this onboarding created, perhaps before a reset, or by a request that got no answer; '' for none. */
async function ownProject(run: Run): Promise<string> {
  if (run.projectId !== '') return run.createdHere ? run.projectId : '';
  const isInDoubt = isCreateInDoubt(run);
  if (run.projectsKnown && !isInDoubt) return '';
  let projectId = '';
  await visibly(run)('look for the project that this onboarding may have created', async () => {
    const { customerExternalId } = run.plan.project;
    const found = await run.api.read('findProjects', { customerExternalId }, options('Is the project there?'));
    const since = run.startedAt.getTime() - (isInDoubt ? SKEW_MS : 0);
    projectId = found.find(({ createdAt }) => Date.parse(createdAt) >= since)?.projectId ?? '';
  });
  return projectId;
}

/** A project that was created by this onboarding has nothing but what this onboarding made. */
async function takeBackForgotten(run: Run, projectId: string): Promise<void> {
  const attempt = visibly(run);
  run.projectId = projectId;
  let all: ContentRecord[] = [];
  await attempt('look for content from before this run', async () => void (all = await contentSinceStart(run)));
  for (const { containerId } of all) run.foundContainers.add(containerId);
  const current = run.progress.ids.containerId;
  const running = all.filter(
    ({ containerId, status }) => containerId !== current && (status === 'queued' || status === 'processing'),
  );
  await Promise.all([
    takeBackPosts(run, null, attempt),
    ...running.map((content) =>
      attempt(`cancel the job of ${content.containerId}`, () => {
        if (isFirstRound(all)) return cancelDoubtful(run, remixDoubt(run, content));
        throw stepFailure('CLEANUP_FAILED', `Nobody knows any more which job makes ${content.containerId}.`);
      }),
    ),
  ]);
}

/** Every later round has another source or persona: then the key cannot be told from the content. */
const isFirstRound = (all: ContentRecord[]): boolean =>
  new Set(
    all
      .filter(({ status }) => status !== 'failed' && status !== 'canceled')
      .map(({ sourceTiktokId, influencerId }) => `${sourceTiktokId} ${influencerId}`),
  ).size === 1;
