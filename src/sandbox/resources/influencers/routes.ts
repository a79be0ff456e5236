import { z } from 'zod';
import { notFound } from '../../format/errors';
import { newest, page } from '../../format/paging';
import { utc } from '../../format/times';
import { activeProjectOf, influencerOf, projectOf } from '../../requests/lookup';
import { reply, route } from '../../requests/route';
import { fields } from '../../requests/validation';
import { jobAccepted, startJob } from '../jobs/records';
import { createInfluencer, influencerListItem, influencerRecord } from './records';

const gender = z.enum(['male', 'female', 'non_binary']);
const ageRange = z.enum(['teen', 'young_adult', 'adult', 'mid_adult', 'mature', 'senior']);

/** The scope of writing is asked for reading too: so it is documented. */
const scope = 'influencers:write';

const create = route('POST /v1/projects/:projectId/influencers', {
  scope,
  class: 'long-running',
  errors: 'fieldErrors',
  body: z.strictObject({
    gender: gender.optional(),
    ageRange: ageRange.optional(),
    prompt: fields.line(1, 60).optional(),
  }),
  handle(call) {
    const { world, requestId } = call;
    const project = activeProjectOf(call);
    world.limiter.takeJob(world.open.runningJobs(project.organizationId));
    const influencer = createInfluencer(world.core, project, call.body);
    const start = { project, requestId, plans: call.jobPlans, influencer };
    const job = startJob(world, { ...start, kind: 'influencer_create' });
    influencer.jobId = job.id;
    world.core.effect('influencer.created', influencer, requestId, { automatic: false });
    return reply(202, jobAccepted(job, { influencerId: influencer.id }));
  },
});

const list = route('GET /v1/projects/:projectId/influencers', {
  scope,
  query: z.strictObject({
    cursor: z.string().optional(),
    limit: fields.limit(100, 25),
    status: z.enum(['pending', 'training', 'ready', 'failed']).optional(),
  }),
  handle(call) {
    const { world, query } = call;
    const { id } = projectOf(call);
    const all = newest(world.core.owned('influencers', id), ({ deletedAt }) => deletedAt === null)
      .map((influencer) => influencerListItem(world.core, influencer))
      .filter(({ status }) => query.status === undefined || status === query.status);
    const { shown, nextCursor } = page(all, ({ influencerId }) => influencerId, query);
    return reply(200, { items: shown, nextCursor });
  },
});

const get = route('GET /v1/influencers/:influencerId', {
  scope,
  handle: (call) => reply(200, influencerRecord(call.world.core, influencerOf(call))),
});

const patch = route('PATCH /v1/influencers/:influencerId', {
  scope,
  errors: 'fieldErrors',
  body: z
    .strictObject({
      name: fields.line(1, 128).optional(),
      gender: gender.optional(),
      ageRange: ageRange.nullable().optional(),
      brandVoice: fields.line(1, 1_000).optional(),
      language: fields.language.optional(),
    })
    .refine((body) => Object.keys(body).length > 0, 'Name at least one field.'),
  handle(call) {
    const influencer = influencerOf(call);
    Object.assign(influencer, call.body, { updatedAt: call.world.core.now() });
    call.world.core.effect('influencer.patched', influencer, call.requestId);
    return reply(200, influencerRecord(call.world.core, influencer));
  },
});

const remove = route('DELETE /v1/influencers/:influencerId', {
  scope,
  body: z.strictObject({ reason: fields.text(0, 1024).optional() }),
  handle(call) {
    const influencer = influencerOf(call);
    const deletedAt = call.world.core.now();
    influencer.deletedAt = deletedAt;
    call.world.core.effect('influencer.deleted', influencer, call.requestId);
    return reply(200, { influencerId: influencer.id, status: 'deleted', deletedAt: utc(deletedAt) });
  },
});

const clone = route('POST /v1/influencers/:influencerId/clone', {
  scope,
  class: 'long-running',
  errors: 'fieldErrors',
  body: z.strictObject({
    name: fields.line(1, 128),
    overrides: z
      .strictObject({
        gender: gender.optional(),
        ageRange: ageRange.optional(),
        brandVoice: fields.line(1, 1_000).optional(),
        language: fields.language.optional(),
      })
      .default({}),
  }),
  handle(call) {
    const { world, requestId, body } = call;
    const original = influencerOf(call);
    const project = world.core.state.projects[original.projectId];
    if (!project) throw notFound('Project');
    world.limiter.takeJob(world.open.runningJobs(project.organizationId));
    const influencer = createInfluencer(world.core, project, {});
    const { gender, ageRange, brandVoice, language, prompt } = original;
    Object.assign(influencer, { gender, ageRange, brandVoice, language, prompt }, body.overrides, { name: body.name });
    const job = startJob(world, { project, requestId, plans: call.jobPlans, influencer, kind: 'influencer_create' });
    influencer.jobId = job.id;
    world.core.effect('influencer.created', influencer, requestId, { automatic: false, cloneOf: original.id });
    return reply(202, jobAccepted(job, { influencerId: influencer.id }));
  },
});

export const influencerRoutes = [create, list, get, patch, remove, clone];
