import type { JobRecord, KeywordBank, Wait } from '../../contract/activities';
import { PRIORITY } from '../../contract/queues';
import { beyondDeadline } from '../api';
import { Skipped } from '../blocking';
import { NO_EVENT } from '../events';
import { detailsOf } from '../failures';
import type { Intent } from '../idempotencyKey';
import { once } from '../once';
import type { Run } from '../run';
import { takeBackJobs } from '../takeBackJobs';
import { waitFor, waitFromNow } from '../waits';
import { afterJob } from './job';

/**
 * Waits for the keyword bank, asks for it once more where it does not come, and else goes on without it: it only
 * makes the choice of sources better.
 */
export async function keywordBank(run: Run): Promise<void> {
  const { progress, plan } = run;
  if (plan.project.appDescription === undefined)
    return progress.set('keywords', 'skipped', { fact: 'no appDescription' });
  if (plan.source.use === 'named') return progress.set('keywords', 'skipped', { fact: 'the source is named' });
  const bank = await run.step('keywords', async () => {
    const found = (await firstBank(run)) ?? (await refreshed(run));
    if (found === null) return new Skipped('the keyword bank did not come, not even after a refresh');
    return { fact: `${found.size} keyword${found.size === 1 ? '' : 's'}`, value: found };
  });
  if (!(bank instanceof Skipped)) run.phrases = bank.phrases;
}

function waiting(run: Run): { wait: ReturnType<typeof waitFromNow>; within: number } {
  const { typicalMs, deadlineMs } = run.plan.waits.keywords;
  const wait = waitFromNow(typicalMs, deadlineMs);
  run.progress.set('keywords', 'waiting', {
    typical: `${typicalMs / 1000}s`,
    deadline: new Date(wait.startedAt + deadlineMs).toISOString(),
  });
  return { wait, within: beyondDeadline(deadlineMs) };
}

/** `null` when the deadline has passed without it. */
async function firstBank(run: Run): Promise<KeywordBank | null> {
  const { wait, within } = waiting(run);
  try {
    return await waitFor(
      () =>
        run.api.read(
          'getKeywords',
          { projectId: run.projectId, wait },
          { summary: 'Is the keyword bank ready?', priority: PRIORITY.wait, within },
        ),
      {
        earliestMs: run.adopted ? 0 : run.plan.waits.keywords.earliestMs,
        wakeUp: NO_EVENT,
        summary: 'Layers is researching keywords',
      },
    );
  } catch (error) {
    if (detailsOf(error)?.code === 'DeadlinePassed') return null;
    throw error;
  }
}

/** One refresh, awaited by its job; `null` when that fails too. */
async function refreshed(run: Run): Promise<KeywordBank | null> {
  const { projectId } = run;
  const intent: Intent = { step: 'keywords' };
  const path = run.path(intent);
  const read = (summary: string, patience: { wait?: Wait; within?: number } = {}): Promise<KeywordBank> => {
    const { wait, within } = patience;
    return run.api.read('getKeywords', { projectId, wait }, { summary, priority: PRIORITY.wait, within });
  };
  const { jobId } = await once<{ jobId: string | null }>(run, {
    intent,
    job: 'keyword bank',
    send: (key) =>
      run.api.start(
        'refreshKeywords',
        { key, projectId },
        { summary: 'Research the keywords again', priority: PRIORITY.wait },
      ),
    look: async () => ((await read('Is the keyword bank there by now?')).refreshedAt === null ? null : { jobId: null }),
    showsRunning: false,
  });
  const patience = waiting(run);
  const bank = async (job: JobRecord | null): Promise<KeywordBank | null> => {
    if (job !== null && job.status !== 'completed') return null;
    const found = await read('Read the keyword bank', job === null ? patience : {});
    return found.refreshedAt === null ? null : found;
  };
  try {
    const found = await (jobId === null
      ? bank(null)
      : afterJob(run, { jobId, ...patience, earliestMs: 0, what: 'keyword bank', path }, bank));
    run.inDoubt.delete(path);
    return found;
  } catch (error) {
    if (detailsOf(error)?.code !== 'DeadlinePassed') throw error;
    // Goes on without it, so nobody needs the job any more.
    await takeBackJobs(run, (one) => one === path);
    return null;
  }
}
