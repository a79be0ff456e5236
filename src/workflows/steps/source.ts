import { stepFailure } from '../../contract/failures';
import type { SourceCandidate } from '../../contract/status';
import { done, type Flow } from '../flow';
import type { Sources } from '../post/sources';
import type { Project } from '../values';

/** Live searches beyond this many phrases are not worth their reads. */
const MAX_PHRASES = 3;

/** What a source is looked for with. */
export interface Search {
  project: Project;
  /** The best phrases of the keyword bank, best first. */
  phrases: string[];
  revision: number;
}

/** Finds a TikTok post to make ours from: the named one, the best candidate, or the one that the reviewer chooses. */
export function pickSource(flow: Flow, sources: Sources, search: Search): Promise<SourceCandidate> {
  const { revision } = search;
  // It may have been picked before in this round, and replaced since.
  if (sources.current === null) flow.memory.forget(`step/source/r${revision}`);
  return flow.step(
    'source',
    async () => {
      const source = await pick(flow, sources, search);
      sources.current = source;
      const images = source.imageCount === null ? '' : ` · ${source.imageCount} images`;
      return done(
        source,
        source.author === null ? source.tiktokVideoId : `@${source.author.replace(/^@/, '')}${images}`,
      );
    },
    `/r${revision}`,
  );
}

/** By the plan; a later round keeps its source when the reviewer only wanted another persona. */
async function pick(flow: Flow, sources: Sources, search: Search): Promise<SourceCandidate> {
  const { current } = sources;
  const { source } = flow.wanted.plan;
  if (current !== null) return current;
  if (source.use === 'named') return sources.named(source.tiktokVideoId);
  const known = sources.unused[0];
  if (known !== undefined && source.pick !== 'person') return known;
  if (known === undefined) {
    const found = await discover(flow, sources, search);
    sources.offer(source.pick === 'most-viewed' ? [...found].sort((a, b) => (b.views ?? 0) - (a.views ?? 0)) : found);
  }
  if (source.pick === 'person') return sources.chosen();
  const [next] = sources.unused;
  if (next === undefined) throw stepFailure('SourcesUsedUp', 'All candidates have been tried.');
  return next;
}

/** The portfolio; where it is empty a live search, by ever more general words. */
async function discover(
  { layers, wanted }: Flow,
  sources: Sources,
  { project, phrases, revision }: Search,
): Promise<SourceCandidate[]> {
  const { project: fields, source } = wanted.plan;
  const keyword = source.use === 'discover' ? source.keyword : null;
  const searches = keyword !== null ? [keyword] : [...phrases.slice(0, MAX_PHRASES), fields.tagline, fields.appName];
  // A reviewer who asks for another keyword wants a search; the portfolio has been seen.
  const portfolio = revision > 0 && keyword !== null ? [] : [undefined];
  const words = [...portfolio, ...new Set(searches.filter((word): word is string => Boolean(word)))];
  for (const word of words) {
    const summary = word === undefined ? 'Look into the portfolio' : 'Search TikTok live';
    const { projectId } = project;
    const found = await layers.read(
      'listSources',
      { projectId, ...(word === undefined ? {} : { keyword: word }) },
      summary,
    );
    const unused = found.filter((candidate) => !sources.isUsed(candidate));
    if (unused.length > 0) return unused;
  }
  const tried = words.map((word) => (word === undefined ? 'the portfolio' : `"${word}"`)).join(', ');
  throw stepFailure(sources.usedCount === 0 ? 'NoSource' : 'SourcesUsedUp', `Nothing new to remix in ${tried}.`);
}
