import { fingerprint, mint } from '../../format/ids';
import { utc, utcOrNull } from '../../format/times';
import type { Container, Job, Project } from '../../world/state';
import type { World } from '../../world/world';
import { progressOf } from '../jobs/progress';
import { needsReview } from '../review/records';
import { sourceOf } from './sources';

const SLIDES_WITHOUT_SOURCE = 6;
const SLIDE_SIZE = { width: 1080, height: 1920 };

interface NewContainer {
  format: string;
  hook: string | null;
  influencerId: string | null;
  socialAccountId: string | null;
  sourceTiktokId: string | null;
}

/** The row that a job will then fill; its `jobId` is still to be set. */
export function createContainer(world: World, project: Project, given: NewContainer): Container {
  const container: Container = {
    id: mint('cnt'),
    projectId: project.id,
    jobId: '',
    ...given,
    mediaId: null,
    status: 'open',
    approvalStatus: needsReview(world, project.id) ? 'pending' : 'not_required',
    caption: null,
    assetIds: [],
    stash: [],
    lastError: null,
    createdAt: world.core.now(),
    finishedAt: null,
  };
  world.core.add('containers', container);
  return container;
}

export function completeContent(world: World, job: Job, at: number): void {
  const container = job.containerId ? world.core.state.containers[job.containerId] : undefined;
  const project = world.core.state.projects[job.projectId];
  if (!container || !project) return;
  container.status = 'completed';
  container.finishedAt = at;
  const slides = container.sourceTiktokId ? sourceOf(container.sourceTiktokId).imageCount : null;
  container.assetIds = Array.from({ length: slides ?? SLIDES_WITHOUT_SOURCE }, () => mint('ast'));
  container.caption = captionOf(world, container, project);
  world.core.effect('content.completed', container, null, { approvalStatus: container.approvalStatus }, at);
  const assets = container.assetIds.map((assetId) => ({ assetId }));
  world.webhooks.emit('content.generated', job, { id: container.id, projectId: project.id, assets });
}

export function endContent(world: World, job: Job, at: number): void {
  const container = job.containerId ? world.core.state.containers[job.containerId] : undefined;
  if (!container) return;
  container.status = job.status === 'canceled' ? 'canceled' : 'failed';
  container.finishedAt = at;
  container.lastError = job.error;
  world.core.effect(`content.${container.status}`, container, null, undefined, at);
}

function captionOf(world: World, container: Container, project: Project): string {
  const brand = project.appName ?? project.name;
  const pitch = container.hook ?? project.tagline ?? `Meet ${brand}.`;
  const endings = ['Save this for later.', 'Which slide is you?', 'Send this to a friend.', 'Part two tomorrow?'];
  const tags = (world.core.state.banks[project.id]?.hashtags ?? []).slice(0, 4).map(({ hashtag }) => hashtag);
  const ending = endings[fingerprint(container.id) % endings.length];
  return [`${brand}: ${pitch} ${ending}`, ...tags].join(' ');
}

/** `queued` and `processing` follow from the clock. */
export function containerStatus(world: World, container: Container): string {
  if (container.status !== 'open') return container.status;
  const job = world.core.state.jobs[container.jobId];
  return !job || progressOf(job, world.core.now()).stage === 'queued' ? 'queued' : 'processing';
}

const slideUrl = (world: World, container: Container, index: number) =>
  `${world.core.url}/media/content/${container.id}/${index + 1}.svg`;

export const assetRecord = (world: World, container: Container, index: number): Record<string, unknown> => ({
  assetId: container.assetIds[index] ?? '',
  kind: 'image',
  url: slideUrl(world, container, index),
  thumbnailUrl: slideUrl(world, container, index),
  mimeType: 'image/svg+xml',
  sizeBytes: null,
  durationMs: null,
  ...SLIDE_SIZE,
});

export function containerRecord(world: World, container: Container): Record<string, unknown> {
  const imageUrls = container.assetIds.map((_, index) => slideUrl(world, container, index));
  const [first] = imageUrls;
  return {
    id: container.id,
    projectId: container.projectId,
    status: containerStatus(world, container),
    format: container.format,
    hook: container.hook,
    influencerId: container.influencerId,
    sourceTiktokId: container.sourceTiktokId,
    mediaId: container.mediaId,
    caption: container.caption,
    firstComment: null,
    preview: first ? { kind: 'slideshow', primaryUrl: first, thumbnailUrl: first, imageUrls } : null,
    assets: container.assetIds.map((_, index) => assetRecord(world, container, index)),
    approvalStatus: container.approvalStatus,
    creativeType: 'generated',
    createdAt: utc(container.createdAt),
    completedAt: container.status === 'completed' ? utcOrNull(container.finishedAt) : null,
    failedAt: container.status === 'failed' ? utcOrNull(container.finishedAt) : null,
    lastError: container.lastError,
  };
}
