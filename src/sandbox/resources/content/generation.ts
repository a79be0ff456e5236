import { ApiError, badField, notFound } from '../../format/errors';
import { normalizeId } from '../../format/ids';
import { utc } from '../../format/times';
import { activeProjectOf } from '../../requests/lookup';
import { reply, type Call, type Reply } from '../../requests/route';
import type { Influencer, Project } from '../../world/state';
import { jobAccepted, startJob } from '../jobs/records';
import { createContainer } from './records';
import { sourceOf } from './sources';

/** Credits that a generation holds and, once completed, costs. */
export const COSTS = { slideshow_builder: 50, slideshow_remix: 50, video_remix: 120, ugc_remix: 120, auto: 120 };

/** As URLs and containers spell them. */
const FORMAT_COSTS = { 'slideshow-remix': COSTS.slideshow_remix, 'slideshow-builder': COSTS.slideshow_builder };

/** Who appears: named in the body, and in the project. A container anchored on an account has the account's persona. */
function actorOf({ world }: Call, project: Project, body: { influencerId?: string; socialAccountId?: string }) {
  const inProject = (item: { projectId: string } | undefined) => item?.projectId === project.id;
  let influencer: Influencer | undefined;
  if (body.influencerId !== undefined) {
    influencer = world.core.state.influencers[normalizeId('inf', body.influencerId) ?? ''];
    if (!influencer || !inProject(influencer) || influencer.deletedAt !== null) throw notFound('Influencer');
    if (influencer.status === 'failed') throw badField('influencerId', 'The influencer has failed.');
  }
  if (body.socialAccountId !== undefined) {
    const account = world.core.state.accounts[normalizeId('sa', body.socialAccountId) ?? ''];
    if (!account || !inProject(account) || account.status === 'disconnected') throw notFound('Social account');
    influencer ??= world.core.owned('influencers', project.id).find(({ status }) => status === 'ready');
  }
  return influencer;
}

interface Generation {
  format: keyof typeof FORMAT_COSTS;
  hook: string | null;
  sourceTiktokId: string | null;
  body: { influencerId?: string | undefined; socialAccountId?: string | undefined };
}

/** Starts the job that makes a slideshow, and answers with it. */
export function generate(call: Call, { format, hook, sourceTiktokId, body }: Generation): Reply {
  const { world, requestId } = call;
  const project = activeProjectOf(call);
  const influencer = actorOf(call, project, body as { influencerId?: string; socialAccountId?: string });
  if (sourceTiktokId !== null && sourceOf(sourceTiktokId).kind !== 'slideshow')
    throw new ApiError(422, 'NOT_A_SLIDESHOW', 'The source is a video, not a slideshow.', {
      tiktokVideoId: sourceTiktokId,
    });
  const cost = FORMAT_COSTS[format];
  const { balance, reserved } = world.core.organization(project.organizationId);
  const available = Math.max(0, balance - reserved);
  if (available < cost)
    throw new ApiError(402, 'BILLING_EXHAUSTED', 'Insufficient content-generation credits.', {
      required: cost,
      available,
    });
  world.limiter.takeJob(world.open.runningJobs(project.organizationId));
  const influencerId = influencer?.id ?? null;
  const { socialAccountId = null } = body;
  const container = createContainer(world, project, { format, hook, influencerId, socialAccountId, sourceTiktokId });
  const start = { project, requestId, plans: call.jobPlans, container, cost, ...(influencer && { influencer }) };
  const job = startJob(world, { ...start, kind: 'content_generate' });
  container.jobId = job.id;
  world.core.effect('content.created', container, requestId, { format, sourceTiktokId, influencerId, jobId: job.id });
  return reply(202, jobAccepted(job, { containerIds: [container.id], format, startedAt: utc(job.startedAt) }));
}
