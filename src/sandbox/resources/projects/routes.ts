import { z } from 'zod';
import { ApiError } from '../../format/errors';
import { mint } from '../../format/ids';
import { newest, page } from '../../format/paging';
import { handleProblem, isEmail } from '../../format/text';
import { utcOrNull } from '../../format/times';
import { projectOf } from '../../requests/lookup';
import { reply, route, type Call } from '../../requests/route';
import { fields } from '../../requests/validation';
import type { Project } from '../../world/state';
import { createInfluencer } from '../influencers/records';
import { startJob } from '../jobs/records';
import { connectAwaited } from '../social/records';
import { archive } from './archive';
import { claimHandle, fullProjectRecord, projectListItem, projectRecord, projectsOfHandle } from './records';

const METADATA_BYTES = 8 * 1024;

const shared = {
  customerExternalId: fields.checked((handle) => handleProblem(handle, 200)),
  ownerEmail: z.string().refine(isEmail, 'Must be an e-mail address.'),
  primaryLanguage: fields.language,
  appName: fields.line(3, 30),
  appDescription: fields.text(100, 1000),
  tagline: fields.line(0, 80),
  brandVoice: z.enum(['authentic', 'witty', 'professional', 'warm', 'casual', 'educational']),
  targetGender: z.enum(['all', 'female', 'male']),
  metadata: fields.object.refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= METADATA_BYTES,
    'Must be at most 8 KB of JSON.',
  ),
};
const name = fields.line(3, 30);

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

/** Layers starts these by itself: the partner is told no id. */
function startResearch(call: Call, project: Project, withInfluencer: boolean) {
  const start = { project, requestId: call.requestId, plans: call.jobPlans, hidden: true };
  startJob(call.world, { ...start, kind: 'keyword_refresh' });
  if (!withInfluencer) return;
  const influencer = createInfluencer(call.world.core, project, {});
  influencer.jobId = startJob(call.world, { ...start, kind: 'influencer_create', influencer }).id;
  call.world.core.effect('influencer.created', influencer, call.requestId, { automatic: true });
}

const create = route('POST /v1/projects', {
  scope: 'projects:write',
  body: createBody,
  errors: 'fieldErrors',
  mintsId: true,
  handle(call) {
    const { world, caller, body } = call;
    const now = world.core.now();
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
    if (project.customerExternalId !== null) claimHandle(call, project, project.customerExternalId);
    world.core.state.projects[project.id] = project;
    world.core.effect('project.created', { id: project.id, projectId: project.id }, call.requestId);
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
    const candidates =
      handle === undefined
        ? Object.values(world.core.state.projects)
        : projectsOfHandle(world, caller.organizationId, handle);
    const found = newest(
      candidates,
      (project) =>
        project.organizationId === caller.organizationId &&
        project.status === status &&
        (search === undefined || project.name.toLowerCase().includes(search.toLowerCase())),
    );
    const { shown, nextCursor } = page(found, (project) => project.id, query);
    return reply(200, { items: shown.map(projectListItem), nextCursor });
  },
});

const get = route('GET /v1/projects/:projectId', {
  scope: 'projects:read',
  handle: (call) => reply(200, fullProjectRecord(call.world, projectOf(call))),
});

const patch = route('PATCH /v1/projects/:projectId', {
  scope: 'projects:write',
  errors: 'fieldErrors',
  body: z.preprocess((body) => {
    const refused =
      body !== null && typeof body === 'object' ? READ_ONLY.filter((field) => Object.hasOwn(body, field)) : [];
    if (refused.length === 0) return body;
    const fieldErrors = Object.fromEntries(refused.map((field) => [field, ['This field is read-only.']]));
    // 400 and not 422: this route's own documented exception.
    throw new ApiError(400, 'VALIDATION', `Read-only: ${refused.join(', ')}.`, { fieldErrors });
  }, patchBody),
  handle(call) {
    const { world, body } = call;
    const project = projectOf(call);
    const described = project.appDescription;
    if (body.customerExternalId !== undefined) claimHandle(call, project, body.customerExternalId);
    const { status, ...changes } = body;
    Object.assign(project, changes, { updatedAt: world.core.now() });
    if (status === 'archived' && project.status === 'active') archive(call, project);
    if (status === 'active') Object.assign(project, { status, archivedAt: null });
    world.core.effect('project.patched', { id: project.id, projectId: project.id }, call.requestId, {
      fields: Object.keys(body),
    });
    if (project.appDescription && project.appDescription !== described) startResearch(call, project, false);
    return reply(200, fullProjectRecord(call.world, project));
  },
});

const remove = route('DELETE /v1/projects/:projectId', {
  scope: 'projects:write',
  body: z.strictObject({}),
  handle(call) {
    const project = projectOf(call);
    const canceledScheduledPosts = archive(call, project);
    const { id, archivedAt } = project;
    return reply(200, { id, status: 'archived', archivedAt: utcOrNull(archivedAt), canceledScheduledPosts });
  },
});

export const projectRoutes = [create, list, get, patch, remove];
