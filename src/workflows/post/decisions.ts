import { MAX_COMMENT, MIN_LEAD_MS } from '../../contract/limits';
import type { DecideReviewArgs } from '../../contract/messages';
import { Unreadable } from '../../contract/payloads';
import type { Problem } from '../../contract/plan';
import type { ReviewDecision } from '../../contract/result';
import { harmlessLines } from '../../contract/text';
import {
  faultOfChoice,
  faultOfComment,
  faultOfName,
  faultOfSize,
  faultOfWhole,
  isCount,
  problemsIn,
  type Fault,
} from '../shapes';

const DECISIONS = ['approve', 'reject', 'requestChanges'];
const MAX_SLIDES = 50;
/** Characters of all notes of a decision: the status carries those of every round, and must fit into one answer. */
const MAX_NOTES = 16_000;
/** A source or a persona is a few short fields. */
const MAX_WISH_BYTES = 16 * 1024;

/** A decision, with what the next step needs of it. */
export interface Verdict extends ReviewDecision {
  /** UTC; another time for the post. */
  scheduleAt?: string;
  /** What the reviewer has named for the next round. */
  wants: { source: boolean; persona: boolean };
}

export const NO_WISHES: Verdict['wants'] = { source: false, persona: false };

/** Who decided what, for reviewers who come late. */
export const winner = ({ revision, decision, reviewer, at }: ReviewDecision): object => ({
  revision,
  decision,
  reviewer,
  at,
});

/** A decision in a few words. */
export function describe({ decision, reviewer }: ReviewDecision): string {
  switch (decision) {
    case 'approve':
      return `approved by ${reviewer}`;
    case 'reject':
      return `rejected by ${reviewer}`;
    case 'requestChanges':
      return `changes requested by ${reviewer}`;
    case 'expired':
      return 'nobody decided in time';
  }
}

/** A decision as the status and the result show it. */
export const shownOf = ({ scheduleAt: _scheduleAt, wants: _wants, ...shown }: Verdict): ReviewDecision => shown;

/** The shape of the message. */
export function problemsOf(args: DecideReviewArgs): Problem[] {
  const whole = faultOfWhole(args);
  if (whole !== null) return [{ path: 'message', message: whole }];
  const { decision, reviewer, revision, comment, scheduleAt, slides, source, influencer } = args;
  const needsComment = decision === 'reject' || decision === 'requestChanges';
  return problemsIn({
    decision: faultOfChoice(decision, DECISIONS),
    reviewer: faultOfName(reviewer, 'decides'),
    revision: isCount(revision) ? null : 'must be the revision that was looked at, 0 for the first',
    comment:
      comment === undefined
        ? needsComment
          ? 'is required to reject or to ask for changes'
          : null
        : faultOfComment(comment),
    scheduleAt: scheduleAt === undefined || typeof scheduleAt === 'string' ? null : 'must be a time like schedule.at',
    source: faultOfSize(source, MAX_WISH_BYTES),
    influencer: faultOfSize(influencer, MAX_WISH_BYTES),
    slides: slides === undefined ? null : faultOfSlides(slides),
  });
}

function faultOfSlides(slides: unknown): Fault {
  const isWellFormed = (slide: unknown): boolean => {
    const { index, note } = (slide ?? {}) as { index?: unknown; note?: unknown };
    return isCount(index) && typeof note === 'string' && note.length <= MAX_COMMENT;
  };
  if (!Array.isArray(slides) || slides.length > MAX_SLIDES || !slides.every(isWellFormed))
    return 'must be a list of { index, note }';
  const written = (slides as { note: string }[]).reduce((sum, { note }) => sum + note.length, 0);
  return written <= MAX_NOTES
    ? null
    : `must have at most ${MAX_NOTES} characters in all notes together, have ${written}`;
}

/** What people write, and nothing besides. */
export const remarksOf = ({ comment, slides }: DecideReviewArgs): Pick<ReviewDecision, 'comment' | 'slides'> => ({
  comment: comment === undefined ? null : harmlessLines(comment),
  ...(slides === undefined ? {} : { slides: slides.map(({ index, note }) => ({ index, note: harmlessLines(note) })) }),
});

const WRITTEN_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?$/i;
const WITH_OFFSET = /(Z|[+-]\d\d(:?\d\d)?)$/i;

/** What can be said against another time for the post without knowing the zones: it costs the history nothing. */
export function faultOfTime(at: string, timezone: string): Fault {
  if (!WRITTEN_TIME.test(at))
    return `must be a time like "2026-12-01T09:00" (in ${timezone}) or "2026-12-01T09:00:00Z"`;
  // No zone is further behind than 12 hours, so that no local time can be later.
  const latest = Date.parse(WITH_OFFSET.test(at.slice(10)) ? at : `${at}-12:00`);
  return latest < Date.now() + MIN_LEAD_MS ? `"${at}" has passed, or is less than 5 minutes ahead` : null;
}

/** A decision by signal, which can say no more than this. */
export interface Said {
  reviewer: string;
  /** The first round, unless the signal names another. */
  revision: number;
  comment: string | null;
}

/** What a signal says; a text: why it says nothing. */
export function saidBy(decision: 'approve' | 'reject', payload: unknown): Said | string {
  if (payload instanceof Unreadable) return `it ${payload.why}`;
  const { reviewer, revision, ...rest } = (payload ?? {}) as Partial<Record<string, unknown>>;
  const remark = decision === 'reject' ? 'reason' : 'comment';
  const comment = isAbsent(rest[remark]) ? null : rest[remark];
  if (isAbsent(reviewer)) return 'it names no reviewer';
  const fault = problemsIn({
    reviewer: faultOfName(reviewer, 'decides'),
    revision: isAbsent(revision) || isCount(revision) ? null : 'must be a whole number, 0 for the first round',
    [remark]: comment === null ? null : faultOfComment(comment),
  })[0];
  if (fault !== undefined) return `its ${fault.path} ${fault.message}`;
  if (decision === 'reject' && comment === null) return 'it gives no reason';
  return {
    reviewer: reviewer as string,
    revision: isAbsent(revision) ? 0 : (revision as number),
    comment: comment === null ? null : harmlessLines(comment as string),
  };
}

/** Other SDKs write out what is not there. */
const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';
