import { sameId } from '../../contract/ids';
import type { InfluencerRecord, Wait } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import type { InfluencerHints } from '../../contract/input';
import { declare, type Effect } from '../effects/declare';
import { cancelsJob, type StartedJob } from '../effects/jobs';
import { done, type Flow } from '../flow';
import { NO_EVENT } from '../waiting/events';
import { afterJob } from '../waiting/job';
import { leftUntil, waitFor } from '../waiting/waits';
import { looksForForgotten, type Persona, type Project } from '../values';
import type { Wanted } from '../wanted';

/** A second persona may be made where the first one failed; the second failure blocks. */
const MAX_FAILURES = 2;
/** Times the typical wait: where no other step is in a hurry, one look at this moment is usually enough. */
const SURELY_READY = 1.25;

interface Creation {
  projectId: string;
  hints: InfluencerHints;
  /** Layers makes one persona with the project, the oldest. Where hints were given, that one does not answer them. */
  skipsOldest: boolean;
  revision: number;
}

interface Started extends StartedJob {
  influencerId: string;
}

const creation: Effect<Flow, Creation, Started> = declare<Flow, Creation, Started>({
  name: 'influencer',
  intent: ({ revision }) => ({ step: 'influencer', ...(revision === 0 ? {} : { revision }) }),
  send: ({ layers }, { projectId, hints }, key) =>
    layers.start('createInfluencer', { key, projectId, hints }, 'Create an influencer'),
  // The API offers no handle: the newest one since this workflow began, ready or in the making, serves as well.
  find: async (flow, asked) => {
    const usable = await newest(flow, asked);
    return usable === undefined ? null : { jobId: null, influencerId: usable.influencerId };
  },
  stands: async ({ layers }, _, { influencerId }) =>
    (await layers.read('getInfluencer', { influencerId }, 'Is that influencer alive?')).status !== 'failed',
  undo: cancelsJob('influencer'),
});

async function newest(
  { effects, layers, startedAt }: Flow,
  { projectId, skipsOldest }: Creation,
): Promise<InfluencerRecord | undefined> {
  const all = await layers.readAll('listInfluencers', { projectId }, 'Which influencers are there?');
  const since = oldestFirst(all).filter(
    ({ createdAt }) => createdAt !== null && Date.parse(createdAt) >= startedAt.getTime(),
  );
  if (skipsOldest) since.shift();
  return since.findLast(({ influencerId, status }) => status !== 'failed' && !effects.isPast(influencerId));
}

/** What a plan with hints asks for. */
const creationOf = ({ plan }: Wanted, { projectId, isOurs }: Project, hints: InfluencerHints): Creation => ({
  projectId,
  hints,
  skipsOldest: isOurs && plan.influencer.use === 'create' && plan.project.appDescription !== undefined,
  revision: 0,
});

/** Ends the job of the persona that a run before a reset has left in the making, in a project that this onboarding created. */
export async function takeBackForgottenPersona(flow: Flow, projectId: string): Promise<void> {
  const { board, cleanUp, effects, wanted } = flow;
  const { influencer } = wanted.plan;
  // A run that has come to the step has found it again, and taken it back.
  if (influencer.use !== 'create' || board.state('influencer') !== 'pending' || !looksForForgotten()) return;
  const asked = creationOf(wanted, { projectId, isOurs: true, isNew: false }, influencer.hints);
  let found: InfluencerRecord | undefined;
  await cleanUp.asItem('look for a persona from before this run', async () => {
    found = await newest(flow, asked);
  });
  if (found === undefined || found.status === 'ready') return;
  const started = { jobId: null, influencerId: found.influencerId };
  const row = effects.ofEarlierRun(creation, asked);
  await cleanUp.asItem(`cancel the job of ${found.influencerId}`, async () =>
    creation.undo?.run(flow, row, { ...creation, find: () => Promise.resolve(started) }),
  );
}

/** Gets one ready persona: the named one, a new one, or the one that Layers makes by itself. */
export function readyPersona(flow: Flow, project: Project, revision = 0): Promise<Persona> {
  const { effects, wanted } = flow;
  let failures = 0;
  return flow.step(
    'influencer',
    async () => {
      const { influencer } = wanted.plan;
      const creating = (hints: InfluencerHints): Creation => ({ ...creationOf(wanted, project, hints), revision });
      const asked = influencer.use === 'create' ? creating(influencer.hints) : null;
      // What became of hints that have been replaced.
      await effects.drop('influencer', asked ?? (influencer.use === 'automatic' ? creating({}) : null), creation);
      const found =
        influencer.use === 'named'
          ? await named(flow, project, influencer.influencerId)
          : asked !== null
            ? await make(asked)
            : ((await automatic(flow, project)) ?? (await make(creating({}))));
      const { influencerId, name } = found;
      flow.board.learn({ influencerId });
      const persona: Persona = { influencerId, name, choice: wanted.replaced.influencer };
      return done(persona, name === null ? influencerId : `"${name}" ready`);
    },
    `/r${revision}`,
  );

  /** Makes a persona, and once more where it fails. */
  async function make(asked: Creation): Promise<InfluencerRecord> {
    for (;;) {
      const made = await create(flow, project, asked);
      if (made.status === 'ready') return made;
      failures += 1;
      effects.retire(creation.intent(asked));
      if (failures >= MAX_FAILURES) {
        failures = 0;
        throw stepFailure('InfluencerFailed', `Influencer ${made.influencerId} failed: ${reasonOf(made)}.`);
      }
    }
  }
}

/** Gets another persona than before, since a person wants another one. */
export function anotherPersona(flow: Flow, project: Project, before: Persona, revision: number): Promise<Persona> {
  flow.effects.leaveBehind(before.influencerId);
  flow.memory.forget(`step/influencer/r${revision}`);
  return readyPersona(flow, project, revision);
}

/** A page comes oldest first, but the pages newest first. */
const oldestFirst = (all: InfluencerRecord[]): InfluencerRecord[] =>
  all.toSorted((a, b) =>
    (a.createdAt ?? '') < (b.createdAt ?? '') ? -1 : Number((a.createdAt ?? '') > (b.createdAt ?? '')),
  );

const reasonOf = ({ errorMessage }: InfluencerRecord): string => errorMessage ?? 'no reason given';

/** While the keyword bank takes minutes no step needs the persona, so it is looked at less often. */
const keywordsDecide = ({ board }: Flow): boolean =>
  ['pending', 'running', 'waiting'].includes(board.state('keywords'));

/** The oldest that is ready; `null` where none is to come: none was begun, or all have failed. */
function automatic(flow: Flow, project: Project): Promise<InfluencerRecord | null> {
  const { influencer: plan, keywords } = flow.wanted.plan.waits;
  const isRelaxed = keywordsDecide(flow);
  const relaxedMs = isRelaxed ? keywords.typicalMs : 0;
  const firstLookMs = isRelaxed ? Math.max(plan.earliestMs, plan.typicalMs * SURELY_READY) : plan.earliestMs;
  return flow.waitingFor('influencer', 'influencer', { plan, relaxedMs }, async (wait) => {
    const { projectId } = project;
    const all = await waitFor(
      () => flow.layers.readAll('listInfluencers', { projectId, wait }, 'Is an influencer ready?'),
      {
        earliestMs: project.isNew ? leftUntil(wait, firstLookMs) : 0,
        wakeUp: NO_EVENT,
        summary: 'Layers is making the influencer',
      },
    );
    return oldestFirst(all).find(({ status }) => status === 'ready') ?? null;
  });
}

function named(flow: Flow, { projectId }: Project, influencerId: string): Promise<InfluencerRecord> {
  const { influencer: plan } = flow.wanted.plan.waits;
  return flow.waitingFor('influencer', 'influencer', { plan }, async (wait) => {
    const found = await flow.layers.read('getInfluencer', { influencerId, wait }, 'Is the named influencer ready?');
    if (found.projectId !== null && !sameId(found.projectId, projectId))
      throw stepFailure('NOT_FOUND', `Influencer ${influencerId} belongs to project ${found.projectId}.`);
    if (found.status === 'failed')
      throw stepFailure('InfluencerFailed', `Influencer ${influencerId} has failed: ${reasonOf(found)}.`);
    return found;
  });
}

async function create(flow: Flow, project: Project, asked: Creation): Promise<InfluencerRecord> {
  const { jobId, influencerId } = await flow.effects.make(creation, asked);
  const { influencer: plan } = flow.wanted.plan.waits;
  const ended = (): void => flow.effects.keep(creation.intent(asked));
  return flow.waitingFor('influencer', `influencer/${influencerId}`, { plan }, async (wait) => {
    const read = (): Promise<InfluencerRecord> => readMade(flow, influencerId, wait);
    const made =
      jobId === null
        ? await read()
        : await afterJob(
            flow,
            {
              jobId,
              makes: influencerId,
              wait,
              earliestMs: project.isNew ? leftUntil(wait, plan.earliestMs) : 0,
              what: 'influencer',
              ended,
            },
            read,
          );
    ended();
    return made;
  });
}

const readMade = ({ layers }: Flow, influencerId: string, wait: Wait): Promise<InfluencerRecord> =>
  layers.read('getInfluencer', { influencerId, wait }, 'Read the influencer');
