import type { Job } from '../../world/state';

/** Order guaranteed; the shares are ours, with the rendering as the longest. */
const CONTENT_STAGES = [
  { stage: 'queued', until: 0.05 },
  { stage: 'planning', until: 0.2 },
  { stage: 'generating_visuals', until: 0.75 },
  { stage: 'assembling', until: 0.92 },
  { stage: 'finalizing', until: 1 },
];

export const dueAtOfJob = (job: Job): number =>
  job.status !== 'running' || job.beganAt === null || job.outcome === 'stuck' ? Infinity : job.beganAt + job.durationMs;

export interface Progress {
  stage: string | null;
  /** 0 to 1 over the whole job. */
  progress: number;
  /** 0 to 1 within the stage. */
  stageProgress: number;
  etaSeconds: number | null;
}

/** Where a job is, by the clock alone. */
export function progressOf(job: Job, now: number): Progress {
  if (job.status !== 'running') return { stage: null, progress: 1, stageProgress: 1, etaSeconds: 0 };
  const elapsed = job.beganAt === null ? 0 : now - job.beganAt;
  // A stuck job gets as far as the rendering and stays there.
  const most = job.outcome === 'stuck' ? 0.6 : 0.99;
  const progress = job.durationMs > 0 ? Math.min(elapsed / job.durationMs, most) : most;
  const dueAt = dueAtOfJob(job);
  const etaSeconds = dueAt === Infinity ? null : Math.max(0, Math.round((dueAt - now) / 1_000));
  const round = (value: number) => Math.round(value * 100) / 100;
  if (job.kind !== 'content_generate') return { stage: null, progress: round(progress), stageProgress: 0, etaSeconds };
  const index = CONTENT_STAGES.findIndex(({ until }) => progress < until);
  const { stage, until } = CONTENT_STAGES[index] ?? { stage: 'finalizing', until: 1 };
  const from = CONTENT_STAGES[index - 1]?.until ?? 0;
  return { stage, progress: round(progress), stageProgress: round((progress - from) / (until - from)), etaSeconds };
}
