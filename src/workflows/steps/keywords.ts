import type { JobRecord, KeywordBank, Wait } from '../../contract/activities';
import { declare } from '../effects/declare';
import { cancelsJob, type StartedJob } from '../effects/jobs';
import { codeOf } from '../failures';
import { done, type Flow } from '../flow';
import { Skipped } from '../waiting/blocked';
import { NO_EVENT } from '../waiting/events';
import { afterJob } from '../waiting/job';
import { leftUntil, waitFor } from '../waiting/waits';
import type { Project } from '../values';

interface Refresh {
  projectId: string;
}

const refresh = declare<Flow, Refresh, StartedJob>({
  name: 'keywords',
  intent: () => ({ step: 'keywords' }),
  send: ({ layers }, { projectId }, key) =>
    layers.start('refreshKeywords', { key, projectId }, 'Research the keywords again'),
  find: async (flow, { projectId }) => {
    const bank = await read(flow, projectId, 'Is the keyword bank there by now?');
    return bank.refreshedAt === null ? null : { jobId: null };
  },
  undo: cancelsJob('keyword bank', { isVisible: false }),
});

/**
 * Waits for the keyword bank, asks for it once more where it does not come, and else goes on without it: it only makes
 * the choice of sources better.
 *
 * @returns the best phrases, best first; none where there is no bank
 */
export async function keywordBank(flow: Flow, project: Project): Promise<string[]> {
  const { plan } = flow.wanted;
  const notNeeded =
    plan.project.appDescription === undefined
      ? 'no appDescription'
      : plan.source.use === 'named'
        ? 'the source is named'
        : null;
  if (notNeeded !== null && flow.board.state('keywords') !== 'done') {
    flow.skip('keywords', notNeeded);
    return [];
  }
  const phrases = await flow.skippable('keywords', async () => {
    const found = (await firstBank(flow, project)) ?? (await refreshed(flow, project));
    if (found === null) return new Skipped('the keyword bank did not come, not even after a refresh');
    return done(found.phrases, `${found.size} keyword${found.size === 1 ? '' : 's'}`);
  });
  return phrases instanceof Skipped ? [] : phrases;
}

const read = ({ layers }: Flow, projectId: string, summary: string, wait?: Wait): Promise<KeywordBank> =>
  layers.read('getKeywords', { projectId, wait }, summary);

/** `null` when the deadline has passed without it. */
async function firstBank(flow: Flow, { projectId, isNew }: Project): Promise<KeywordBank | null> {
  const { keywords: plan } = flow.wanted.plan.waits;
  try {
    return await flow.waitingFor('keywords', 'keywords', { plan }, (wait) =>
      waitFor(() => read(flow, projectId, 'Is the keyword bank ready?', wait), {
        earliestMs: isNew ? leftUntil(wait, plan.earliestMs) : 0,
        wakeUp: NO_EVENT,
        summary: 'Layers is researching keywords',
      }),
    );
  } catch (error) {
    if (codeOf(error) === 'DeadlinePassed') return null;
    throw error;
  }
}

/** One refresh, awaited by its job; `null` when that fails too. */
async function refreshed(flow: Flow, { projectId }: Project): Promise<KeywordBank | null> {
  const asked: Refresh = { projectId };
  const { jobId } = await flow.effects.make(refresh, asked);
  const ended = (): void => flow.effects.keep(refresh.intent(asked));
  const { keywords: plan } = flow.wanted.plan.waits;
  try {
    return await flow.waitingFor('keywords', 'keywords', { plan }, async (wait) => {
      const bank = async (job: JobRecord | null): Promise<KeywordBank | null> => {
        if (job !== null && job.status !== 'completed') return null;
        const found = await read(flow, projectId, 'Read the keyword bank', job === null ? wait : undefined);
        return found.refreshedAt === null ? null : found;
      };
      const found =
        jobId === null
          ? await bank(null)
          : await afterJob(flow, { jobId, wait, earliestMs: 0, what: 'keyword bank', ended }, bank);
      ended();
      return found;
    });
  } catch (error) {
    if (codeOf(error) !== 'DeadlinePassed') throw error;
    // The flow goes on without it, so the job is needed no more.
    await flow.effects.drop('keywords', null, refresh);
    return null;
  }
}
