import { stepFailure } from '../contract/failures';
import { atMost, options, visibly, type Attempt } from './attempts';
import { mayHaveTakenEffect } from './failures';
import type { Run, SentDoubt } from './run';
import { together } from './waits';

/** As long as the flow waits for it. */
const IN_THE_FLOW_MS = 60_000;

/**
 * Cancels the jobs whose outcome nobody needs any more: those that are known to run, and those whose start got no answer.
 * What could not be cancelled is kept in mind, so that a later clean-up tries again: before the end, the flow is not held
 * up for it.
 *
 * @param isUnwanted by the path of the intent, and whether its input has been replaced; all of them, at the end, without it
 */
export async function takeBackJobs(run: Run, isUnwanted?: (path: string, replaced: boolean) => boolean): Promise<void> {
  const attempt: Attempt = (what, undo) =>
    visibly(run)(what, isUnwanted === undefined ? undo : () => atMost(IN_THE_FLOW_MS, undo));
  const running = [...run.runningJobs].filter(([, { path, replaced = false }]) => isUnwanted?.(path, replaced) ?? true);
  const doubtful = [...run.inDoubt].filter(
    ([path, { job, replaced = false }]) => job !== undefined && (isUnwanted?.(path, replaced) ?? true),
  );
  await together([
    ...running.map(async ([jobId, { what, path, replaced = false }]) => {
      const cancelled = await attempt(`cancel the running job ${jobId} (${what})`, () => cancelJob(run, jobId, what));
      if (!cancelled) return;
      run.runningJobs.delete(jobId);
      if (!replaced) run.nextTry(path);
    }),
    ...doubtful.map(async ([path, doubt]) => {
      const why = doubt.keys.length > 1 ? 'it was started before this run' : 'starting it got no answer';
      const what = `look for the job of the ${doubt.job}, since ${why}`;
      if (!(await attempt(what, () => cancelDoubtful(run, doubt)))) return;
      run.inDoubt.delete(path);
      run.nextTry(path);
    }),
  ]);
}

async function cancelJob(run: Run, jobId: string, what: string): Promise<void> {
  const path = run.path({ step: 'cleanup', item: jobId });
  try {
    await run.api.write('cancelJob', { key: run.key(path), jobId }, options(`Cancel the job of the ${what}`));
  } catch (error) {
    // The refusal may be stored under its key.
    if (!mayHaveTakenEffect(error)) run.nextTry(path);
    throw error;
  }
}

/** What a job makes; an answer has its job besides, what was found has not. */
type Made = { jobId: string | null; containerId?: string; influencerId?: string };
const idOf = ({ containerId, influencerId }: Made): string | undefined => containerId ?? influencerId;

/** Under the same key Layers says which job it was. Should it start another one, that is cancelled at once. */
export async function cancelDoubtful(
  run: Run,
  { job, look, send, showsRunning = true, keys, apiKeyId }: SentDoubt,
): Promise<void> {
  const found = showsRunning ? ((await look()) as Made | null) : null;
  if (showsRunning && found === null) return;
  const made = found === null ? job : `${job} ${idOf(found)}`;
  if (apiKeyId !== run.caller.apiKeyId)
    throw stepFailure('CLEANUP_FAILED', `Only the API key that started the job of the ${made} can tell which it is.`);
  for (const key of keys) {
    const answer = (await send(key)) as Made;
    await cancelJob(run, answer.jobId!, job!);
    if (answer.influencerId !== undefined) run.earlierInfluencers.add(answer.influencerId);
    if (found === null || idOf(answer) === idOf(found)) return;
  }
  throw stepFailure('CLEANUP_FAILED', `Layers does not say which job makes the ${made}.`);
}
