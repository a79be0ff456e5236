import type { ReviewDecision } from '../contract/result';
import type { SourceCandidate } from '../contract/status';
import type { Flow } from './flow';
import type { Verdict } from './post/decisions';
import { shownOf } from './post/decisions';
import type { Content, Draft } from './post/draft';
import type { Reviewer } from './post/reviewer';
import { produceContent } from './steps/content';
import { anotherPersona } from './steps/influencer';
import { review } from './steps/review';
import { pickSource } from './steps/source';
import { isWanted, type Persona, type Project } from './values';

/** What has to be there before a post can be made. */
export interface Prepared {
  project: Project;
  persona: Persona;
  phrases: string[];
}

/** A post that was decided about. */
export interface ReviewedPost {
  project: Project;
  persona: Persona;
  content: Content;
  revision: number;
  verdict: Verdict;
  earlier: ReviewDecision[];
}

/** Where the rounds are, as a run hands it to the next one. */
interface Rounds {
  revision: number;
  persona: Persona;
  /** The reviewer wants another persona than `persona`. */
  isPersonaReplaced: boolean;
  earlier: ReviewDecision[];
}

/** Source, content, review: as many rounds as it takes until a person approves or rejects, or the time to decide is over. */
export async function reviewedPost(flow: Flow, reviewer: Reviewer, prepared: Prepared): Promise<ReviewedPost> {
  const { project, phrases } = prepared;
  const { sources } = reviewer;
  const at = flow.memory.once<Rounds>('rounds', () => ({
    revision: 0,
    persona: prepared.persona,
    isPersonaReplaced: false,
    earlier: [],
  }));
  const otherPersona = async (): Promise<void> => {
    at.persona = await anotherPersona(flow, project, at.persona, at.revision);
    at.isPersonaReplaced = false;
  };
  const pick = (): Promise<SourceCandidate> => pickSource(flow, sources, { project, phrases, revision: at.revision });
  /** What the post of this round is made from. While a step is blocked, an operator may name another source or persona. */
  const draft = async (): Promise<Draft> => {
    if (!isWanted(flow, at.persona)) await otherPersona();
    const source = sources.current ?? (await pick());
    return { project, persona: at.persona, source, revision: at.revision };
  };

  for (;;) {
    const { revision, earlier } = at;
    if (at.isPersonaReplaced) await otherPersona();
    flow.enter('source', revision);
    await pick();
    flow.enter('content', revision);
    const made = await produceContent(flow, sources, draft, revision);
    const verdict = await review(flow, reviewer, { ...made, revision, earlier });
    if (verdict.decision !== 'requestChanges')
      return { project, persona: made.persona, content: made.content, revision, verdict, earlier };

    flow.effects.leaveBehind(made.content.containerId);
    at.earlier = [...earlier, shownOf(verdict)];
    at.revision += 1;
    at.isPersonaReplaced = verdict.wants.persona;
    // Another persona alone may show the same slides; anything else is another post.
    if (verdict.wants.source || !verdict.wants.persona) nextSource(flow, reviewer, made.source, verdict);
  }
}

/** The source that the reviewer named is wanted by now; with none, it is the next candidate, or the best one of a search. */
function nextSource({ wanted }: Flow, { sources }: Reviewer, used: SourceCandidate, { wants }: Verdict): void {
  sources.useUp(used, { searchAgain: wants.source });
  if (!wants.source && wanted.plan.source.use === 'named')
    wanted.plan = { ...wanted.plan, source: { use: 'discover', keyword: null, pick: 'first' } };
}
