import { conflict } from '../../format/errors';
import { microseconds } from '../../format/times';
import type { Call } from '../../requests/route';
import type { Project } from '../../world/state';
import type { World } from '../../world/world';

interface ProjectListItem {
  id: string;
  name: string;
  status: string;
  customerExternalId: string | null;
  timezone: string;
  primaryLanguage: string;
  ownerEmail: string;
  createdAt: string;
  updatedAt: string;
}

export function projectListItem(project: Project): ProjectListItem {
  const { id, name, status, customerExternalId, timezone, primaryLanguage, ownerEmail } = project;
  return {
    ...{ id, name, status, customerExternalId, timezone, primaryLanguage, ownerEmail },
    createdAt: microseconds(project.createdAt),
    updatedAt: microseconds(project.updatedAt),
  };
}

export function projectRecord(project: Project): Record<string, unknown> {
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
export function fullProjectRecord({ core }: World, project: Project): Record<string, unknown> {
  const { appName, appDescription, tagline, brandVoice, primaryLanguage } = project;
  const keywords = core.state.banks[project.id]?.hashtags.map(({ phrase }) => phrase) ?? [];
  const logo = core.owned('media', project.id).find((media) => media.kind === 'logo' && media.deletedAt === null);
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

/** The projects of an organization that carry this `customerExternalId`, archived ones as well. */
export function projectsOfHandle({ core }: World, organizationId: string, handle: string): Project[] {
  const ids = core.state.handles[handleKey(organizationId, handle)] ?? [];
  return ids.flatMap((id) => core.state.projects[id] ?? []).filter((project) => project.customerExternalId === handle);
}

/** Takes a handle for a project. Archived projects keep theirs. */
export function claimHandle({ world, caller }: Pick<Call, 'world' | 'caller'>, project: Project, handle: string): void {
  const others = projectsOfHandle(world, caller.organizationId, handle).filter((other) => other !== project);
  if (others.length > 0 && world.core.config.uniqueCustomerExternalId) {
    const message = `customerExternalId "${handle}" is already in use on another project.`;
    throw conflict(message, { field: 'customerExternalId' });
  }
  const ids = (world.core.state.handles[handleKey(project.organizationId, handle)] ??= []);
  if (!ids.includes(project.id)) ids.push(project.id);
}
