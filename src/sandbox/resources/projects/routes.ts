import { z } from 'zod';
import { connectAwaited } from '../social/records';
import { ApiError, conflict } from '../../format/errors';
import { mint } from '../../format/ids';
import { createInfluencer } from '../influencers/records';
import { finishJob, jobAccepted, startJob } from '../jobs/records';
import { activeProjectOf, projectOf } from '../../requests/lookup';
import { newest, page } from '../../format/paging';
import { cancelQueued } from '../posts/records';
import { type Call, reply, route } from '../../requests/route';
import type { Project } from '../../world/state';
import { microseconds, utc, utcOrNull } from '../../format/times';
import { fields } from '../../requests/validation';

const METADATA_BYTES = 8 * 1024;

const shared = {
  customerExternalId: z.string().min(1).max(200),
  ownerEmail: z.email(),
  primaryLanguage: fields.language,
  appName: z.string().min(3).max(30),
  appDescription: z.string().min(100).max(1000),
  tagline: z.string().max(80),
  brandVoice: z.enum(['authentic', 'witty', 'professional', 'warm', 'casual', 'educational']),
  targetGender: z.enum(['all', 'female', 'male']),
  metadata: z
    .record(z.string(), z.unknown())
    .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= METADATA_BYTES, 'Must be at most 8 KB of JSON.'),
};
const name = z.string().min(3).max(30);

const createBody = z.strictObject({
  name,
  timezone: fields.timezone,
  ...z.object(shared).partial().shape,
});

const patchBody = z.strictObject({
  name: name.optional(),
  timezone: fields.timezone.optional(),
  status: z.enum(['active', 'archived']).optional(),
  ...z.object(shared).partial().shape,
  appName: shared.appName.nullable().optional(),
  appDescription: shared.appDescription.nullable().optional(),
});

const READ_ONLY = ['id', 'organizationId', 'createdAt', 'updatedAt', 'ingestState', 'brandContext'];

function projectRecord(project: Project) {
  const { id, organizationId, status, customerExternalId, timezone, primaryLanguage, ownerEmail } = project;
  const { appName, appDescription, tagline, brandVoice, targetGender, metadata } = project;
  return {
    id,
    organizationId,
    name: project.name,
    status,
    ...{ customerExternalId, timezone, primaryLanguage, ownerEmail },
    ...{ appName, appDescription, tagline, brandVoice, targetGender },
    platformIosBundleId: null,
    platformAndroidBundleId: null,
    platformWebDomain: null,
    ingestState: { github: null, website: null, appstore: null },
    metadata,
    createdAt: microseconds(project.createdAt),
    updatedAt: microseconds(project.updatedAt),
  };
}

/** Also in the full read: filled by ingestion in the real API, here from the project itself. */
function fullRecord(call: Call, project: Project) {
  const { appName, appDescription, tagline, brandVoice, primaryLanguage } = project;
  const keywords = call.world.state.banks[project.id]?.hashtags.map(({ phrase }) => phrase) ?? [];
  const logo = call.world.owned('media', project.id).find((media) => media.kind === 'logo' && media.deletedAt === null);
  return {
    ...projectRecord(project),
    brand: { appName, tagline, brandVoice },
    brandContext: {
      ...{ appName, appDescription, tagline, brandVoice, primaryLanguage, keywords },
      audience: null,
      icp: null,
      logoUrl: logo?.url ?? null,
    },
  };
}

const handleKey = (organizationId: string, handle: string) => `${organizationId} ${handle}`;

function named({ world, caller }: Pick<Call, 'world' | 'caller'>, handle: string): Project[] {
  const ids = world.state.handles[handleKey(caller.organizationId, handle)] ?? [];
  return ids.flatMap((id) => world.state.projects[id] ?? []).filter((project) => project.customerExternalId === handle);
}

/** Takes a handle for a project. Archived projects keep theirs. */
function claim(call: Pick<Call, 'world' | 'caller'>, project: Project, handle: string) {
  const others = named(call, handle).filter((other) => other !== project);
  if (others.length > 0 && call.world.config.uniqueCustomerExternalId) {
    const message = `customerExternalId "${handle}" is already in use on another project.`;
    throw conflict(message, { field: 'customerExternalId' });
  }
  const ids = (call.world.state.handles[handleKey(project.organizationId, handle)] ??= []);
  if (!ids.includes(project.id)) ids.push(project.id);
}

/** Fire and forget: nobody learns an id of what starts here. */
function startResearch(call: Call, project: Project, withInfluencer: boolean) {
  const start = { project, requestId: call.requestId, plans: call.jobPlans, hidden: true };
  startJob(call.world, { ...start, kind: 'keyword_refresh' });
  if (!withInfluencer) return;
  const influencer = createInfluencer(call.world, project, {});
  influencer.jobId = startJob(call.world, { ...start, kind: 'influencer_create', influencer }).id;
  call.world.effect('influencer.created', influencer, call.requestId, { automatic: true });
}

const create = route('POST /v1/projects', {
  scope: 'projects:write',
  body: createBody,
  errors: 'fieldErrors',
  mintsId: true,
  handle(call) {
    const { world, caller, body } = call;
    const now = world.now();
    const project: Project = {
      id: mint('prj'),
      organizationId: caller.organizationId,
      status: 'active',
      name: body.name,
      customerExternalId: body.customerExternalId ?? null,
      timezone: body.timezone,
      primaryLanguage: body.primaryLanguage ?? 'en',
      ownerEmail: body.ownerEmail ?? caller.ownerEmail,
      appName: body.appName ?? null,
      appDescription: body.appDescription ?? null,
      tagline: body.tagline ?? null,
      brandVoice: body.brandVoice ?? 'authentic',
      targetGender: body.targetGender ?? null,
      metadata: body.metadata ?? null,
      createdAt: now,
      updatedAt: now,
      archivedAt: null,
    };
    if (project.customerExternalId !== null) claim(call, project, project.customerExternalId);
    world.state.projects[project.id] = project;
    world.effect('project.created', { id: project.id, projectId: project.id }, call.requestId);
    connectAwaited(world, project);
    if (project.appDescription) startResearch(call, project, true);
    return reply(201, projectRecord(project));
  },
});

const list = route('GET /v1/projects', {
  scope: 'projects:read',
  query: z.strictObject({
    cursor: z.string().optional(),
    limit: fields.limit(200, 25),
    status: z.enum(['active', 'archived']).default('active'),
    search: z.string().optional(),
    customerExternalId: z.string().optional(),
  }),
  handle({ world, caller, query }) {
    const { customerExternalId: handle, status, search } = query;
    const candidates = handle === undefined ? Object.values(world.state.projects) : named({ world, caller }, handle);
    const found = newest(
      candidates,
      (project) =>
        project.organizationId === caller.organizationId &&
        project.status === status &&
        (search === undefined || project.name.toLowerCase().includes(search.toLowerCase())),
    );
    const { shown, nextCursor } = page(found, (project) => project.id, query);
    const items = shown.map((project) => {
      const { id, name, status, customerExternalId, timezone, primaryLanguage, ownerEmail, createdAt, updatedAt } =
        projectRecord(project);
      return { id, name, status, customerExternalId, timezone, primaryLanguage, ownerEmail, createdAt, updatedAt };
    });
    return reply(200, { items, nextCursor });
  },
});

const get = route('GET /v1/projects/:projectId', {
  scope: 'projects:read',
  handle: (call) => reply(200, fullRecord(call, projectOf(call))),
});

const patch = route('PATCH /v1/projects/:projectId', {
  scope: 'projects:write',
  errors: 'fieldErrors',
  body: z.preprocess((body) => {
    const refused = body !== null && typeof body === 'object' ? READ_ONLY.filter((field) => field in body) : [];
    if (refused.length === 0) return body;
    const fieldErrors = Object.fromEntries(refused.map((field) => [field, ['This field is read-only.']]));
    // 400 and not 422: this route's own documented exception.
    throw new ApiError(400, 'VALIDATION', `Read-only: ${refused.join(', ')}.`, { fieldErrors });
  }, patchBody),
  handle(call) {
    const { world, body } = call;
    const project = projectOf(call);
    const described = project.appDescription;
    if (body.customerExternalId !== undefined) claim(call, project, body.customerExternalId);
    const { status, ...changes } = body;
    Object.assign(project, changes, { updatedAt: world.now() });
    if (status === 'archived' && project.status === 'active') archive(call, project);
    if (status === 'active') Object.assign(project, { status, archivedAt: null });
    world.effect('project.patched', { id: project.id, projectId: project.id }, call.requestId, {
      fields: Object.keys(body),
    });
    if (project.appDescription && project.appDescription !== described) startResearch(call, project, false);
    return reply(200, fullRecord(call, project));
  },
});

/** Soft: cancels queued posts and running generations, keeps everything. The number of cancelled posts. */
export function archive({ world, requestId }: Pick<Call, 'world' | 'requestId'>, project: Project): number {
  const now = world.now();
  Object.assign(project, { status: 'archived', archivedAt: now, updatedAt: now });
  const canceled = cancelQueued(world, requestId, (post) => post.projectId === project.id);
  for (const job of [...world.openJobs])
    if (job.kind === 'content_generate' && job.projectId === project.id) finishJob(world, job, now, 'canceled');
  world.effect('project.archived', { id: project.id, projectId: project.id }, requestId, {
    canceledScheduledPosts: canceled,
  });
  return canceled;
}

const remove = route('DELETE /v1/projects/:projectId', {
  scope: 'projects:write',
  handle(call) {
    const project = projectOf(call);
    const canceledScheduledPosts = archive(call, project);
    const { id, archivedAt } = project;
    return reply(200, { id, status: 'archived', archivedAt: utcOrNull(archivedAt), canceledScheduledPosts });
  },
});

const keywords = route('GET /v1/projects/:projectId/keywords', {
  scope: 'projects:read',
  handle(call) {
    const { id } = projectOf(call);
    const bank = call.world.state.banks[id];
    return reply(200, {
      projectId: id,
      hashtags: bank?.hashtags ?? [],
      refreshedAt: utcOrNull(bank?.refreshedAt ?? null),
    });
  },
});

const refreshKeywords = route('POST /v1/projects/:projectId/keywords/refresh', {
  scope: 'projects:write',
  class: 'long-running',
  body: z.strictObject({}),
  handle(call) {
    const project = activeProjectOf(call);
    if (!project.appDescription)
      throw new ApiError(422, 'VALIDATION', 'The project has no appDescription.', {
        missingFields: ['appDescription'],
      });
    call.world.limiter.takeJob(call.world.runningJobs(project.organizationId));
    const start = { project, requestId: call.requestId, plans: call.jobPlans };
    const job = startJob(call.world, { ...start, kind: 'keyword_refresh' });
    return reply(202, jobAccepted(job, { projectId: project.id, startedAt: utc(job.startedAt) }));
  },
});

export const projectRoutes = [create, list, get, patch, remove, keywords, refreshKeywords];
