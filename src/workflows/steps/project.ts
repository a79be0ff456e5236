import { sameId } from '../../contract/ids';
import type { CreatedProject, ProjectRecord, ProjectRef } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import type { ProjectInput } from '../../contract/input';
import { declare } from '../effects/declare';
import { codeOf } from '../failures';
import { done, type Flow } from '../flow';
import { rememberProject, SKEW_MS, type Project } from '../values';

/** Fields that an adopted project keeps as they are, also where the input differs. */
const NEVER_FILLED = ['customerExternalId', 'metadata'];

/** Layers has said which projects the customer has: one that is found later is not this onboarding's. */
const PROJECTS_KNOWN = 'project/looked';

export const areProjectsKnown = (flow: Flow): boolean => flow.memory.get(PROJECTS_KNOWN) === true;

const label = (refs: ProjectRef[]): string => refs.map(({ projectId }) => projectId).join(', ');

export const creation = declare<Flow, { project: ProjectInput }, CreatedProject>({
  name: 'project',
  intent: () => ({ step: 'project' }),
  send: ({ layers }, { project }, key) => layers.write('createProject', { key, project }, 'Create the project'),
  find: async (flow) => choose(flow, await find(flow)),
});

interface Fields {
  projectId: string;
  fields: Record<string, unknown>;
}

const filling = declare<Flow, Fields, ProjectRef>({
  name: 'project fields',
  intent: ({ fields }) => ({ step: 'project', item: `fill:${Object.keys(fields).join(',')}` }),
  send: ({ layers }, { projectId, fields }, key) =>
    layers.write('patchProject', { key, projectId, fields }, `Fill ${Object.keys(fields).join(', ')}`),
  // Filled twice with the same, it is filled.
  find: () => Promise.resolve(null),
});

/** Looks the customer up; creates the project, adopts the one that is there, or blocks where there are several. */
export function createProject(flow: Flow): Promise<Project> {
  return flow.step('project', async () => {
    const all = await find(flow);
    flow.memory.set(PROJECTS_KNOWN, true);
    const found = await choose(flow, all);
    // It was not there before a request of this run that got no answer, so it has come of that.
    const isOwn = flow.wanted.adopt === null && flow.effects.isUnanswered(creation.intent(flow.wanted.plan));
    const { ref, isCreated }: Creation = found === null ? await create(flow) : { ref: found, isCreated: isOwn };
    if (ref.customerExternalId !== flow.wanted.plan.project.customerExternalId)
      throw stepFailure(
        'WrongCustomer',
        `Project ${ref.projectId} belongs to customer ${ref.customerExternalId ?? 'nobody'}.`,
      );
    // What was not there a moment ago and is there now, this run has created. What it found, only a run before a reset can
    // have created, and then it is younger than this onboarding.
    const isOurs = isCreated || (found !== null && Date.parse(ref.createdAt) >= flow.startedAt.getTime());
    const project: Project = { projectId: ref.projectId, isOurs, isNew: isCreated };
    rememberProject(flow, project);
    if (isCreated) {
      if (mayBeReplay(flow, ref)) await readLiving(flow, ref.projectId);
    } else {
      flow.effects.distrustReplays();
      await adopt(flow, ref.projectId);
    }
    flow.board.learn({ projectId: ref.projectId });
    return done(project, isOurs ? ref.projectId : `${ref.projectId} (adopted)`);
  });
}

const find = ({ layers, wanted }: Flow, status?: 'archived'): Promise<ProjectRef[]> =>
  layers.readAll(
    'findProjects',
    {
      customerExternalId: wanted.plan.project.customerExternalId,
      ...(status === undefined ? {} : { status }),
    },
    `Is there ${status === undefined ? 'a' : 'an archived'} project of this customer?`,
  );

/** None: `null`; one: that one; several: what the operator chose, else a block. */
async function choose({ wanted }: Flow, matches: ProjectRef[]): Promise<ProjectRef | null> {
  const { adopt: chosenId } = wanted;
  if (chosenId !== null) {
    const chosen = matches.find(({ projectId }) => sameId(projectId, chosenId));
    if (chosen === undefined)
      throw stepFailure(
        'AmbiguousProject',
        `${chosenId} is none of the candidates: ${label(matches) || 'there are none'}.`,
      );
    return chosen;
  }
  if (matches.length > 1)
    throw stepFailure('AmbiguousProject', `Several projects carry this customer: ${label(matches)}.`);
  return matches[0] ?? null;
}

/**
 * A create can also replay the answer to an earlier run's request, whose project has been archived since: else it would
 * have been found. Clocks only say whether that is worth a read.
 */
const mayBeReplay = ({ startedAt }: Flow, ref: CreatedProject): boolean =>
  ref.mayBeReplay === true || Date.parse(ref.createdAt) < startedAt.getTime() - SKEW_MS;

/** The project, and whether this run has created it. */
interface Creation {
  ref: CreatedProject;
  isCreated: boolean;
}

/** Creates it. `isCreated` is false where another program did so between our look and our request. */
async function create(flow: Flow): Promise<Creation> {
  const { project } = flow.wanted.plan;
  const intent = creation.intent({ project });
  try {
    return { ref: await flow.effects.make(creation, { project }), isCreated: true };
  } catch (error) {
    if (codeOf(error) !== 'CONFLICT') throw error;
    // Another program won the race, or an archived project still holds the handle.
    const winner = await choose(flow, await find(flow));
    if (winner !== null) {
      // Where an earlier try got no answer, it may well have been that one which won.
      const isCreated = flow.effects.isUnanswered(intent);
      flow.effects.keep(intent);
      return { ref: winner, isCreated };
    }
    const archived = await find(flow, 'archived');
    if (archived.length > 0)
      throw stepFailure('ProjectArchived', `Project ${label(archived)} of this customer is archived.`);
    throw stepFailure('ProjectConflict', 'The customerExternalId is taken, but no project with it is visible.');
  }
}

/** The project as it is. */
async function readLiving(flow: Flow, projectId: string): Promise<ProjectRecord> {
  const record = await flow.layers.read('getProject', { projectId }, 'Read the project to adopt');
  if (record.status === 'archived')
    throw stepFailure('ProjectArchived', `Project ${projectId} of this customer is archived.`);
  return record;
}

/** Fills fields that are empty, overwrites nothing, and lists what differs. */
async function adopt(flow: Flow, projectId: string): Promise<void> {
  const record = await readLiving(flow, projectId);
  const wanted = Object.entries(flow.wanted.plan.project).filter(([name]) => !NEVER_FILLED.includes(name));
  const empty = wanted.filter(([name]) => (record.fields[name] ?? null) === null);
  if (empty.length > 0) {
    const fields = Object.fromEntries(empty);
    await flow.effects.make(filling, { projectId, fields });
    flow.board.note(`Adopted ${projectId}: filled ${Object.keys(fields).join(', ')}.`);
  }
  noteDifferences(flow, record, wanted);
}

function noteDifferences({ board }: Flow, record: ProjectRecord, wanted: [string, unknown][]): void {
  const differing = wanted
    .filter(([name, value]) => (record.fields[name] ?? null) !== null && record.fields[name] !== value)
    .map(([name]) => name);
  if (differing.length > 0)
    board.note(`Adopted ${record.projectId}: left ${differing.join(', ')} as it is, though the input differs.`);
}
