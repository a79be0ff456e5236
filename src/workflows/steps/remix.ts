import type { ContentRecord, JobRecord, Wait } from '../../contract/activities';
import { failureDetails, blockingFailure, stepFailure } from '../../contract/failures';
import { PRIORITY } from '../../contract/queues';
import type { SourceCandidate } from '../../contract/status';
import { beyondDeadline } from '../api';
import { once } from '../once';
import { SKEW_MS, type Run, type SentDoubt } from '../run';
import { waitFromNow } from '../waits';
import { afterJob } from './job';

/** Codes that put the source at fault, so that another one is worth trying. */
export const UNSUITABLE = ['NOT_A_SLIDESHOW', 'MODERATION_BLOCKED'] as const;
/** A remix under way, or found. */
export interface Remix {
  /** `null` when it was found: then the container has to be asked. */
  jobId: string | null;
  containerId: string;
  source: SourceCandidate;
  influencerId: string;
  /** The intent that it answers. */
  path: string;
  /** Epoch milliseconds of the request; `null` when it was found. */
  sentAt: number | null;
}

/** Layers replayed the answer to an earlier run's request, and what it describes has died since. */
export class StaleAnswer extends Error {}

const usable = ({ status, approvalStatus }: ContentRecord): boolean =>
  status !== 'failed' && status !== 'canceled' && approvalStatus !== 'rejected';

/** Starts the remix, or finds the one that this onboarding started before a reset. */
export async function startRemix(run: Run, source: SourceCandidate): Promise<Remix> {
  const { progress } = run;
  const { tiktokVideoId } = source;
  const influencerId = run.influencer!.influencerId;
  const sentAt = Date.now();
  const intent = run.intents.content(source);
  const remix = await once<Pick<Remix, 'jobId' | 'containerId' | 'sentAt'>>(run, {
    intent,
    job: 'slideshow',
    send: async (key) => ({ ...(await send(run, { key, tiktokVideoId, influencerId })), sentAt }),
    look: async () => {
      const all = await contentSinceStart(run);
      // Whatever a project of our own has, a run before a reset has made, perhaps in a later round, and perhaps posted.
      if (run.createdHere) for (const { containerId } of all) run.foundContainers.add(containerId);
      const same = all.find(
        (content) =>
          content.sourceTiktokId === tiktokVideoId &&
          content.influencerId === influencerId &&
          usable(content) &&
          !run.earlierContainers.has(content.containerId),
      );
      return same === undefined ? null : { jobId: null, containerId: same.containerId, sentAt: null };
    },
  });
  const { jobId, containerId } = remix;
  progress.ids = { ...progress.ids, containerId, ...(jobId === null ? {} : { jobId }) };
  progress.refer(jobId, containerId);
  progress.publish();
  return { ...remix, source, influencerId, path: run.path(intent) };
}

const send = (
  run: Run,
  args: { key: string; tiktokVideoId: string; influencerId: string },
): Promise<{ jobId: string; containerId: string }> =>
  run.api.start(
    'remixSlideshow',
    { ...args, projectId: run.projectId },
    { summary: 'Remix the slideshow', priority: PRIORITY.produce },
  );

/** Remixes of the project since this workflow began, before a reset too. */
export const contentSinceStart = (run: Run): Promise<ContentRecord[]> =>
  run.api.read(
    'listContent',
    { projectId: run.projectId, since: run.startedAt.toISOString() },
    { summary: 'Was it remixed already?', priority: PRIORITY.produce },
  );

/** How to ask Layers for the job of a remix that was started before a reset. */
export function remixDoubt(run: Run, content: ContentRecord): SentDoubt {
  const [tiktokVideoId, influencerId] = [content.sourceTiktokId ?? '', content.influencerId ?? ''];
  const path = run.path({ step: 'content', item: `${tiktokVideoId}+${influencerId}`, revision: 0 });
  return {
    job: 'slideshow',
    send: (key) => send(run, { key, tiktokVideoId, influencerId }),
    look: () => Promise.resolve({ jobId: null, containerId: content.containerId }),
    keys: run.earlierKeys(path),
    apiKeyId: run.caller.apiKeyId,
  };
}

/**
 * Waits for the job, then reads the container, which alone is believed.
 * @throws `JobFailed`, `JobCanceled` or one of `UNSUITABLE` by how it ended; `StaleAnswer` for a dead replay
 */
export async function finishedContent(run: Run, remix: Remix): Promise<ContentRecord> {
  const { jobId, containerId } = remix;
  const { earliestMs, typicalMs, deadlineMs } = run.plan.waits.content;
  const wait = waitFromNow(typicalMs, deadlineMs);
  const within = beyondDeadline(deadlineMs);
  run.progress.set('content', 'waiting', {
    fact: containerId,
    typical: `${typicalMs / 1000}s`,
    deadline: new Date(wait.startedAt + deadlineMs).toISOString(),
  });
  if (jobId === null) return judge(run, remix, null, { wait, within });
  const job = { jobId, makes: containerId, wait, earliestMs, within, what: 'slideshow', path: remix.path };
  return afterJob(run, job, (ended) => judge(run, remix, ended, { wait, within }));
}

/** Reads the container and judges it; what is known of the job helps to say why it failed. */
async function judge(
  run: Run,
  remix: Remix,
  job: JobRecord | null,
  { wait, within }: { wait: Wait; within: number },
): Promise<ContentRecord> {
  const { jobId, containerId } = remix;
  const failed = job !== null && job.status !== 'completed';
  // Only where a replay is possible does a failed job's container tell more than the job.
  if (failed && !run.adopted) throw jobFailure(job);
  const container = await run.api.read(
    'getContent',
    { containerId, wait },
    { summary: 'Read the finished content', priority: PRIORITY.produce, within },
  );
  run.inDoubt.delete(remix.path);
  if (container.projectId !== run.projectId)
    throw stepFailure('WrongCustomer', `Content ${containerId} belongs to project ${container.projectId}.`);
  const replayed = remix.sentAt !== null && isOlder(container, run, remix.sentAt);
  const unusable = failed || !usable(container);
  // After a rejection a new run is started for something new, not to be shown the rejected post again.
  if (replayed && (unusable || run.wantsFreshContent)) throw new StaleAnswer(containerId);
  if (failed) throw jobFailure(job);
  if (container.status !== 'completed')
    throw jobFailure({ jobId: jobId ?? containerId, status: container.status, error: container.lastError });
  run.contentIsFresh = remix.sentAt !== null && !replayed;
  if (!run.contentIsFresh) run.foundContainers.add(containerId);
  return container;
}

/** Made by an earlier run, or by this one before it was reset. */
function isOlder({ createdAt }: ContentRecord, run: Run, sentAt: number): boolean {
  const created = Date.parse(createdAt);
  return created < run.startedAt.getTime() || created < sentAt - SKEW_MS;
}

function jobFailure({ jobId, status, error }: Pick<JobRecord, 'jobId' | 'error'> & { status: string }): Error {
  const said = error === null ? 'no reason given' : `${error.code ?? ''} ${error.message}`.trim();
  const unsuitable = UNSUITABLE.find((code) => error?.code === code || error?.message.includes(code));
  if (unsuitable !== undefined) return blockingFailure(failureDetails(unsuitable, `Job ${jobId}: ${said}.`));
  return status === 'canceled'
    ? stepFailure('JobCanceled', `Job ${jobId} was cancelled at Layers.`)
    : stepFailure('JobFailed', `Job ${jobId} failed: ${said}.`);
}
