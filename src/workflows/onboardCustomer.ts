import { allHandlersFinished, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { OnboardingInput } from '../contract/input';
import type { OnboardingResult, Outcome } from '../contract/result';
import { STEPS } from '../contract/steps';
import { visibly } from './attempts';
import { cleanUp } from './cleanup';
import { registerMessages } from './messages';
import { notifyBlocked, notifyLastly } from './notifying';
import { nextRound } from './rounds';
import { Run } from './run';
import { produceContent } from './steps/content';
import { readyInfluencer } from './steps/influencer';
import { keywordBank } from './steps/keywords';
import { uploadMedia } from './steps/media';
import { createProject } from './steps/project';
import { review } from './steps/review';
import { schedulePost } from './steps/schedule';
import { connectAccounts } from './steps/social';
import { pickSource } from './steps/source';
import { validate } from './steps/validate';
import { takeBackJobs } from './takeBackJobs';
import { takeBackPosts } from './takeBackPosts';
import { together } from './waits';

/**
 * Takes one customer from nothing to a scheduled post.
 *
 * @param input one JSON object, see `OnboardingInput`
 * @returns a result for every outcome that is somebody's decision: scheduled, ready, rejected, expired
 * @throws `InvalidInput` or `Aborted` (ApplicationFailure); a cancel stays Temporal's Cancelled. Both clean up.
 */
export async function onboardCustomer(input: OnboardingInput): Promise<OnboardingResult> {
  const run = new Run(input, notifyBlocked);
  registerMessages(run);
  try {
    const outcome = await run.scope.run(() => onboard(run));
    // Nobody needs any more what a message may still be asking Layers for.
    run.scope.cancel();
    const result = await finish(run, outcome);
    await notifyLastly(run, { type: 'onboarding.finished', outcome, scheduledFor: run.progress.scheduledFor });
    return result;
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => stop(run));
    throw run.abortFailure() ?? error;
  } finally {
    // A workflow that ends under a running handler makes an invalid sequence of commands and takes long to recover.
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  }
}

/** The flow. Media, influencer, keywords and the social account go side by side; the account is needed last. */
async function onboard(run: Run): Promise<Outcome> {
  await validate(run);
  run.progress.enter('project');
  await createProject(run);

  run.progress.stage = 'preparing';
  const social = alongside(connectAccounts, run);
  run.progress.publish();
  await together([uploadMedia(run), keywordBank(run), readyInfluencer(run)]);

  for (;;) {
    run.progress.enter('source');
    await pickSource(run);
    run.progress.enter('content');
    await produceContent(run);
    const { decision } = await review(run);
    if (decision === 'approve') break;
    if (decision !== 'requestChanges') return await social.giveUp(decision === 'reject' ? 'rejected' : 'expired');
    await nextRound(run);
  }

  if (run.plan.schedule === null) return await social.giveUp('ready');
  run.progress.enter('schedule');
  await social.done;
  await schedulePost(run);
  return run.posts.length > 0 ? 'scheduled' : 'ready';
}

/** Begun early and awaited late: its failure is taken at once, else a cancel would leave the workflow running. */
function alongside(
  step: (run: Run) => Promise<void>,
  run: Run,
): { done: Promise<void>; giveUp<T>(outcome: T): Promise<T> } {
  const scope = new CancellationScope();
  const done = scope.run(() => step(run));
  done.catch(() => undefined);
  return {
    done,
    async giveUp(outcome) {
      scope.cancel();
      await done.catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
      return outcome;
    },
  };
}

/** So long the result waits for what is left to be taken back. */
const AT_THE_END_MS = 10 * 60_000;

async function finish(run: Run, outcome: Outcome): Promise<OnboardingResult> {
  const { progress, verdict } = run;
  run.api.until = Date.now() + AT_THE_END_MS;
  if (outcome !== 'scheduled') await takeBackPosts(run, null, visibly(run));
  await takeBackJobs(run);
  for (const step of STEPS)
    if (!['done', 'skipped'].includes(progress.state(step)))
      progress.set(step, 'skipped', { fact: `not needed: ${outcome}` });
  if (outcome !== 'scheduled') progress.scheduledFor = null;
  progress.enter('finished');
  return {
    outcome,
    projectId: run.projectId,
    influencerId: run.influencer?.influencerId ?? null,
    containerId: run.container?.containerId ?? null,
    revision: run.revision,
    review:
      verdict === null
        ? null
        : {
            decision: verdict.decision,
            reviewer: verdict.reviewer,
            at: verdict.at,
            comment: verdict.comment,
            earlier: run.earlier,
          },
    scheduledPosts: run.posts,
    steps: progress.status().steps,
  };
}

/** After a cancel or an abort. */
async function stop(run: Run): Promise<void> {
  const { progress } = run;
  progress.stopping = true;
  for (const step of STEPS)
    if (['running', 'waiting', 'blocked'].includes(progress.state(step)))
      progress.set(step, 'failed', { fact: 'stopped here' });
  progress.scheduledFor = null;
  await cleanUp(run);
  progress.enter('finished');
  const outcome = run.abortFailure() === null ? 'cancelled' : 'aborted';
  await notifyLastly(run, { type: 'onboarding.finished', outcome, scheduledFor: null });
}
