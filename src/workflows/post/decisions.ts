import { MAX_COMMENT, MAX_NAME } from '../../contract/limits';
import type { DecideReviewArgs } from '../../contract/messages';
import type { Problem } from '../../contract/plan';
import type { ReviewDecision } from '../../contract/result';

const DECISIONS = ['approve', 'reject', 'requestChanges'];
const MAX_SLIDES = 50;

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

export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= MAX_COMMENT;

/** The shape of the message, checked by hand: zod is no guest in the workflow bundle. */
export function problemsOf(args: DecideReviewArgs): Problem[] {
  if (args === null || typeof args !== 'object') return [{ path: '', message: 'must be an object' }];
  const { decision, reviewer, revision, comment, scheduleAt, slides } = args;
  const problems: Problem[] = [];
  const check = (ok: boolean, path: string, message: string): void => void (ok || problems.push({ path, message }));
  check(DECISIONS.includes(decision), 'decision', `must be one of ${DECISIONS.join(', ')}`);
  check(
    typeof reviewer === 'string' && reviewer.trim() !== '' && reviewer.length <= MAX_NAME,
    'reviewer',
    `must name who decides, in at most ${MAX_NAME} characters`,
  );
  check(
    Number.isInteger(revision) && revision >= 0,
    'revision',
    'must be the revision that was looked at, 0 for the first',
  );
  check(comment === undefined || isText(comment), 'comment', `must be text of at most ${MAX_COMMENT} characters`);
  check(decision === 'approve' || comment !== undefined, 'comment', 'is required to reject or to ask for changes');
  check(scheduleAt === undefined || typeof scheduleAt === 'string', 'scheduleAt', 'must be a time like schedule.at');
  const wellFormed = (slide: unknown): boolean => {
    const { index, note } = (slide ?? {}) as { index?: unknown; note?: unknown };
    return Number.isInteger(index) && (index as number) >= 0 && typeof note === 'string' && note.length <= MAX_COMMENT;
  };
  check(
    slides === undefined || (Array.isArray(slides) && slides.length <= MAX_SLIDES && slides.every(wellFormed)),
    'slides',
    'must be a list of { index, note }',
  );
  return problems;
}
