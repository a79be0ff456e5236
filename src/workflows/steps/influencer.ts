import type { InfluencerRecord } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import type { InfluencerHints } from '../../contract/input';
import { PRIORITY } from '../../contract/queues';
import { NO_EVENT } from '../events';
import { once } from '../once';
import type { Run } from '../run';
import { takeBackJobs } from '../takeBackJobs';
import { waitFor, waitFromNow } from '../waits';
import { beyondDeadline } from '../api';
import { afterJob } from './job';

/** A second persona may be made where the first one failed; the second failure blocks. */
const MAX_FAILURES = 2;
/** Times the typical wait: where nobody is in a hurry, one look at this moment is usually enough. */
const SURELY_READY = 1.25;

/** Gets one ready persona: the named one, a new one, or the one that Layers makes by itself. */
export async function readyInfluencer(run: Run): Promise<void> {
  let failures = 0;
  await run.step('influencer', async () => {
    // What became of hints that have been replaced.
    await takeBackJobs(run, (path, replaced) => replaced && path.startsWith(run.path({ step: 'influencer' })));
    const { influencer } = run.plan;
    const found =
      influencer.use === 'named'
        ? await named(run, influencer.influencerId)
        : influencer.use === 'create'
          ? await make(run, influencer.hints)
          : ((await automatic(run)) ?? (await make(run, {})));
    run.influencer = { influencerId: found.influencerId, name: found.name };
    run.progress.ids = { ...run.progress.ids, influencerId: found.influencerId };
    return { fact: found.name === null ? found.influencerId : `"${found.name}" ready`, value: found };
  });

  /** Makes a persona, and once more where it fails. */
  async function make(run: Run, hints: InfluencerHints): Promise<InfluencerRecord> {
    for (;;) {
      const made = await create(run, hints);
      if (made.status === 'ready') return made;
      failures += 1;
      run.nextTry(run.path(run.intents.influencer()));
      if (failures >= MAX_FAILURES) {
        failures = 0;
        throw stepFailure(
          'InfluencerFailed',
          `Influencer ${made.influencerId} failed: ${made.errorMessage ?? 'no reason given'}.`,
        );
      }
    }
  }
}

function waiting(
  run: Run,
  relaxed = false,
): { wait: ReturnType<typeof waitFromNow>; earliestMs: number; within: number } {
  const { typicalMs, deadlineMs, earliestMs } = run.plan.waits.influencer;
  const wait = waitFromNow(typicalMs, deadlineMs, relaxed ? run.plan.waits.keywords.typicalMs : 0);
  run.progress.set('influencer', 'waiting', {
    typical: `${typicalMs / 1000}s`,
    deadline: new Date(wait.startedAt + deadlineMs).toISOString(),
  });
  const firstLookMs = relaxed ? Math.max(earliestMs, typicalMs * SURELY_READY) : earliestMs;
  return { wait, earliestMs: run.adopted ? 0 : firstLookMs, within: beyondDeadline(deadlineMs) };
}

/** While the keyword bank takes minutes nobody needs the influencer, so it is looked at less often. */
const keywordsDecide = (run: Run): boolean =>
  ['pending', 'running', 'waiting'].includes(run.progress.state('keywords'));

/** The oldest that is ready; `null` where none is to come: none was begun, or all have failed. */
async function automatic(run: Run): Promise<InfluencerRecord | null> {
  const { wait, earliestMs, within } = waiting(run, keywordsDecide(run));
  const all = await waitFor(
    () =>
      run.api.read(
        'listInfluencers',
        { projectId: run.projectId, wait },
        { summary: 'Is an influencer ready?', priority: PRIORITY.wait, within },
      ),
    { earliestMs, wakeUp: NO_EVENT, summary: 'Layers is making the influencer' },
  );
  return all.find(({ status }) => status === 'ready') ?? null;
}

async function named(run: Run, influencerId: string): Promise<InfluencerRecord> {
  const { wait, within } = waiting(run);
  const found = await run.api.read(
    'getInfluencer',
    { influencerId, wait },
    { summary: 'Is the named influencer ready?', priority: PRIORITY.wait, within },
  );
  if (found.projectId !== null && found.projectId !== run.projectId)
    throw stepFailure('NOT_FOUND', `Influencer ${influencerId} belongs to project ${found.projectId}.`);
  if (found.status === 'failed')
    throw stepFailure(
      'InfluencerFailed',
      `Influencer ${influencerId} has failed: ${found.errorMessage ?? 'no reason given'}.`,
    );
  return found;
}

async function create(run: Run, hints: InfluencerHints): Promise<InfluencerRecord> {
  const intent = run.intents.influencer();
  const path = run.path(intent);
  const { jobId, influencerId } = await once<{ jobId: string | null; influencerId: string }>(run, {
    intent,
    job: 'influencer',
    send: (key) =>
      run.api.start(
        'createInfluencer',
        { key, projectId: run.projectId, hints },
        { summary: 'Create an influencer', priority: PRIORITY.wait },
      ),
    // The API offers no handle: the newest one since this workflow began, ready or in the making, serves as well.
    look: async () => {
      const all = await run.api.read(
        'listInfluencers',
        { projectId: run.projectId },
        { summary: 'Which influencers are there?', priority: PRIORITY.wait },
      );
      const since = all.filter(
        ({ createdAt }) => createdAt !== null && Date.parse(createdAt) >= run.startedAt.getTime(),
      );
      // Layers makes one with the project, the oldest. Where hints were given, that one does not answer them.
      if (run.createdHere && run.plan.influencer.use === 'create' && run.plan.project.appDescription !== undefined)
        since.shift();
      const usable = since.findLast(
        ({ influencerId: id, status }) =>
          status !== 'failed' && !run.earlierInfluencers.has(id) && id !== run.influencer?.influencerId,
      );
      return usable === undefined ? null : { jobId: null, influencerId: usable.influencerId };
    },
    alive: async ({ influencerId: id }) =>
      (
        await run.api.read(
          'getInfluencer',
          { influencerId: id },
          { summary: 'Is that influencer alive?', priority: PRIORITY.wait },
        )
      ).status !== 'failed',
  });
  const { wait, earliestMs, within } = waiting(run);
  const read = (): Promise<InfluencerRecord> =>
    run.api.read(
      'getInfluencer',
      { influencerId, wait },
      { summary: 'Read the influencer', priority: PRIORITY.wait, within },
    );
  const job = { makes: influencerId, wait, earliestMs, within, what: 'influencer', path };
  const made = jobId === null ? await read() : await afterJob(run, { jobId, ...job }, read);
  run.inDoubt.delete(path);
  return made;
}
