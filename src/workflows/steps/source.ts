import { condition } from '@temporalio/workflow';
import { stepFailure } from '../../contract/failures';
import { PRIORITY } from '../../contract/queues';
import type { SourceCandidate } from '../../contract/status';
import { notify } from '../notifying';
import { now } from '../progress';
import type { Run } from '../run';

/** Live searches beyond this many phrases are not worth their reads. */
const MAX_PHRASES = 3;

/** Finds a TikTok slideshow to remix: the named one, the best candidate, or the one that a person chooses. */
export async function pickSource(run: Run): Promise<void> {
  await run.step('source', async () => {
    const source = await pick(run);
    run.source = source;
    const images = source.imageCount === null ? '' : ` · ${source.imageCount} images`;
    return {
      fact: source.author === null ? source.tiktokVideoId : `@${source.author.replace(/^@/, '')}${images}`,
      value: source,
    };
  });
}

/** A candidate of which nothing but the id is known, because somebody named it. */
const namedCandidate = (tiktokVideoId: string): SourceCandidate => ({
  tiktokVideoId,
  author: null,
  caption: null,
  thumbnailUrl: null,
  imageCount: null,
  views: null,
});

/** By the plan; a later round keeps its source when the reviewer only wanted another persona. */
async function pick(run: Run): Promise<SourceCandidate> {
  const { source } = run.plan;
  if (run.source !== null) return run.source;
  if (source.use === 'named') return namedCandidate(source.tiktokVideoId);
  const known = nextCandidate(run);
  if (known !== null && source.pick !== 'person') return known;
  if (known === null) {
    run.candidates = await discover(run);
    if (source.pick === 'most-viewed')
      run.candidates = [...run.candidates].sort((a, b) => (b.views ?? 0) - (a.views ?? 0));
  }
  if (source.pick === 'person') return choice(run);
  const next = nextCandidate(run);
  if (next === null) throw stepFailure('SourcesUsedUp', 'All candidates have been tried.');
  return next;
}

/** The next one that has not been used. */
export const nextCandidate = (run: Run): SourceCandidate | null =>
  run.candidates.find(({ tiktokVideoId }) => !run.usedSources.has(tiktokVideoId)) ?? null;

/** The portfolio; where it is empty a live search, by ever more general words. */
async function discover(run: Run): Promise<SourceCandidate[]> {
  const { project, source } = run.plan;
  const keyword = source.use === 'discover' ? source.keyword : null;
  const searches =
    keyword !== null ? [keyword] : [...run.phrases.slice(0, MAX_PHRASES), project.tagline, project.appName];
  // A reviewer who asks for another keyword wants a search; the portfolio has been seen.
  const portfolio = run.revision > 0 && keyword !== null ? [] : [undefined];
  const words = [...portfolio, ...new Set(searches.filter((word): word is string => Boolean(word)))];
  for (const word of words) {
    const summary = word === undefined ? 'Look into the portfolio' : 'Search TikTok live';
    const found = await run.api.read(
      'listSources',
      { projectId: run.projectId, ...(word === undefined ? {} : { keyword: word }) },
      { summary, priority: PRIORITY.produce },
    );
    const unused = found.filter(({ tiktokVideoId }) => !run.usedSources.has(tiktokVideoId));
    if (unused.length > 0) return unused;
  }
  const tried = words.map((word) => (word === undefined ? 'the portfolio' : `"${word}"`)).join(', ');
  throw stepFailure(run.usedSources.size === 0 ? 'NoSource' : 'SourcesUsedUp', `Nothing new to remix in ${tried}.`);
}

/** Shows the candidates and waits until somebody has chosen one. */
async function choice(run: Run): Promise<SourceCandidate> {
  const { progress } = run;
  progress.choices = run.candidates.filter(({ tiktokVideoId }) => !run.usedSources.has(tiktokVideoId));
  progress.choicesSince = now();
  progress.set('source', 'waiting', { fact: 'somebody has to choose' });
  progress.publish();
  const candidates = progress.choices.length;
  notify(run, { type: 'source.choice.requested', candidates });
  try {
    await untilChosen(run, () => notify(run, { type: 'source.choice.reminder', candidates }));
  } finally {
    progress.choices = null;
    progress.choicesSince = null;
    progress.changed();
  }
  return run.source!;
}

/** There is no deadline: without a source there is nothing to be late with. */
async function untilChosen(run: Run, remind: () => void): Promise<void> {
  const chosen = (): boolean => run.source !== null;
  if (!run.notifies) return condition(chosen);
  const options = { summary: 'Somebody has to choose a source' };
  while (!(await condition(chosen, run.plan.review.remindEveryMs, options))) remind();
}
