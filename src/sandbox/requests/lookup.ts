import { badField, conflict, notFound } from '../format/errors';
import { normalizeId } from '../format/ids';
import type { Account, Container, Influencer, Job, Post, Project } from '../world/state';
import type { World } from '../world/world';
import type { Caller } from './auth';

/** Finding what a path names. What belongs to another organization does not exist. */
interface Asker {
  world: World;
  caller: Caller;
  params: Record<string, string>;
}

export function projectOf({ world, caller, params }: Asker): Project {
  const id = normalizeId('prj', params.projectId ?? '');
  if (!id) throw badField('projectId', 'Must be prj_<uuid> or a bare uuid.');
  const project = world.core.state.projects[id];
  if (project?.organizationId !== caller.organizationId) throw notFound('Project');
  return project;
}

/** Archived projects take no new generations, connections or uploads. */
export function activeProjectOf(asker: Asker): Project {
  const project = projectOf(asker);
  if (project.status === 'archived') throw conflict('The project is archived.', { status: 'archived' });
  return project;
}

const inOrganization = ({ world, caller }: Asker, projectId: string | undefined) =>
  projectId !== undefined && world.core.state.projects[projectId]?.organizationId === caller.organizationId;

export function containerOf(asker: Asker): Container {
  const container = asker.world.core.state.containers[normalizeId('cnt', asker.params.containerId ?? '') ?? ''];
  if (!container || !inOrganization(asker, container.projectId)) throw notFound('Content');
  return container;
}

export function influencerOf(asker: Asker, id = asker.params.influencerId ?? ''): Influencer {
  const influencer = asker.world.core.state.influencers[normalizeId('inf', id) ?? ''];
  if (!influencer || influencer.deletedAt !== null || !inOrganization(asker, influencer.projectId))
    throw notFound('Influencer');
  return influencer;
}

export function accountOf(asker: Asker): Account {
  const id = normalizeId('sa', asker.params.accountId ?? '');
  // The one route family that answers a malformed id with 400.
  if (!id) throw badField('socialAccountId', 'Must be sa_<uuid> or a bare uuid.', 400);
  const account = asker.world.core.state.accounts[id];
  if (!account || !inOrganization(asker, account.projectId)) throw notFound('Social account');
  return account;
}

export function postOf(asker: Asker): Post {
  const post = asker.world.core.state.posts[normalizeId('sp', asker.params.postId ?? '') ?? ''];
  if (!post || !inOrganization(asker, post.projectId)) throw notFound('Scheduled post');
  return post;
}

/** Of jobs that Layers started by itself the partner never learns the id, so they are not found. */
export function jobOf({ world, caller, params }: Asker): Job {
  const job = world.core.state.jobs[params.jobId ?? ''];
  if (!job || job.hidden || job.organizationId !== caller.organizationId) throw notFound('Job');
  return job;
}
