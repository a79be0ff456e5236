import { sameId } from '../../contract/ids';
import type { AppMediaItem } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import type { AppMediaInput } from '../../contract/input';
import { declare } from '../effects/declare';
import type { Flow } from '../flow';
import { Skipped } from '../waiting/blocked';
import { together } from '../waiting/waits';
import { looksForForgotten, type Project } from '../values';

interface Upload extends AppMediaInput {
  projectId: string;
}

/** Kinds of which a project has many; the others replace the one there is. */
const appends = (kind: string): boolean => kind === 'screenshot' || kind === 'demo-video';

const list = ({ layers }: Flow, projectId: string): Promise<AppMediaItem[]> =>
  layers.readAll('listAppMedia', { projectId }, 'Which media are there?');

type Stored = Pick<AppMediaItem, 'mediaId' | 'createdAt'>;

const upload = declare<Flow, Upload, Stored>({
  name: 'media',
  intent: ({ kind, url }) => ({ step: 'media', item: `${kind}:${url}` }),
  send: ({ layers }, { projectId, kind, url }, key) =>
    layers.write('uploadAppMedia', { key, projectId, kind, url }, `Upload the ${kind}`),
  find: async (flow, asset) => findAmong(flow, asset, await list(flow, asset.projectId)),
  // Only what is older than this request can have been deleted since.
  stands: async (flow, { projectId }, { mediaId, createdAt }, sentAt) =>
    Date.parse(createdAt) >= sentAt || (await list(flow, projectId)).some((item) => sameId(item.mediaId, mediaId)),
});

/** One upload per asset, side by side. A refused asset blocks that item alone; the others finish. */
export async function uploadMedia(flow: Flow, project: Project): Promise<void> {
  const { board, effects, memory, wanted } = flow;
  if (wanted.plan.appMedia.length === 0) return flow.skip('media', 'no media in the input');
  const ended = memory.get<string>('step/media');
  if (ended !== undefined) return board.setEnded('media', 'done', ended);
  board.set('media', 'running');
  const listed = effects.trustsReplays
    ? []
    : flow.isContinued
      ? whenNeeded(() => list(flow, project.projectId))
      : await flow.attempt('media', () => list(flow, project.projectId), 'media/list');
  // What is there already is unknown, so nothing can be added to it.
  if (listed instanceof Skipped) return board.set('media', 'skipped', { fact: listed.reason });

  const seen = new Set<string>();
  const outcomes: (AppMediaInput | Skipped)[] = [];
  // Once as a rule; again where an operator has put new assets in the place of a blocked one.
  for (;;) {
    const fresh = [...wanted.plan.appMedia.entries()].filter(([, { url }]) => !seen.has(url));
    if (fresh.length === 0) break;
    const ofThese = fresh.map(([index]) => uploadItem(flow, { project, index, listed, seen }));
    outcomes.push(...(await together(ofThese)));
  }
  const stored = new Map(
    outcomes.flatMap((outcome) => (outcome instanceof Skipped ? [] : [[outcome.url, outcome.kind] as const])),
  );
  const left = outcomes.filter((outcome) => outcome instanceof Skipped).length;
  const fact = [count([...stored.values()]), left === 0 ? '' : `${left} left out`].filter(Boolean).join(', ');
  memory.set('step/media', fact);
  board.set('media', stored.size === 0 ? 'skipped' : 'done', { fact });
}

/**
 * An upload that got no answer may have landed. Media cost and publish nothing, so that they stay, but what is there is to be
 * known at the end. Asks Layers nothing where all were answered.
 */
export const lookForUploads = (flow: Flow): Promise<void> =>
  look(flow, flow.effects.unanswered(upload), 'whose upload got no answer');

/** The same for those that a run before a reset may have sent. */
export const lookForForgottenUploads = (flow: Flow, projectId: string): Promise<void> =>
  look(
    flow,
    flow.wanted.plan.appMedia.map((asset) => ({ ...asset, projectId })),
    'from before this run',
  );

async function look(flow: Flow, asked: Upload[], which: string): Promise<void> {
  const { board, cleanUp } = flow;
  const [first] = asked;
  if (first === undefined || !looksForForgotten()) return;
  await cleanUp.asItem(`look for media ${which}`, async () => {
    const items = await list(flow, first.projectId);
    for (const { kind, url } of asked) {
      const found = items.find((item) => item.kind === kind && item.url === url);
      const copies = found === undefined && appends(kind) ? strangeOnes(flow, kind, items) : [];
      if (found !== undefined) board.note(`Media: the ${kind} ${url} is there, as ${found.mediaId}.`);
      else if (copies.length > 0) board.note(`Media: the ${kind} ${url} may be ${idsOf(copies)}.`);
    }
  });
}

const idsOf = (items: AppMediaItem[]): string => items.map(({ mediaId }) => mediaId).join(' or ');

/** Reads once, for whoever asks first; what could not be read is read again for the next. */
function whenNeeded<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | null = null;
  return () =>
    (reading ??= read().catch((error: unknown) => {
      reading = null;
      throw error;
    }));
}

interface Item {
  project: Project;
  /** In the list of assets: what stands there may be replaced while it is blocked. */
  index: number;
  /** What is there. In a run that continues another, assets are blocked that nothing is to be asked for. */
  listed: AppMediaItem[] | (() => Promise<AppMediaItem[]>);
  /** URLs that have been taken care of. */
  seen: Set<string>;
}

/** Returns what was stored. The asset is read at every try, because an operator may have replaced it. */
async function uploadItem(flow: Flow, { project, index, listed, seen }: Item): Promise<AppMediaInput | Skipped> {
  const { board, effects, startedAt, wanted } = flow;
  // The list has just been read, so it serves as the first look.
  let isFresh = !effects.trustsReplays;
  const url = wanted.plan.appMedia[index]?.url ?? '';
  seen.add(url);
  return flow.attempt(
    'media',
    async () => {
      const asset = wanted.plan.appMedia[index];
      if (asset === undefined) return new Skipped('no longer in the input');
      const { kind, url } = asset;
      seen.add(url);
      const there = typeof listed === 'function' ? await listed() : listed;
      const isOlder = ({ createdAt }: AppMediaItem): boolean => Date.parse(createdAt) < startedAt.getTime();
      if (appends(kind) && there.some((item) => item.kind === kind && isOlder(item))) {
        board.note(`Media: the project already has a ${kind}, so ${url} was not added.`);
        return new Skipped('already there');
      }
      const args: Upload = { projectId: project.projectId, kind, url };
      const options = isFresh ? { firstLook: async () => findAmong(flow, args, there) } : {};
      isFresh = false;
      await effects.make(upload, args, options);
      return asset;
    },
    `media/${index}/${url}`,
    () => wanted.plan.appMedia[index]?.url ?? '',
  );
}

/** The asset among those of the project. An operator has to look, once, where nothing can tell. */
function findAmong(flow: Flow, { kind, url }: Upload, items: AppMediaItem[]): Stored | null {
  const same = items.find((item) => item.kind === kind && item.url === url);
  if (same !== undefined) return same;
  const isStrange = appends(kind) && strangeOnes(flow, kind, items).length > 0;
  if (isStrange && flow.memory.isFirst(`media/asked/${kind}:${url}`))
    throw stepFailure('MaybeUploaded', `The project has a ${kind} that may be ${url}.`);
  return null;
}

/** A stored copy under another address cannot be told from an asset that the partner has uploaded by hand. */
function strangeOnes({ startedAt, wanted }: Flow, kind: string, items: AppMediaItem[]): AppMediaItem[] {
  const ours = wanted.plan.appMedia.map(({ url }) => url);
  return items.filter(
    (item) => item.kind === kind && Date.parse(item.createdAt) >= startedAt.getTime() && !ours.includes(item.url),
  );
}

function count(kinds: string[]): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, n]) => (n === 1 ? kind : `${n} ${kind}s`)).join(', ');
}
