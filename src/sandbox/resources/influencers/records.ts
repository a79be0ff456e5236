import { fingerprint, mint } from '../../format/ids';
import { utc } from '../../format/times';
import type { Core } from '../../world/core';
import type { Influencer, Job, Project } from '../../world/state';

/** The share of the rendering during which an influencer is `pending`; afterwards it is `training`. */
const PENDING_SHARE = 0.2;

const NAMES = {
  female: ['Maya Okafor', 'Lena Fischer', 'Sofia Marin', 'Aiko Tanabe', 'Nora Lindqvist', 'Priya Raman'],
  male: ['Jonas Weber', 'Mateo Ruiz', 'Kofi Mensah', 'Liam Byrne', 'Ravi Kulkarni', 'Tomas Novak'],
  non_binary: ['Alex Moreau', 'Sky Andersen', 'Robin Achterberg', 'Kai Nakamura', 'Jules Ferreira', 'Remy Costa'],
};

export interface Hints {
  gender?: 'male' | 'female' | 'non_binary' | undefined;
  ageRange?: string | undefined;
  prompt?: string | undefined;
}

/** The row that a job will then bring to life; its `jobId` is still to be set. */
export function createInfluencer(core: Core, project: Project, hints: Hints): Influencer {
  const id = mint('inf');
  const { targetGender } = project;
  const gender = hints.gender ?? (targetGender === 'male' || targetGender === 'female' ? targetGender : 'female');
  const names = NAMES[gender];
  const now = core.now();
  const influencer: Influencer = {
    id,
    projectId: project.id,
    name: names[fingerprint(id) % names.length] ?? 'Maya Okafor',
    gender,
    ageRange: hints.ageRange ?? 'young_adult',
    brandVoice: project.brandVoice,
    language: project.primaryLanguage,
    prompt: hints.prompt ?? null,
    status: 'rendering',
    jobId: '',
    errorMessage: null,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
  core.add('influencers', influencer);
  return influencer;
}

export function endInfluencer(core: Core, job: Job, at: number): void {
  const influencer = job.influencerId ? core.state.influencers[job.influencerId] : undefined;
  if (!influencer) return;
  influencer.status = job.status === 'completed' ? 'ready' : 'failed';
  influencer.errorMessage = job.status === 'completed' ? null : (job.error?.message ?? 'The job was cancelled.');
  influencer.updatedAt = at;
  core.effect(`influencer.${influencer.status}`, influencer, null, undefined, at);
}

function influencerStatus(core: Core, influencer: Influencer): string {
  if (influencer.status !== 'rendering') return influencer.status;
  const job = core.state.jobs[influencer.jobId];
  if (!job) return 'pending';
  return core.now() - job.startedAt < job.durationMs * PENDING_SHARE ? 'pending' : 'training';
}

const portrait = (core: Core, influencer: Influencer) =>
  influencer.status === 'ready' ? `${core.url}/media/influencers/${influencer.id}.svg` : null;

interface InfluencerRecord {
  influencerId: string;
  projectId: string;
  name: string;
  imageUrl: string | null;
  gender: string;
  ageRange: string | null;
  brandVoice: string;
  language: string;
  status: string;
  errorMessage: string | null;
  createdAt: string;
  updatedAt: string;
}
type InfluencerListItem = Pick<
  InfluencerRecord,
  'influencerId' | 'name' | 'gender' | 'ageRange' | 'status' | 'createdAt'
> & { thumbnailUrl: string | null };

export function influencerRecord(core: Core, influencer: Influencer): InfluencerRecord {
  return {
    influencerId: influencer.id,
    projectId: influencer.projectId,
    name: influencer.name,
    imageUrl: portrait(core, influencer),
    gender: influencer.gender,
    ageRange: influencer.ageRange,
    brandVoice: influencer.brandVoice,
    language: influencer.language,
    status: influencerStatus(core, influencer),
    errorMessage: influencer.errorMessage,
    createdAt: utc(influencer.createdAt),
    updatedAt: utc(influencer.updatedAt),
  };
}

export function influencerListItem(core: Core, influencer: Influencer): InfluencerListItem {
  const { influencerId, name, gender, ageRange, status, imageUrl, createdAt } = influencerRecord(core, influencer);
  return { influencerId, name, gender, ageRange, status, thumbnailUrl: imageUrl, createdAt };
}
