import type { ProjectRecord, ProjectRef } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import { PRIORITY } from '../../contract/queues';
import { detailsOf } from '../failures';
import { once } from '../once';
import { SKEW_MS, type Run } from '../run';

/** Fields that an adopted project keeps as they are, whatever the input says. */
const NEVER_FILLED = ['customerExternalId', 'metadata'];

const label = (refs: ProjectRef[]): string => refs.map(({ projectId }) => projectId).join(', ');

/** Looks the customer up; creates the project, adopts the one that is there, or blocks where there are several. */
export async function createProject(run: Run): Promise<void> {
  await run.step('project', async () => {
    const all = await find(run);
    run.projectsKnown = true;
    const found = await choose(run, all);
    const { ref, foreign } = found === null ? await create(run) : { ref: found, foreign: false };
    if (ref.customerExternalId !== run.plan.project.customerExternalId)
      throw stepFailure(
        'WrongCustomer',
        `Project ${ref.projectId} belongs to customer ${ref.customerExternalId ?? 'nobody'}.`,
      );
    // What this run has just created may be a moment older by Layers' clock; for what it found that would say nothing.
    const since = run.startedAt.getTime() - (found === null ? SKEW_MS : 0);
    run.createdHere = !foreign && Date.parse(ref.createdAt) >= since;
    // A create can also replay the answer to an earlier run's request: then the project is older than this workflow.
    run.adopted = found !== null || !run.createdHere;
    run.projectId = ref.projectId;
    if (run.adopted) await adopt(run, ref.projectId);
    run.progress.ids = { ...run.progress.ids, projectId: ref.projectId };
    return { fact: run.createdHere ? ref.projectId : `${ref.projectId} (adopted)`, value: ref };
  });
}

const find = (run: Run, status?: 'archived'): Promise<ProjectRef[]> =>
  run.api.read(
    'findProjects',
    { customerExternalId: run.plan.project.customerExternalId, ...(status === undefined ? {} : { status }) },
    {
      summary: `Is there ${status === undefined ? 'a' : 'an archived'} project of this customer?`,
      priority: PRIORITY.create,
    },
  );

/** None: `null`; one: that one; several: what the operator chose, else a block. */
async function choose(run: Run, matches: ProjectRef[]): Promise<ProjectRef | null> {
  if (run.adopt !== null) {
    const chosen = matches.find(({ projectId }) => projectId === run.adopt);
    if (chosen === undefined)
      throw stepFailure(
        'AmbiguousProject',
        `${run.adopt} is none of the candidates: ${label(matches) || 'there are none'}.`,
      );
    return chosen;
  }
  if (matches.length > 1)
    throw stepFailure('AmbiguousProject', `Several projects carry this customer: ${label(matches)}.`);
  return matches[0] ?? null;
}

/** `foreign`: somebody else created it between our look and our request. */
async function create(run: Run): Promise<{ ref: ProjectRef; foreign: boolean }> {
  const { project } = run.plan;
  try {
    const ref = await once<ProjectRef>(run, {
      intent: run.intents.project(),
      send: (key) =>
        run.api.write('createProject', { key, project }, { summary: 'Create the project', priority: PRIORITY.create }),
      look: async () => choose(run, await find(run)),
    });
    return { ref, foreign: false };
  } catch (error) {
    if (detailsOf(error)?.code !== 'CONFLICT') throw error;
    // Somebody else won the race, or an archived project still holds the handle.
    const winner = await choose(run, await find(run));
    if (winner !== null) {
      // Where an earlier try got no answer, it may well have been that one which won.
      const foreign = !run.inDoubt.has(run.path(run.intents.project()));
      run.inDoubt.delete(run.path(run.intents.project()));
      return { ref: winner, foreign };
    }
    const archived = await find(run, 'archived');
    if (archived.length > 0)
      throw stepFailure('ProjectArchived', `Project ${label(archived)} of this customer is archived.`);
    throw stepFailure('ProjectConflict', 'The customerExternalId is taken, but no project with it is visible.');
  }
}

/** Fills fields that are empty, overwrites nothing, and lists what differs. */
async function adopt(run: Run, projectId: string): Promise<void> {
  const record = await run.api.read(
    'getProject',
    { projectId },
    { summary: 'Read the project to adopt', priority: PRIORITY.create },
  );
  if (record.status === 'archived')
    throw stepFailure('ProjectArchived', `Project ${projectId} of this customer is archived.`);
  const wanted = Object.entries(run.plan.project).filter(([name]) => !NEVER_FILLED.includes(name));
  const empty = wanted.filter(([name]) => (record.fields[name] ?? null) === null);
  if (empty.length > 0) {
    const fields = Object.fromEntries(empty);
    const names = empty.map(([name]) => name);
    await once(run, {
      intent: { step: 'project', item: `fill:${names.join(',')}` },
      send: (key) =>
        run.api.write(
          'patchProject',
          { key, projectId, fields },
          { summary: `Fill ${names.join(', ')}`, priority: PRIORITY.create },
        ),
      look: () => Promise.resolve(null),
    });
    run.progress.note(`Adopted ${projectId}: filled ${names.join(', ')}.`);
  }
  noteDifferences(run, record, wanted);
}

function noteDifferences(run: Run, record: ProjectRecord, wanted: [string, unknown][]): void {
  const differing = wanted
    .filter(([name, value]) => (record.fields[name] ?? null) !== null && record.fields[name] !== value)
    .map(([name]) => name);
  if (differing.length > 0)
    run.progress.note(`Adopted ${record.projectId}: left ${differing.join(', ')} as it is, though the input differs.`);
}
