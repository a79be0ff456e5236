import type { Facts } from '../faults/engine';
import type { Caller } from '../requests/auth';
import type { Incoming, Route } from '../requests/route';
import type { Project } from '../world/state';
import type { World } from '../world/world';

/** The project that a request is about, wherever its path or body names it. */
export function subjectOf(world: World, { params }: Incoming): Project | undefined {
  const { state } = world.core;
  const { projectId, containerId, influencerId, postId, accountId, jobId, state: consent } = params;
  const owner =
    state.containers[containerId ?? ''] ??
    state.influencers[influencerId ?? ''] ??
    state.posts[postId ?? ''] ??
    state.accounts[accountId ?? ''] ??
    state.jobs[jobId ?? ''] ??
    state.oauthStates[consent ?? ''];
  return state.projects[projectId ?? owner?.projectId ?? ''];
}

/** What the rules of the fault engine can look at. */
export function factsOf(world: World, route: Route, incoming: Incoming, caller: Caller): Facts {
  const named = subjectOf(world, incoming)?.customerExternalId ?? incoming.search.get('customerExternalId');
  const { method, path, raw } = incoming;
  const { apiKeyId, organizationId } = caller;
  const customerExternalId = named ?? handleIn(raw);
  return { method, path, class: route.class, apiKeyId, organizationId, customerExternalId, body: raw };
}

function handleIn(raw: string): string | null {
  try {
    const body = JSON.parse(raw) as { customerExternalId?: unknown } | null;
    return typeof body?.customerExternalId === 'string' ? body.customerExternalId : null;
  } catch {
    return null;
  }
}
