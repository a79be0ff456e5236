import { setHandler } from '@temporalio/workflow';
import type { Customer } from '../accounts/customer';
import { refusal } from '../../contract/failures';
import { MIN_LEAD_MS } from '../../contract/limits';
import * as messages from '../../contract/messages';
import type { DecideReviewArgs } from '../../contract/messages';
import type { ReviewDecision } from '../../contract/result';
import { mayAskForChanges, type ReviewStatus, type SourceCandidate } from '../../contract/status';
import type { Flow } from '../flow';
import type { Persona } from '../values';
import { now } from '../waiting/now';
import { Question } from '../waiting/question';
import { refuseProblems } from '../wanted';
import { faultOfTime, NO_WISHES, problemsOf, remarksOf, saidBy, shownOf, winner, type Verdict } from './decisions';
import type { Content } from './draft';
import { Sources } from './sources';
import { targetsShown } from './targets';

/** What is under review, or was last. */
export interface Round {
  revision: number;
  content: Content;
  persona: Persona;
  source: SourceCandidate;
  /** UTC. */
  since: string;
  deadline: string;
  /** Decisions about earlier rounds. */
  earlier: ReviewDecision[];
}

interface Facts {
  round: Round | null;
  verdict: Verdict | null;
}

/** The reviewer, who chooses among sources and decides about every round: one decision each, or none in time. */
export class Reviewer {
  readonly sources: Sources;
  private readonly facts: Facts;
  private question: Question<Verdict> | null = null;
  /** What is being checked at this moment, for another reviewer who wants to decide. */
  private deciding: Pick<ReviewDecision, 'revision' | 'decision' | 'reviewer'> | null = null;

  /** Registers `chooseSource`, `approve`, `reject` and `decideReview`. */
  constructor(
    private readonly flow: Flow,
    private readonly customer: Customer,
  ) {
    this.sources = new Sources(flow);
    this.facts = flow.memory.once<Facts>('review', () => ({ round: null, verdict: null }));
    flow.board.shows({ review: () => this.shown });
    setHandler(messages.approve, (payload) => this.decideBySignal('approve', payload), {
      description:
        'Approve what is under review. Payload: {"reviewer":"your name"}; from the second round on also "revision":1, 2, …',
    });
    setHandler(messages.reject, (payload) => this.decideBySignal('reject', payload), {
      description: 'Reject what is under review: nothing is posted. Payload: {"reviewer":"your name","reason":"why"}',
    });
    setHandler(messages.decideReview, (args) => this.decide(args), {
      validator: (args) => {
        flow.begun();
        const problems = problemsOf(args);
        if (problems.length > 0) throw refuseProblems('InvalidMessage', problems);
        flow.continuing.admit(() => this.check(args));
      },
      description:
        'Decide about what is under review. Payload: {"decision":"approve","reviewer":"your name","revision":0}; "reject" and "requestChanges" also need "comment"',
    });
  }

  /** The approval that was given, if one was. */
  get hasApproved(): boolean {
    return this.facts.verdict?.decision === 'approve';
  }

  /**
   * Shows a round and waits for the decision, reminding. `null` when the deadline has passed: absence of approval is not
   * approval. A round that is open already, since the history was continued, is not asked for again.
   */
  async decisionAbout(round: Omit<Round, 'since' | 'deadline'>): Promise<Verdict | null> {
    const { flow, facts } = this;
    const { revision } = round;
    if (facts.round?.revision === revision && facts.verdict !== null) return facts.verdict;
    const { deadlineMs, remindEveryMs } = flow.wanted.plan.review;
    const since = flow.memory.once(`review/since/r${revision}`, now);
    const deadline = new Date(Date.parse(since) + deadlineMs).toISOString();
    const question = new Question<Verdict>(flow.board);
    this.question = question;
    Object.assign(facts, { round: { ...round, since, deadline }, verdict: null });
    const about = { revision, deadline, scheduledFor: flow.wanted.scheduledFor };
    return question.wait({
      who: 'reviewer',
      since,
      deadline,
      remindEveryMs: flow.notifies ? remindEveryMs : null,
      remind: () => flow.tell({ type: 'review.reminder', ...about }),
      summary: `A reviewer has until ${deadline}`,
      begin: () => {
        flow.board.set('review', 'waiting', { fact: `round ${revision + 1}`, deadline });
        flow.enter('review', revision);
        flow.board.publish();
        if (flow.memory.isFirst(`review/told/r${revision}`)) flow.tell({ type: 'review.requested', ...about });
      },
    });
  }

  /** First the verdict: a reviewer who decides while the flow acts on it is too late. */
  settle(verdict: Verdict): Verdict {
    this.facts.verdict = verdict;
    this.question?.settle(verdict);
    this.flow.board.changed();
    return verdict;
  }

  private get shown(): ReviewStatus | null {
    const { round, verdict } = this.facts;
    if (round === null) return null;
    const { revision, content, persona, source, since, deadline, earlier } = round;
    const { plan } = this.flow.wanted;
    return {
      revision,
      maxRounds: plan.review.maxRounds,
      since,
      deadline,
      containerId: content.containerId,
      caption: content.caption,
      preview: content.preview,
      source,
      influencer: { influencerId: persona.influencerId, name: persona.name },
      scheduledFor: plan.schedule?.at ?? null,
      timezone: this.timezone,
      ...targetsShown(this.flow.wanted, this.customer),
      ...(verdict === null ? {} : { decision: shownOf(verdict) }),
      earlier,
    };
  }

  /** Refuses a decision by state alone: nothing under review, another revision, decided already, rounds used up. */
  private check(args: DecideReviewArgs): void {
    const { flow, facts, deciding } = this;
    const { plan } = flow.wanted;
    if (args.scheduleAt !== undefined && plan.schedule === null)
      throw refuseProblems('InvalidMessage', [
        { path: 'scheduleAt', message: 'has no meaning here: the input has no "schedule", so nothing will be posted' },
      ]);
    const { round, verdict } = facts;
    if (round === null) throw refusal('NothingUnderReview', 'Nothing is under review yet.');
    if (args.revision !== round.revision)
      throw refusal(
        'StaleRevision',
        `Revision ${args.revision} is not under review; the current one is ${round.revision}.`,
        { revision: round.revision },
      );
    if (verdict !== null)
      throw refusal(
        'AlreadyDecided',
        verdict.decision === 'expired'
          ? 'The time to decide is over: nobody decided.'
          : `${verdict.reviewer} has decided already: ${verdict.decision}.`,
        winner(verdict),
      );
    if (flow.isOver)
      throw refusal('NothingUnderReview', 'The onboarding has been stopped, so there is nothing to decide any more.');
    if (deciding !== null)
      throw refusal(
        'AlreadyDecided',
        `${deciding.reviewer} is deciding at this moment: ${deciding.decision}. Look again.`,
        deciding,
      );
    const { maxRounds } = plan.review;
    if (args.decision === 'requestChanges' && !mayAskForChanges({ revision: round.revision, maxRounds }))
      throw refusal(
        'ActionNotAllowed',
        `This is round ${round.revision + 1} of ${maxRounds}: approve it or reject it.`,
        { maxRounds },
      );
    const at = plan.schedule?.at;
    const isTooLate = at !== undefined && Date.parse(at) < Date.now() + MIN_LEAD_MS;
    const fault = args.scheduleAt === undefined ? null : faultOfTime(args.scheduleAt, this.timezone);
    if (fault !== null) throw refuseProblems('InvalidTime', [{ path: 'scheduleAt', message: fault }]);
    if (args.decision === 'approve' && args.scheduleAt === undefined && isTooLate)
      throw refusal(
        'InvalidTime',
        `${at} has passed, or is less than 5 minutes ahead. Approve with another time in scheduleAt.`,
        { scheduledFor: at },
      );
  }

  /** Takes a decision. It is reserved before the first await, so that of ten at once exactly one wins. */
  private async decide(args: DecideReviewArgs): Promise<ReviewDecision> {
    if (!this.flow.continuing.isBack) await this.flow.continuing.back();
    this.check(args);
    const { question } = this;
    if (question === null) throw refusal('NothingUnderReview', 'Nothing is under review yet.');
    const { decision, reviewer, revision } = args;
    this.deciding = { revision, decision, reviewer };
    try {
      const verdict = await question.take(async () => {
        const scheduleAt = args.scheduleAt === undefined ? undefined : await this.newTime(args.scheduleAt);
        const wants = decision === 'requestChanges' ? await this.applyWishes(args) : NO_WISHES;
        return this.settle({
          revision,
          decision,
          reviewer,
          at: now(),
          ...remarksOf(args),
          ...(scheduleAt === undefined ? {} : { scheduleAt }),
          wants,
        });
      });
      return shownOf(verdict);
    } finally {
      this.deciding = null;
    }
  }

  /** A signal cannot be refused: one that fits nothing is noted, and changes nothing. */
  private decideBySignal(decision: 'approve' | 'reject', payload: unknown): void {
    const { flow } = this;
    const { round, verdict } = this.facts;
    const ignored = (why: string): void => flow.board.note(`Ignored the signal ${decision}: ${why}.`);
    const said = saidBy(decision, payload);
    if (typeof said === 'string') return ignored(said);
    const { reviewer, revision, comment } = said;
    if (round === null) return ignored('nothing is under review yet');
    if (revision !== round.revision) return ignored(`it is for revision ${revision}, not ${round.revision}`);
    if (verdict !== null || this.deciding !== null) return ignored('it has been decided already');
    if (flow.isOver) return ignored('the onboarding has been stopped');
    this.settle({
      revision: round.revision,
      decision,
      reviewer,
      at: now(),
      comment,
      wants: NO_WISHES,
    });
  }

  /** In which local times are read. */
  private get timezone(): string {
    const { plan } = this.flow.wanted;
    return plan.schedule?.timezone ?? plan.project.timezone;
  }

  private async newTime(at: string): Promise<string> {
    const { timezone } = this;
    const answer = await this.flow.layers.local.resolveTime.executeWithOptions({ summary: 'Check the new time' }, [
      { at, timezone, now: Date.now() },
    ]);
    if ('at' in answer) return answer.at;
    throw refuseProblems(
      'InvalidTime',
      answer.problems.map(({ message }) => ({ path: 'scheduleAt', message })),
    );
  }

  /** Another source or persona for the next round: both are checked before either is taken. */
  private async applyWishes({ source, influencer }: DecideReviewArgs): Promise<Verdict['wants']> {
    const { wanted } = this.flow;
    let { input, plan } = wanted;
    for (const [step, replacement] of [
      ['source', source],
      ['influencer', influencer],
    ] as const) {
      if (replacement === undefined) continue;
      const replaced = await wanted.check({ within: { input, plan }, step, replacement });
      input = replaced.input;
      plan = { ...plan, source: replaced.plan.source, influencer: replaced.plan.influencer };
    }
    wanted.replace({ input, plan });
    return { source: source !== undefined, persona: influencer !== undefined };
  }
}
