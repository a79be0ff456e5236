import { refusal } from '../contract/failures';
import { MAX_COMMENT, MAX_NAME, MIN_LEAD_MS } from '../contract/limits';
import type { ApproveSignal, DecideReviewArgs, RejectSignal } from '../contract/messages';
import type { ReviewDecision } from '../contract/result';
import type { Problem } from '../contract/plan';
import { mayAskForChanges } from '../contract/status';
import { now } from './progress';
import { refuseProblems, replaceInput } from './replacing';
import type { Run } from './run';

const DECISIONS = ['approve', 'reject', 'requestChanges'];

/** Who decided what, for those who come late. */
const winner = ({ revision, decision, reviewer, at }: ReviewDecision): object => ({ revision, decision, reviewer, at });

/** Refuses a decision by state alone: nothing under review, another revision, decided already, rounds used up. */
export function checkDecision(run: Run, args: DecideReviewArgs): void {
  const problems = problemsOf(args);
  if (problems.length > 0) throw refuseProblems('InvalidMessage', problems);
  if (args.scheduleAt !== undefined && run.plan.schedule === null)
    throw refuseProblems('InvalidMessage', [
      { path: 'scheduleAt', message: 'has no meaning here: the input has no "schedule", so nothing will be posted' },
    ]);
  const { review } = run.progress;
  if (review === null) throw refusal('NothingUnderReview', 'Nothing is under review yet.');
  if (args.revision !== review.revision)
    throw refusal(
      'StaleRevision',
      `Revision ${args.revision} is not under review; the current one is ${review.revision}.`,
      { revision: review.revision },
    );
  const decided = run.verdict ?? review.decision;
  if (decided != null)
    throw refusal(
      'AlreadyDecided',
      decided.decision === 'expired'
        ? 'The time to decide is over: nobody decided.'
        : `${decided.reviewer} has decided already: ${decided.decision}.`,
      winner(decided),
    );
  if (run.scope.consideredCancelled)
    throw refusal('NothingUnderReview', 'The onboarding has been stopped, so there is nothing to decide any more.');
  if (run.deciding !== null)
    throw refusal(
      'AlreadyDecided',
      `${run.deciding.reviewer} is deciding at this moment: ${run.deciding.decision}. Look again.`,
      run.deciding,
    );
  if (args.decision === 'requestChanges' && !mayAskForChanges(review))
    throw refusal(
      'ActionNotAllowed',
      `This is round ${review.revision + 1} of ${run.plan.review.maxRounds}: approve it or reject it.`,
      {
        maxRounds: run.plan.review.maxRounds,
      },
    );
  const at = run.plan.schedule?.at;
  if (
    args.decision === 'approve' &&
    args.scheduleAt === undefined &&
    at !== undefined &&
    Date.parse(at) < Date.now() + MIN_LEAD_MS
  )
    throw refusal(
      'InvalidTime',
      `${at} has passed, or is less than 5 minutes ahead. Approve with another time in scheduleAt.`,
      { scheduledFor: at },
    );
}

/** Takes a decision. It is reserved before the first await, so that of ten at once exactly one wins. */
export async function decide(run: Run, args: DecideReviewArgs): Promise<ReviewDecision> {
  checkDecision(run, args);
  const { decision, reviewer, revision, comment, slides } = args;
  run.deciding = { revision, decision, reviewer };
  try {
    const scheduleAt = args.scheduleAt === undefined ? undefined : await newTime(run, args.scheduleAt);
    if (args.decision === 'requestChanges') await applyWishes(run, args);
    const made: ReviewDecision = {
      revision,
      decision,
      reviewer,
      at: now(),
      comment: comment ?? null,
      ...(slides === undefined ? {} : { slides }),
    };
    run.verdict = { ...made, ...(scheduleAt === undefined ? {} : { scheduleAt }) };
    return made;
  } finally {
    run.deciding = null;
  }
}

/** A signal cannot be refused: one that fits nothing is noted, and changes nothing. */
export function decideBySignal(run: Run, decision: 'approve' | 'reject', payload: ApproveSignal | RejectSignal): void {
  const { reviewer, revision } = payload ?? {};
  const comment =
    decision === 'reject' ? (payload as RejectSignal | null)?.reason : (payload as ApproveSignal | null)?.comment;
  const current = run.progress.review;
  const ignored = (why: string): void => run.progress.note(`Ignored the signal ${decision}: ${why}.`);
  if (typeof reviewer !== 'string' || reviewer.trim() === '') return ignored('it names no reviewer');
  if (decision === 'reject' && !isText(comment)) return ignored('it gives no reason');
  if (current === null) return ignored('nothing is under review yet');
  if ((revision ?? 0) !== current.revision)
    return ignored(`it is for revision ${revision ?? 0}, not ${current.revision}`);
  if (run.verdict !== null || run.deciding !== null || current.decision !== undefined)
    return ignored('it has been decided already');
  if (run.scope.consideredCancelled) return ignored('the onboarding has been stopped');
  run.verdict = { revision: current.revision, decision, reviewer, at: now(), comment: comment ?? null };
}

async function newTime(run: Run, at: string): Promise<string> {
  const timezone = run.plan.schedule?.timezone ?? run.plan.project.timezone;
  const answer = await run.api.local.resolveTime.executeWithOptions({ summary: 'Check the new time' }, [
    { at, timezone, now: Date.now() },
  ]);
  if ('at' in answer) return answer.at;
  throw refuseProblems(
    'InvalidTime',
    answer.problems.map(({ message }) => ({ path: 'scheduleAt', message })),
  );
}

/** Another source or persona for the next round: both are checked before either is taken. */
async function applyWishes(run: Run, { source, influencer }: DecideReviewArgs): Promise<void> {
  let { input, plan } = run;
  for (const [step, replacement] of [
    ['source', source],
    ['influencer', influencer],
  ] as const) {
    if (replacement === undefined) continue;
    const answer = await replaceInput(run, { input, step, replacement });
    input = answer.input;
    plan = { ...plan, source: answer.plan.source, influencer: answer.plan.influencer };
  }
  run.input = input;
  run.plan = plan;
  run.wishes = { source: source !== undefined, influencer: influencer !== undefined };
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= MAX_COMMENT;

/** The shape of the message, checked by hand: zod is no guest in the workflow bundle. */
function problemsOf(args: DecideReviewArgs): Problem[] {
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
    slides === undefined || (Array.isArray(slides) && slides.length <= 50 && slides.every(wellFormed)),
    'slides',
    'must be a list of { index, note }',
  );
  return problems;
}
