import type { AppMediaItem } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import type { AppMediaInput } from '../../contract/input';
import { PRIORITY } from '../../contract/queues';
import { Skipped } from '../blocking';
import { once } from '../once';
import type { Run } from '../run';
import { together } from '../waits';

/** Kinds of which a project has many; the others replace the one there is. */
const appends = (kind: string): boolean => kind === 'screenshot' || kind === 'demo-video';

/** One upload per asset, side by side. A refused asset blocks that item alone; the others finish. */
export async function uploadMedia(run: Run): Promise<void> {
  const { progress } = run;
  if (run.plan.appMedia.length === 0) return progress.set('media', 'skipped', { fact: 'no media in the input' });
  progress.set('media', 'running');
  const known = run.adopted ? await run.blocking.attempt('media', () => list(run)) : [];
  // What is there already is unknown, so nothing can be added to it.
  if (known instanceof Skipped) return progress.set('media', 'skipped', { fact: known.reason });
  const stored = new Map<string, string>();
  let left = 0;
  // Once as a rule; again where an operator has put new assets in the place of a blocked one.
  for (const seen = new Set<string>(); ;) {
    const fresh = [...run.plan.appMedia.entries()].filter(([, { url }]) => !seen.has(url));
    if (fresh.length === 0) break;
    const outcomes = await together(fresh.map(([index]) => uploadItem(run, index, known, seen)));
    left += outcomes.filter((outcome) => outcome instanceof Skipped).length;
    for (const outcome of outcomes) if (!(outcome instanceof Skipped)) stored.set(outcome.url, outcome.kind);
  }
  progress.set('media', stored.size === 0 ? 'skipped' : 'done', {
    fact: [count([...stored.values()]), left === 0 ? '' : `${left} left out`].filter(Boolean).join(', '),
  });
}

const list = (run: Run): Promise<AppMediaItem[]> =>
  run.api.read(
    'listAppMedia',
    { projectId: run.projectId },
    { summary: 'Which media are there?', priority: PRIORITY.media },
  );

/** Returns what was stored. The asset is read at every try, because an operator may have replaced it. */
function uploadItem(
  run: Run,
  index: number,
  known: AppMediaItem[],
  seen: Set<string>,
): Promise<AppMediaInput | Skipped> {
  const older = known.filter((item) => Date.parse(item.createdAt) < run.startedAt.getTime());
  // The list has just been read, so it serves as the first look.
  let look: AppMediaItem[] | null = run.adopted ? known : null;
  return run.blocking.attempt(
    'media',
    async () => {
      const asset = run.plan.appMedia[index];
      if (asset === undefined) return new Skipped('no longer in the input');
      const { kind, url } = asset;
      seen.add(url);
      if (appends(kind) && older.some((item) => item.kind === kind)) {
        run.progress.note(`Media: the project already has a ${kind}, so ${url} was not added.`);
        return new Skipped('already there');
      }
      await upload(run, asset, async () => {
        const items = look ?? (await list(run));
        look = null;
        return items;
      });
      return asset;
    },
    () => run.plan.appMedia[index]?.url ?? '',
  );
}

async function upload(run: Run, { kind, url }: AppMediaInput, stored: () => Promise<AppMediaItem[]>): Promise<void> {
  const intent = { step: 'media', item: `${kind}:${url}` };
  const since = Date.now();
  await once<Pick<AppMediaItem, 'mediaId' | 'createdAt'>>(run, {
    intent,
    send: (key) =>
      run.api.write(
        'uploadAppMedia',
        { key, projectId: run.projectId, kind, url },
        { summary: `Upload the ${kind}`, priority: PRIORITY.media },
      ),
    look: async () => {
      const items = await stored();
      const same = items.find((item) => item.kind === kind && item.url === url);
      if (same !== undefined) return same;
      const ours = run.plan.appMedia.map((asset) => asset.url);
      const strange = items.some(
        (item) =>
          item.kind === kind && Date.parse(item.createdAt) >= run.startedAt.getTime() && !ours.includes(item.url),
      );
      // Nothing tells a stored copy under another address from somebody else's: an operator has to look, once.
      if (appends(kind) && strange && run.askOnce(run.path(intent)))
        throw stepFailure('MaybeUploaded', `The project has a ${kind} that may be ${url}.`);
      return null;
    },
    // Only what is older than this request can have been deleted since.
    alive: async ({ mediaId, createdAt }) =>
      Date.parse(createdAt) >= since || (await list(run)).some((item) => item.mediaId === mediaId),
  });
}

function count(kinds: string[]): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, n]) => (n === 1 ? kind : `${n} ${kind}s`)).join(', ');
}
