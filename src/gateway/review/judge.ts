import type { DecideReviewArgs } from '../../contract/messages';
import { mayAskForChanges, type ReviewStatus } from '../../contract/status';
import { resolveTime } from '../../input';
import { isolated } from '../onboardings/legible';
import type { UpdateOutcome } from '../onboardings/updates';
import type { Situation } from './situation';
import { timePassed } from './timePassed';

/** Why a decision is not even sent: another time is needed, or the workflow would refuse it. */
export type Judged = { problem: string } | Extract<UpdateOutcome<never>, { kind: 'refused' | 'ended' }>;

/**
 * Judges a decision by what the page knows; `null` for one that the workflow has to judge. That is every one where no worker
 * answers, and one that says what has been decided already: sent again under the same id, it gets the same answer.
 */
export function judge(args: DecideReviewArgs, situation: Situation, now: number): Judged | null {
  switch (situation.kind) {
    case 'silent':
      return null;
    case 'open':
      return args.decision === 'approve'
        ? judgeTime(args.scheduleAt, situation.review, now)
        : judgeRound(args, situation.review);
    case 'decided':
    case 'replaced':
    case 'ended':
      return saysTheSame(args, situation.decision) ? null : { kind: 'ended' };
    case 'coming':
      return { kind: 'ended' };
  }
}

const TOO_SOON = 'That time has passed, or is less than five minutes ahead. Please choose a later one.';

/** The time that a reviewer typed, or what is wrong with it; `resolveTime` explains clock changes well enough. */
export function timeChosen(at: string, timezone: string, now: number): ReturnType<typeof resolveTime> {
  const resolved = resolveTime(at, timezone, now, { pastAllowed: true });
  if ('problem' in resolved) return { problem: `Please choose another time: ${resolved.problem}.` };
  return timePassed(resolved.at, now) ? { problem: TOO_SOON } : resolved;
}

function judgeTime(at: string | undefined, { scheduledFor, timezone }: ReviewStatus, now: number): Judged | null {
  if (scheduledFor === null)
    return at === undefined ? null : { kind: 'refused', type: 'InvalidMessage', message: NO_TIME, details: null };
  if (at === undefined) return timePassed(scheduledFor, now) ? { problem: TOO_SOON } : null;
  const chosen = timeChosen(at, timezone, now);
  return 'problem' in chosen ? chosen : null;
}

const NO_TIME = 'Nothing is scheduled by this approval, so that no time can be chosen.';

const judgeRound = ({ decision }: DecideReviewArgs, review: ReviewStatus): Judged | null =>
  decision === 'requestChanges' && !mayAskForChanges(review)
    ? { kind: 'refused', type: 'ActionNotAllowed', message: 'This is the last round.', details: null }
    : null;

function saysTheSame(
  { decision, reviewer, comment = '' }: DecideReviewArgs,
  made: { decision: string; reviewer: string; comment: string | null } | null,
): boolean {
  if (made === null || made.decision !== decision) return false;
  // Both were made harmless: this one when the form was read, that one to be shown.
  return made.reviewer === isolated(reviewer) && (made.comment ?? '') === comment;
}
