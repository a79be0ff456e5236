import { setHandler } from '@temporalio/workflow';
import { refusal, stepFailure } from '../../contract/failures';
import { chooseSource, type ChooseSourceArgs } from '../../contract/messages';
import { MAX_NAME } from '../../contract/limits';
import type { Problem } from '../../contract/plan';
import type { SourceCandidate } from '../../contract/status';
import type { Flow } from '../flow';
import { faultOfLine, faultOfName, faultOfWhole, problemsIn } from '../shapes';
import { now } from '../waiting/now';
import { Question } from '../waiting/question';
import { refuseProblems } from '../wanted';

interface Facts {
  candidates: SourceCandidate[];
  /** Ids of those that a post was made from, or could not be made from. */
  used: string[];
  /** The one that the post of this round is made from; `null`: to be picked. */
  current: SourceCandidate | null;
  /** What it was picked for: `Wanted.replaced.source` of that time. */
  choice: number;
}

/** A candidate of which nothing but the id is known, because a person named it. */
const namedCandidate = (tiktokVideoId: string): SourceCandidate => ({
  tiktokVideoId,
  author: null,
  caption: null,
  thumbnailUrl: null,
  imageCount: null,
  views: null,
});

/** The TikTok posts to choose from: which were found, which are used up, and the question to the reviewer which to take. */
export class Sources {
  private readonly facts: Facts;
  private question: Question<SourceCandidate> | null = null;

  /** Registers `chooseSource`. */
  constructor(private readonly flow: Flow) {
    this.facts = flow.memory.once<Facts>('sources', () => ({ candidates: [], used: [], current: null, choice: 0 }));
    flow.board.shows({ choices: () => (this.question === null ? null : this.unused) });
    setHandler(chooseSource, (args) => this.choose(args), {
      validator: (args) => {
        const problems = problemsOf(args);
        if (problems.length > 0) throw refuseProblems('InvalidMessage', problems);
        flow.continuing.admit(() => this.checkChoice(args));
      },
      description:
        'Choose one of the candidates in "choices" of the status. Payload: {"tiktokVideoId":"…","by":"your name"}',
    });
  }

  /** The source that is wanted now; `null` where it has to be picked. */
  get current(): SourceCandidate | null {
    this.follow();
    return this.facts.current;
  }

  set current(source: SourceCandidate | null) {
    this.facts.current = source;
  }

  get unused(): SourceCandidate[] {
    return this.facts.candidates.filter(({ tiktokVideoId }) => !this.facts.used.includes(tiktokVideoId));
  }

  get usedCount(): number {
    return this.facts.used.length;
  }

  isUsed({ tiktokVideoId }: SourceCandidate): boolean {
    return this.facts.used.includes(tiktokVideoId);
  }

  offer(candidates: SourceCandidate[]): void {
    this.facts.candidates = candidates;
  }

  named(tiktokVideoId: string): SourceCandidate {
    return namedCandidate(tiktokVideoId);
  }

  /** For the next round: another candidate, or, where the reviewer has named what to look for, another search. */
  useUp({ tiktokVideoId }: SourceCandidate, { searchAgain }: { searchAgain: boolean }): void {
    if (!this.facts.used.includes(tiktokVideoId)) this.facts.used.push(tiktokVideoId);
    this.facts.current = null;
    if (searchAgain) this.facts.candidates = [];
  }

  /**
   * Nothing can be made from a source: on to the next candidate.
   * @throws `error` where the source was named, `SourcesUsedUp` where no candidate is left
   */
  moveOn({ tiktokVideoId }: SourceCandidate, code: string, error: unknown): void {
    if (!this.facts.used.includes(tiktokVideoId)) this.facts.used.push(tiktokVideoId);
    if (this.flow.wanted.plan.source.use === 'named') throw error;
    const next = this.unused[0] ?? null;
    this.facts.current = next;
    const on = next === null ? '' : `, going on with ${next.tiktokVideoId}`;
    this.flow.board.note(`Source ${tiktokVideoId}: ${code}${on}.`);
    if (next === null)
      throw stepFailure(
        'SourcesUsedUp',
        `None of the ${this.facts.used.length} candidates could be remixed; the last said ${code}.`,
      );
  }

  /** Shows the candidates and waits until the reviewer has chosen one. Without a source there is no deadline to miss. */
  async chosen(): Promise<SourceCandidate> {
    const { flow } = this;
    const question = new Question<SourceCandidate>(flow.board);
    this.question = question;
    const candidates = this.unused.length;
    try {
      const chosen = await question.wait({
        who: 'reviewer',
        since: flow.memory.once('choice', now),
        remindEveryMs: flow.notifies ? flow.wanted.plan.review.remindEveryMs : null,
        remind: () => flow.tell({ type: 'source.choice.reminder', candidates }),
        summary: 'Somebody has to choose a source',
        begin: () => {
          flow.board.set('source', 'waiting', { fact: 'somebody has to choose' });
          flow.board.publish();
          if (flow.memory.isFirst('choice/told')) flow.tell({ type: 'source.choice.requested', candidates });
        },
      });
      flow.memory.forget('choice');
      if (chosen === null) throw new Error('A choice without a deadline has ended without an answer.');
      return chosen;
    } finally {
      this.question = null;
      flow.board.changed();
    }
  }

  /** An operator or a reviewer may have named another source: then what was found for the old one counts no more. */
  private follow(): void {
    const { source } = this.flow.wanted.replaced;
    if (this.facts.choice === source) return;
    Object.assign(this.facts, { choice: source, candidates: [], current: null });
  }

  /** Refuses a candidate that is not offered, or a choice that is not open. */
  private checkChoice({ tiktokVideoId }: ChooseSourceArgs): void {
    const { question } = this;
    const state = this.flow.board.state('source');
    if (question === null && (state === 'pending' || state === 'running'))
      throw refusal('TooEarly', 'There is nothing to choose from yet.');
    const chosen = question === null ? this.facts.current : question.answer;
    if (question === null || chosen !== null)
      throw refusal('AlreadyDecided', 'The source has been chosen already.', { tiktokVideoId: chosen?.tiktokVideoId });
    const offered = this.unused.map((choice) => choice.tiktokVideoId);
    if (!offered.includes(tiktokVideoId))
      throw refusal('UnknownCandidate', `${tiktokVideoId} is none of the choices.`, { choices: offered });
  }

  private async choose(args: ChooseSourceArgs): Promise<void> {
    if (!this.flow.continuing.isBack) await this.flow.continuing.back();
    this.checkChoice(args);
    const { tiktokVideoId, by } = args;
    const chosen = this.unused.find((choice) => choice.tiktokVideoId === tiktokVideoId);
    if (chosen === undefined) return;
    this.question?.settle(chosen);
    this.flow.board.note(`Source ${tiktokVideoId} was chosen by ${by}.`);
  }
}

function problemsOf(args: ChooseSourceArgs): Problem[] {
  const whole = faultOfWhole(args);
  if (whole !== null) return [{ path: 'message', message: whole }];
  return problemsIn({
    by: faultOfName(args.by, 'chooses'),
    tiktokVideoId: faultOfLine(args.tiktokVideoId, 'must be the id of one of the choices', MAX_NAME),
  });
}
