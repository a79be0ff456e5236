import type { ContentRecord, JobRecord } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import { PRIORITY } from '../../contract/queues';
import type { SourceCandidate } from '../../contract/status';
import { beyondDeadline } from '../api';
import { detailsOf } from '../failures';
import { once } from '../once';
import type { Run } from '../run';
import { waitFromNow } from '../waits';
import { waitForJob } from './job';
import { nextCandidate, pick } from './source';

/** A job that failed is tried once more; the second failure blocks. */
const MAX_FAILURES = 2;
/** The source is at fault, so another one is worth trying. */
const UNSUITABLE = ['NOT_A_SLIDESHOW', 'MODERATION_BLOCKED'];

interface Remix {
  jobId: string | null;
  containerId: string;
}

type Started = Remix & { from: SourceCandidate };

/** Remixes the source with the persona, moving on to the next candidate where a source turns out unsuitable. */
export async function produceContent(run: Run): Promise<void> {
  let failures = 0;
  /** Kept over a block, so that a retry after a deadline looks at the job before it starts another. */
  let remix: Started | null = null;
  await run.step('content', async () => {
    for (;;) {
      // An operator may have asked for another source while the step was blocked.
      const source = (run.source ??= await pick(run));
      try {
        if (remix === null || remix.from !== source) remix = { ...(await start(run, source)), from: source };
        const container = await finished(run, remix);
        run.container = container;
        return { fact: describe(container), value: container };
      } catch (error) {
        const code = detailsOf(error)?.code;
        if (code === undefined) throw error;
        if (UNSUITABLE.includes(code)) {
          remix = null;
          if (!moveOn(run, source, code)) throw error;
        } else if (code === 'JobFailed' || code === 'JobCanceled') {
          remix = null;
          run.nextTry(run.path(run.intents.content(source)));
          if (code === 'JobCanceled' || ++failures >= MAX_FAILURES) {
            failures = 0;
            throw error;
          }
        } else throw error;
      }
    }
  });
}

function moveOn(run: Run, source: SourceCandidate, code: string): boolean {
  run.usedSources.add(source.tiktokVideoId);
  if (run.plan.source.use === 'named') return false;
  const next = nextCandidate(run);
  run.source = next;
  run.progress.note(
    `Source ${source.tiktokVideoId}: ${code}${next === null ? '' : `, going on with ${next.tiktokVideoId}`}.`,
  );
  if (next === null)
    throw stepFailure(
      'SourcesUsedUp',
      `None of the ${run.usedSources.size} candidates could be remixed; the last said ${code}.`,
    );
  return true;
}

const usable = ({ status, approvalStatus }: ContentRecord): boolean =>
  status !== 'failed' && status !== 'canceled' && approvalStatus !== 'rejected';

async function start(run: Run, source: SourceCandidate): Promise<Remix> {
  const { projectId, progress } = run;
  const { tiktokVideoId } = source;
  const influencerId = run.influencer!.influencerId;
  const read = (containerId: string): Promise<ContentRecord> =>
    run.api.read('getContent', { containerId }, { summary: 'Is that content alive?', priority: PRIORITY.produce });
  const remix = await once<Remix>(run, {
    intent: run.intents.content(source),
    send: (key) =>
      run.api.start(
        'remixSlideshow',
        { key, projectId, tiktokVideoId, influencerId },
        { summary: 'Remix the slideshow', priority: PRIORITY.produce },
      ),
    look: async () => {
      const all = await run.api.read(
        'listContent',
        { projectId, since: run.startedAt.toISOString() },
        { summary: 'Was it remixed already?', priority: PRIORITY.produce },
      );
      const same = all.find(
        (content) =>
          content.sourceTiktokId === tiktokVideoId &&
          content.influencerId === influencerId &&
          usable(content) &&
          !run.earlierContainers.has(content.containerId),
      );
      return same === undefined ? null : { jobId: null, containerId: same.containerId };
    },
    alive: async ({ containerId }) => {
      const content = await read(containerId);
      // After a rejection a new run is started for something new, not to be shown the rejected post again.
      const stale = run.wantsFreshContent && Date.parse(content.createdAt) < run.startedAt.getTime();
      return usable(content) && !stale;
    },
  });
  progress.ids = {
    ...progress.ids,
    containerId: remix.containerId,
    ...(remix.jobId === null ? {} : { jobId: remix.jobId }),
  };
  progress.refer(remix.jobId, remix.containerId);
  progress.publish();
  return remix;
}

/** Waits for the job, then reads the container, which alone is believed. */
async function finished(run: Run, { jobId, containerId }: Remix): Promise<ContentRecord> {
  const { earliestMs, typicalMs, deadlineMs } = run.plan.waits.content;
  const wait = waitFromNow(typicalMs, deadlineMs);
  const within = beyondDeadline(deadlineMs);
  run.progress.set('content', 'waiting', {
    fact: containerId,
    typical: `${typicalMs / 1000}s`,
    deadline: new Date(wait.startedAt + deadlineMs).toISOString(),
  });
  const job = jobId === null ? null : await waitForJob(run, { jobId, wait, earliestMs, within, what: 'slideshow' });
  if (job !== null && job.status !== 'completed') throw jobFailure(job);
  const container = await run.api.read(
    'getContent',
    { containerId, wait },
    { summary: 'Read the finished content', priority: PRIORITY.produce, within },
  );
  if (container.projectId !== run.projectId)
    throw stepFailure('WrongCustomer', `Content ${containerId} belongs to project ${container.projectId}.`);
  if (container.status !== 'completed')
    throw jobFailure({ jobId: jobId ?? containerId, status: container.status, error: container.lastError });
  return container;
}

function jobFailure({ jobId, status, error }: Pick<JobRecord, 'jobId' | 'error'> & { status: string }): Error {
  const said = error === null ? 'no reason given' : `${error.code ?? ''} ${error.message}`.trim();
  const unsuitable = UNSUITABLE.find((code) => error?.code === code || error?.message.includes(code));
  if (unsuitable !== undefined) return stepFailure(unsuitable as 'NOT_A_SLIDESHOW', `Job ${jobId}: ${said}.`);
  return status === 'canceled'
    ? stepFailure('JobCanceled', `Job ${jobId} was cancelled at Layers.`)
    : stepFailure('JobFailed', `Job ${jobId} failed: ${said}.`);
}

const describe = ({ containerId, preview }: ContentRecord): string =>
  preview === null || preview.imageUrls.length === 0
    ? containerId
    : `${preview.imageUrls.length} slides, ${containerId}`;
