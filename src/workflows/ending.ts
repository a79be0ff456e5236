import { allHandlersFinished, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { OnboardingResult, Outcome } from '../contract/result';
import { STEPS } from '../contract/steps';
import { CLEAN_UP, CLEAN_UP_MS } from './effects/cleanUp';
import type { Flow } from './flow';
import { shownOf } from './post/decisions';
import { takeBackForgotten, takeBackPlanned } from './post/earlierRun';
import type { Posts } from './post/posts';
import type { ReviewedPost } from './reviewedPost';
import { takeBackForgottenPersona } from './steps/influencer';
import { lookForForgottenUploads, lookForUploads } from './steps/media';
import { areProjectsKnown, creation } from './steps/project';
import { validate } from './steps/validate';
import { looksForForgotten, projectOf, rememberProject, type Project } from './values';

/** How the flow itself has ended: a person's decision, or the post that is scheduled. */
export interface Ending {
  outcome: Outcome;
  post: ReviewedPost;
}

/** So long the result waits for what is left to be taken back. */
const AT_THE_END_MS = 10 * 60_000;

/**
 * Runs the flow to one of its ends. At every end, what was made at Layers and is not kept is taken back; and no end
 * comes while a message is being handled, since that makes an invalid sequence of commands and takes long to recover.
 */
export async function closing(flow: Flow, posts: Posts, run: () => Promise<Ending>): Promise<OnboardingResult> {
  flow.continuing.watch();
  try {
    flow.notifications.resume();
    const ending = await flow.scope.run(run);
    flow.continuing.stay();
    // No step needs any more what a message may still be asking Layers for.
    flow.scope.cancel();
    const result = await finish(flow, posts, ending);
    const { outcome } = ending;
    await flow.notifications.tellLastly({
      type: 'onboarding.finished',
      outcome,
      scheduledFor: flow.wanted.scheduledFor,
    });
    return result;
  } catch (error) {
    if (isCancellation(error)) await flow.continuing.toNextRun();
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => stop(flow, posts));
    throw flow.abortFailure() ?? error;
  } finally {
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  }
}

async function finish(flow: Flow, posts: Posts, { outcome, post }: Ending): Promise<OnboardingResult> {
  const { board, effects, cleanUp, layers, wanted } = flow;
  layers.endWithin(AT_THE_END_MS);
  if (outcome !== 'scheduled') await posts.takeBack(null, cleanUp.asItem);
  await Promise.all([effects.undoRest(), lookForUploads(flow)]);
  for (const step of STEPS)
    if (!['done', 'skipped'].includes(board.state(step)))
      board.set(step, 'skipped', { fact: `not needed: ${outcome}` });
  if (outcome !== 'scheduled') wanted.giveUpPost();
  flow.enter('finished');
  const { project, persona, content, revision, verdict, earlier } = post;
  const { revision: _revision, slides: _slides, ...review } = shownOf(verdict);
  return {
    outcome,
    projectId: project.projectId,
    influencerId: persona.influencerId,
    containerId: content.containerId,
    revision,
    review: { ...review, earlier },
    scheduledPosts: posts.made,
    steps: board.status().steps,
  };
}

/** After a cancel or an abort. */
async function stop(flow: Flow, posts: Posts): Promise<void> {
  const { board, wanted } = flow;
  flow.stop();
  for (const step of STEPS)
    if (['running', 'waiting', 'blocked'].includes(board.state(step)))
      board.set(step, 'failed', { fact: 'stopped here' });
  wanted.giveUpPost();
  await cleanUp(flow, posts);
  flow.enter('finished');
  const outcome = flow.abortFailure() === null ? 'cancelled' : 'aborted';
  await flow.notifications.tellLastly({ type: 'onboarding.finished', outcome, scheduledFor: null });
}

/**
 * Takes back what is not kept, which after a cancel or an abort is everything that costs or publishes: jobs, posts, and by
 * policy the project that this onboarding created. What got no answer is looked for, and so is what a run before a reset
 * has left. The project comes last, since nothing in an archived one can be taken back.
 */
async function cleanUp(flow: Flow, posts: Posts): Promise<void> {
  const { cleanUp: items, layers, effects, wanted, board } = flow;
  if (!(await isInputKnown(flow))) return;
  layers.endWithin(CLEAN_UP_MS);
  await Promise.all([
    effects.undoRest(),
    lookForUploads(flow),
    posts.takeBackMade(),
    posts.takeBack(null, items.asItem),
  ]);
  const project = await customersProject(flow);
  if (project?.isOurs) {
    const { projectId } = project;
    // What a run before a reset has made, this one does not know.
    if (!project.isNew || !effects.trustsReplays) {
      await takeBackForgotten(flow, projectId);
      await takeBackForgottenPersona(flow, projectId);
      await lookForForgottenUploads(flow, projectId);
      await posts.takeBack(null, items.asItem);
    }
    if (wanted.plan.onCancel === 'archive')
      await items.asItem(`archive the project ${projectId}`, () =>
        layers.write('archiveProject', { projectId }, 'Archive the project', CLEAN_UP),
      );
  } else if (project !== null) await takeBackPlanned(flow, project.projectId);
  board.publish();
}

/** After a reset, a cancel may come before the first step: what the run before it has made is taken back all the same. */
async function isInputKnown(flow: Flow): Promise<boolean> {
  if (flow.wanted.isKnown) return true;
  try {
    await validate(flow);
    return true;
  } catch {
    // Nothing was ever made for an input that is wrong.
    return false;
  }
}

/**
 * The customer's project, and whether this onboarding created it, perhaps before a reset, or by a request that got no answer;
 * `null` where there is none, or several.
 */
async function customersProject(flow: Flow): Promise<Project | null> {
  const { cleanUp: items, effects, layers, startedAt, wanted } = flow;
  const known = projectOf(flow);
  if (known !== null) return known;
  const { project } = wanted.plan;
  const isUnanswered = effects.isUnanswered(creation.intent({ project }));
  if (areProjectsKnown(flow) && !isUnanswered) return null;
  let found: Project | null = null;
  await items.asItem('look for the project that this onboarding may have created', async () => {
    const { customerExternalId } = project;
    const all = await layers.readAll('findProjects', { customerExternalId }, 'Is the project there?', CLEAN_UP);
    // There was none before the request, so what is there now has come of it.
    const ours = isUnanswered ? all[0] : all.find(({ createdAt }) => Date.parse(createdAt) >= startedAt.getTime());
    const [only, another] = all;
    // Found, and not by its own unanswered request: a reset has made this run forget what was done in it.
    if (ours !== undefined) found = { projectId: ours.projectId, isOurs: true, isNew: isUnanswered };
    else if (only !== undefined && another === undefined)
      found = { projectId: only.projectId, isOurs: false, isNew: false };
  });
  if (found !== null && looksForForgotten()) rememberProject(flow, found);
  return found;
}
