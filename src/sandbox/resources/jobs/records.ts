import type { JobPlan } from '../../faults/rules';
import { ulid } from '../../format/ids';
import { utc } from '../../format/times';
import type { Container, Influencer, Job, JobError, Project } from '../../world/state';
import type { World } from '../../world/world';
import { completeContent, endContent } from '../content/records';
import { endInfluencer } from '../influencers/records';
import { researchKeywords } from '../keywords/records';
import { dueAtOfJob, progressOf } from './progress';

interface Start {
  kind: Job['kind'];
  project: Project;
  requestId: string;
  plans: JobPlan[];
  hidden?: boolean;
  influencer?: Influencer;
  container?: Container;
  /** Credits to hold until it ends. */
  cost?: number;
}

/** Starts a job. The route has already made the influencer or container that the job will finish. */
export function startJob(world: World, start: Start): Job {
  const { kind, project, influencer, container, cost = 0 } = start;
  const now = world.core.now();
  const plan = start.plans.find((candidate) => !candidate.job || candidate.job === kind);
  const { influencerMs, keywordsMs, contentMs } = world.core.config.durations;
  const usual = { influencer_create: influencerMs, keyword_refresh: keywordsMs, content_generate: contentMs }[kind];
  const job: Job = {
    id: `job_${ulid(now)}`,
    kind,
    organizationId: project.organizationId,
    projectId: project.id,
    hidden: start.hidden ?? false,
    requestId: start.requestId,
    status: 'running',
    startedAt: now,
    // A generation waits for its influencer.
    beganAt: kind === 'content_generate' && influencer?.status === 'rendering' ? null : now,
    durationMs: plan?.durationMs ?? usual,
    outcome: plan?.outcome ?? 'completed',
    finishedAt: null,
    error: plan?.error ?? null,
    influencerId: influencer?.id ?? null,
    containerId: container?.id ?? null,
    reserved: cost,
  };
  world.core.organization(job.organizationId).reserved += cost;
  world.core.state.jobs[job.id] = job;
  world.open.jobs.add(job);
  world.core.effect('job.started', job, start.requestId, { kind, hidden: job.hidden });
  world.open.due(job, dueAtOfJob(job));
  return job;
}

/** A running job comes to the end that was planned for it, or to another one (`canceled` by the partner or with its project). */
export function finishJob(
  world: World,
  job: Job,
  at: number,
  outcome: Job['outcome'] = job.outcome,
  error?: JobError,
): void {
  if (outcome === 'stuck' || job.status !== 'running') return;
  job.status = outcome;
  job.finishedAt = at;
  job.error = outcome === 'failed' ? (error ?? job.error ?? { code: 'INTERNAL', message: 'The job failed.' }) : null;
  world.open.jobs.delete(job);
  settleCredits(world, job);
  world.core.effect(`job.${job.status}`, job, null, { kind: job.kind, hidden: job.hidden }, at);
  if (job.kind === 'influencer_create') {
    endInfluencer(world.core, job, at);
    releaseWaiting(world, job, at);
  }
  if (job.kind === 'keyword_refresh' && outcome === 'completed') researchKeywords(world.core, job.projectId, at);
  if (job.kind === 'content_generate')
    if (outcome === 'completed') completeContent(world, job, at);
    else endContent(world, job, at);
  if (!job.hidden) announce(world, job);
}

/** Only a completed job costs; what a failed or cancelled one held is free again. */
function settleCredits(world: World, job: Job) {
  const organization = world.core.organization(job.organizationId);
  organization.reserved -= job.reserved;
  if (job.status !== 'completed') return;
  organization.balance -= job.reserved;
  organization.used += job.reserved;
}

/** Generations that waited for this influencer begin, or fail with it. */
function releaseWaiting(world: World, influencerJob: Job, at: number) {
  for (const job of world.open.jobs) {
    if (job.kind !== 'content_generate' || job.beganAt !== null) continue;
    if (job.influencerId !== influencerJob.influencerId) continue;
    if (influencerJob.status === 'completed') {
      job.beganAt = at;
      world.open.due(job, dueAtOfJob(job));
    } else {
      const error = { code: 'INFLUENCER_FAILED', message: 'The influencer could not be made.' };
      finishJob(world, job, at, 'failed', error);
    }
  }
}

function announce(world: World, job: Job) {
  const data = { jobId: job.id, kind: job.kind };
  const outcome =
    job.status === 'completed'
      ? { result: jobResult(world, job) }
      : job.status === 'failed'
        ? { error: job.error }
        : {};
  world.webhooks.emit(`job.${job.status}`, job, { ...data, ...outcome });
}

function jobResult(world: World, job: Job) {
  if (job.kind === 'influencer_create') return { influencerId: job.influencerId };
  if (job.kind === 'keyword_refresh') return { projectId: job.projectId };
  const assetIds = job.containerId ? (world.core.state.containers[job.containerId]?.assetIds ?? []) : [];
  return { containerId: job.containerId, assets: assetIds.map((assetId) => ({ assetId })) };
}

/** The accepted envelope of a 202. */
export const jobAccepted = (job: Job, pointers: Record<string, unknown> = {}): Record<string, unknown> => ({
  jobId: job.id,
  kind: job.kind,
  status: 'running',
  ...pointers,
  locationUrl: `/v1/jobs/${job.id}`,
});

/** The answer of `GET /v1/jobs/:id`. */
export function jobRecord(world: World, job: Job): Record<string, unknown> {
  const { stage, progress } = progressOf(job, world.core.now());
  return {
    jobId: job.id,
    kind: job.kind,
    status: job.status,
    progress,
    stage,
    ...(job.influencerId && job.kind === 'influencer_create' && { influencerId: job.influencerId }),
    ...(job.containerId && { containerIds: [job.containerId] }),
    startedAt: utc(job.startedAt),
    ...(job.finishedAt !== null && { finishedAt: utc(job.finishedAt) }),
    ...(job.status === 'completed' && { result: jobResult(world, job) }),
    ...(job.status === 'failed' && { error: job.error }),
  };
}
