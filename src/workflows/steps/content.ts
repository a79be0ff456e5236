import type { ContentRecord } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import type { SourceCandidate } from '../../contract/status';
import { detailsOf } from '../failures';
import type { Run } from '../run';
import { takeBackJobs } from '../takeBackJobs';
import { finishedContent, type Remix, StaleAnswer, startRemix, UNSUITABLE } from './remix';
import { readyInfluencer } from './influencer';
import { nextCandidate, pickSource } from './source';

/** A job that failed is tried once more; the second failure blocks. */
const MAX_FAILURES = 2;
/** So many dead answers in a row are no replays: the remix really ends that way. */
const MAX_STALE = 4;

/** Remixes the source with the persona, moving on to the next candidate where a source turns out unsuitable. */
export async function produceContent(run: Run): Promise<void> {
  let failures = 0;
  /** Kept over a block, so that a retry after a deadline looks at the job before it starts another. */
  let remix: Remix | null = null;
  let stale = 0;
  await run.step('content', async () => {
    for (;;) {
      // An operator may have asked for another source or persona while the step was blocked.
      if (run.influencer === null) await readyInfluencer(run);
      if (run.source === null) await pickSource(run);
      const source = run.source!;
      const influencerId = run.influencer!.influencerId;
      try {
        if (remix?.source !== source || remix.influencerId !== influencerId) {
          // What another source or persona was to become, nobody waits for any more.
          const path = run.path(run.intents.content(source));
          await takeBackJobs(run, (other) => other !== path && isContent(run, other));
          remix = await startRemix(run, source);
        }
        const container = await finishedContent(run, remix);
        run.container = container;
        return { fact: describe(container), value: container };
      } catch (error) {
        if (error instanceof StaleAnswer) {
          remix = null;
          run.nextTry(run.path(run.intents.content(source)));
          if (++stale % MAX_STALE > 0) continue;
          throw stepFailure('JobFailed', `Layers keeps answering with content that has ended: ${error.message}.`);
        }
        const code = detailsOf(error)?.code;
        if (code === undefined) throw error;
        if (UNSUITABLE.some((unsuitable) => unsuitable === code)) {
          remix = null;
          failures = 0;
          if (!moveOn(run, source, code)) throw error;
        } else if (code === 'JobFailed' || code === 'JobCanceled') {
          remix = null;
          run.nextTry(run.path(run.intents.content(source)));
          if (code === 'JobCanceled' || ++failures >= MAX_FAILURES) {
            failures = 0;
            throw error;
          }
        } else throw error;
      }
    }
  });
}

function moveOn(run: Run, source: SourceCandidate, code: string): boolean {
  run.usedSources.add(source.tiktokVideoId);
  if (run.plan.source.use === 'named') return false;
  const next = nextCandidate(run);
  run.source = next;
  run.progress.note(
    `Source ${source.tiktokVideoId}: ${code}${next === null ? '' : `, going on with ${next.tiktokVideoId}`}.`,
  );
  if (next === null)
    throw stepFailure(
      'SourcesUsedUp',
      `None of the ${run.usedSources.size} candidates could be remixed; the last said ${code}.`,
    );
  return true;
}

/** Whether an intent is a remix. */
const isContent = (run: Run, path: string): boolean => path.startsWith(run.path({ step: 'content' }));

const describe = ({ containerId, preview }: ContentRecord): string =>
  preview === null || preview.imageUrls.length === 0
    ? containerId
    : `${preview.imageUrls.length} slides, ${containerId}`;
