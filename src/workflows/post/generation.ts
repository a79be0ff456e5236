import { isCancellation, patched, workflowInfo } from '@temporalio/workflow';
import { sameId } from '../../contract/ids';
import type { ContentRecord, JobRecord, Wait } from '../../contract/activities';
import { blockingFailure, failureDetails, stepFailure } from '../../contract/failures';
import { FORMATS } from '../../contract/formats';
import { declare, type Effect } from '../effects/declare';
import { cancelsJob, type StartedJob } from '../effects/jobs';
import { codeOf } from '../failures';
import type { Flow } from '../flow';
import { afterJob } from '../waiting/job';
import { leftUntil } from '../waiting/waits';
import { projectOf, SKEW_MS } from '../values';
import { noteFound, type Content, type Order } from './draft';
import { formatOf } from './formats';

interface Started extends StartedJob {
  containerId: string;
  /** Epoch milliseconds of the request; `null` when it was found. */
  sentAt: number | null;
}

/** How the generation of one content has ended. */
export type Ended =
  | { kind: 'made'; content: Content }
  /** Layers has replayed the answer to an earlier run's request, and what it describes has died since. */
  | { kind: 'replayed'; containerId: string }
  /** The source is at fault. */
  | { kind: 'unsuitable'; code: string; error: unknown }
  | { kind: 'failed'; code: 'JobFailed' | 'JobCanceled'; error: unknown };

const isUsable = ({ status, approvalStatus }: ContentRecord): boolean =>
  status !== 'failed' && status !== 'canceled' && approvalStatus !== 'rejected';

/** The start of a job that makes content. */
export const generation: Effect<Flow, Order, Started> = declare<Flow, Order, Started>({
  name: 'content',
  intent: (order) => ({ step: 'content', item: formatOf(order).itemOf(order), revision: order.revision }),
  send: async (flow, order, key) => {
    const sentAt = Date.now();
    return { ...(await formatOf(order).start(flow, order, key)), sentAt };
  },
  find: async (flow, order) => {
    const all = await contentSinceStart(flow, order.projectId);
    // We created this project, so all content in it is ours, even what this run has not seen: a run before a reset made
    // it, perhaps in a later round, and perhaps posted it.
    if (projectOf(flow)?.isOurs)
      noteFound(
        flow,
        all.map(({ containerId }) => containerId),
      );
    const same = all.find(
      (content) =>
        formatOf(order).fits(content, order) && isUsable(content) && !flow.effects.isPast(content.containerId),
    );
    return same === undefined ? null : { jobId: null, containerId: same.containerId, sentAt: null };
  },
  undo: cancelsJob(FORMATS['slideshow-remix'].makes),
});

/** Content of the project since this workflow began, before a reset too. */
export const contentSinceStart = ({ layers, startedAt }: Flow, projectId: string): Promise<ContentRecord[]> =>
  layers.readAll('listContent', { projectId, since: startedAt.toISOString() }, 'Was it remixed already?');

/** Has one content made, or finds the one that this onboarding had made before a reset, and waits until it is there. */
export async function generate(flow: Flow, order: Order): Promise<Ended> {
  try {
    const started = await flow.effects.make(generation, order);
    const { jobId, containerId } = started;
    // Of another content before this one, no event is waited for any more.
    const { ids } = flow.board;
    if (ids.containerId !== containerId) flow.board.forget(ids.jobId, ids.containerId);
    flow.board.learn({ containerId, ...(jobId === null ? {} : { jobId }) });
    flow.board.refer(jobId, containerId);
    flow.board.publish();
    return await finished(flow, order, started);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'JobFailed' || code === 'JobCanceled') return { kind: 'failed', code, error };
    const unsuitable = formatOf(order).unsuitable.find((known) => known === code);
    if (unsuitable === undefined) throw error;
    return { kind: 'unsuitable', code: unsuitable, error };
  }
}

/** Waits for the job, then reads the content, which alone is believed. */
function finished(flow: Flow, order: Order, started: Started): Promise<Ended> {
  const { jobId, containerId } = started;
  const { content: plan } = flow.wanted.plan.waits;
  const ended = (): void => flow.effects.keep(generation.intent(order));
  return flow.waitingFor('content', `content/${containerId}`, { plan, fact: containerId }, async (wait) => {
    const judged = (job: JobRecord | null): Promise<Ended> => judge(flow, { order, started, job, wait, ended });
    if (jobId === null) return judged(null);
    const { makes } = FORMATS[order.format];
    const earliestMs = leftUntil(wait, plan.earliestMs);
    return afterJob(flow, { jobId, makes: containerId, wait, earliestMs, what: makes, ended }, judged);
  });
}

interface Case {
  order: Order;
  started: Started;
  /** What is known of the job helps to say why it failed. */
  job: JobRecord | null;
  wait: Wait;
  ended: () => void;
}

/** Reads the content and judges it. */
async function judge(flow: Flow, { order, started, job, wait, ended }: Case): Promise<Ended> {
  const { jobId, containerId, sentAt } = started;
  const hasFailed = job !== null && job.status !== 'completed';
  // Only where a replay is possible does a failed job's content tell more than the job.
  if (hasFailed && flow.effects.trustsReplays) throw jobFailure(order, job);
  const content = await flow.layers.read('getContent', { containerId, wait }, 'Read the finished content');
  ended();
  if (!sameId(content.projectId, order.projectId))
    throw stepFailure('WrongCustomer', `Content ${containerId} belongs to project ${content.projectId}.`);
  const isReplayed = sentAt !== null && isOlder(content, flow, sentAt);
  const isDead = hasFailed || !isUsable(content);
  if (isReplayed && (isDead || wantsFreshContent() || (await wasRejected(flow, content))))
    return { kind: 'replayed', containerId };
  if (hasFailed) throw jobFailure(order, job);
  if (content.status !== 'completed')
    throw jobFailure(order, { jobId: jobId ?? containerId, status: content.status, error: content.lastError });
  const isNew = sentAt !== null && !isReplayed;
  if (!isNew) noteFound(flow, [containerId]);
  return { kind: 'made', content: { ...content, isNew } };
}

/** `start --again` after a rejection, as our starter tells it: what an earlier run made is not to be shown again. */
const wantsFreshContent = (): boolean => workflowInfo().memo?.previousOutcome === 'rejected';

/**
 * Another SDK starts it again without saying how the run before has ended. What Layers then replays, of that run, may have
 * been rejected. Where Temporal does not tell within a minute, the reviewer does.
 */
async function wasRejected({ layers, startedAt, workflowId }: Flow, { createdAt }: ContentRecord): Promise<boolean> {
  // Asked only about what an earlier run has made, so that most histories never hear of it.
  if (Date.parse(createdAt) >= startedAt.getTime() || !patched('was-rejected')) return false;
  const options = { summary: 'Was it rejected before?', scheduleToCloseTimeout: '1 minute' } as const;
  try {
    return await layers.local.wasRejected.executeWithOptions(options, [{ workflowId, madeAt: createdAt }]);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
}

/** Made by an earlier run, or by this one before it was reset. */
function isOlder({ createdAt }: ContentRecord, { startedAt }: Flow, sentAt: number): boolean {
  const created = Date.parse(createdAt);
  return created < startedAt.getTime() || created < sentAt - SKEW_MS;
}

function jobFailure(
  order: Order,
  { jobId, status, error }: Pick<JobRecord, 'jobId' | 'error'> & { status: string },
): Error {
  const said = error === null ? 'no reason given' : `${error.code ?? ''} ${error.message}`.trim();
  const unsuitable = formatOf(order).unsuitable.find((code) => error?.code === code || error?.message.includes(code));
  if (unsuitable !== undefined) return blockingFailure(failureDetails(unsuitable, `Job ${jobId}: ${said}.`));
  return status === 'canceled'
    ? stepFailure('JobCanceled', `Job ${jobId} was cancelled at Layers.`)
    : stepFailure('JobFailed', `Job ${jobId} failed: ${said}.`);
}
