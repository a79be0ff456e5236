import type { Context } from 'hono';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OnboardingView } from '../../client/view';
import { decideReview } from '../../contract/messages';
import type { Problem } from '../../contract/plan';
import type { ReviewDecision } from '../../contract/result';
import { reviewLinkExpiry, signLink, type Link } from '../../links';
import { decisionTitle } from '../../words';
import { tooOften, type Admitted, type Deps, type Posted } from '../admit';
import { isFirst } from '../bounds';
import { EMPTY, type FieldProblems } from '../html/fields';
import { respond, type Page } from '../html/layout';
import { notice, unconfirmedPage, whose } from '../html/messages';
import { relative } from '../http/address';
import type { Fields, FormSubject } from '../http/sealedForm';
import { NOT_TAKEN, outcomeName, sendUpdate, type UpdateOutcome } from '../onboardings/updates';
import { decisionFrom, fieldProblems } from './decisionForm';
import { judge } from './judge';
import { formPage, pageOf } from './pageOf';
import { situationOf, type Situation } from './situation';

/** While the workflow checks a decision, a second reviewer waits at most so long to be told which one it was. */
const LOOKS = 10;
const PATIENCE_MS = 200;

/** How an update ended that the workflow did not take. */
type NotTaken = Exclude<UpdateOutcome<never>, { kind: 'taken' } | { kind: 'unknown' }>;

/** Whoever asked for changes is led on to the next round, but not by a form that is sent again much later. */
const LED_ON_MS = 3_600_000;

/** The page of the link's round; with `?do=…`, and while it may be decided, the form of the second step. */
export async function showReview(context: Context, deps: Deps, { token, link }: Admitted): Promise<Response> {
  const view = await deps.look(link);
  const situation = situationOf(link, view);
  const wanted = context.req.query('do');
  if (situation.kind !== 'open' || link.scope !== 'decide' || wanted === undefined)
    return respond(context, pageOf(deps, link, view, situation));
  const fields = { decision: wanted === 'changes' ? 'requestChanges' : wanted, at: context.req.query('at') ?? '' };
  return respond(context, formPage(deps, token, view, situation, fields, EMPTY));
}

/**
 * A posted decision: one update, whose id is the round and the form, so that a second press is the same decision. What can
 * be seen to be wrong is refused here: an update that the workflow has begun to work on stays in its history.
 */
export async function decide(context: Context, deps: Deps, posted: Posted): Promise<Response> {
  const { token, link, fields, form } = posted;
  const { workflowId } = link;
  const revision = link.revision!;
  const parsed = decisionFrom(fields, revision);
  if ('problems' in parsed) return respond(context, await formAgain(deps, posted, parsed.problems));

  const { args } = parsed;
  const view = await deps.look(link);
  const judged = judge(args, situationOf(link, view), deps.now());
  if (judged !== null && 'problem' in judged)
    return respond(context, await formAgain(deps, timeAgain(posted), { at: judged.problem }));
  if (judged !== null) return respond(context, await notTakenPage(deps, posted, judged));

  const refused = tooOften(context, deps, deps.answers, token);
  if (refused !== null) return refused;
  const to = { workflowId, runId: form.runId, timeoutMs: deps.updateTimeoutMs };
  const outcome = await sendUpdate(deps.client, to, decideReview, args, `review-${revision}-${form.nonce}`);
  deps.look.renew(workflowId);
  deps.log.info({ workflowId, revision, decision: args.decision, answer: outcomeName(outcome) }, 'decision');

  switch (outcome.kind) {
    case 'taken':
      return outcome.value.decision === args.decision
        ? context.redirect(relative(context, `/r/${await afterwards(deps, posted, outcome.value)}`), 303)
        : respond(context, await notTakenPage(deps, posted, { kind: 'ended' }));
    case 'unknown':
      return respond(context, unconfirmedPage(fields));
    case 'refused':
    case 'ended':
      return respond(context, await notTakenPage(deps, posted, outcome));
  }
}

/**
 * The token of the page where the reviewer goes on. One who asked for changes keeps the right to decide, now for the next
 * round and as long as that takes; every other reviewer with the link of the old round has lost it. A form counts for that
 * once and soon after the decision: whoever sends its body again gets an answer, and no link.
 */
async function afterwards(
  { secrets, look, now, ledOn }: Deps,
  { token, link, form }: Posted,
  { decision, at }: ReviewDecision,
): Promise<string> {
  if (decision !== 'requestChanges') return token;
  const isLate = Math.abs(now() - Date.parse(at)) > LED_ON_MS;
  if (isLate || !isFirst(ledOn, nameOf(form))) return token;
  const review = (await look(link)).status?.review;
  const roundMs = review ? Date.parse(review.deadline) - Date.parse(review.since) : 0;
  const expiresAt = Math.max(link.expiresAt, reviewLinkExpiry(now() + roundMs));
  return signLink(secrets[0], { ...link, revision: link.revision! + 1, expiresAt });
}

const nameOf = ({ runId, nonce }: FormSubject): string => `${runId}/${nonce}`;

/** The form with the field for another time. */
const timeAgain = (posted: Posted): Posted => ({ ...posted, fields: { ...posted.fields, decision: 'time' } });

async function formAgain(deps: Deps, { token, link, fields }: Posted, problems: FieldProblems): Promise<Page> {
  const view = await deps.look(link);
  const situation = situationOf(link, view);
  return situation.kind === 'open'
    ? formPage(deps, token, view, situation, fields, { values: fields, problems })
    : pageOf(deps, link, view, situation);
}

/** Why a decision was not taken, above the page as it is now. */
async function notTakenPage(deps: Deps, posted: Posted, outcome: NotTaken): Promise<Page> {
  const { token, link, fields } = posted;
  const [view, situation] = await settled(deps, link, outcome);
  if (situation.kind === 'open' && outcome.kind === 'refused') {
    const again = (shown: Fields, problems: FieldProblems): Page => ({
      ...formPage(deps, token, view, situation, shown, { values: fields, problems }),
      status: 422,
    });
    if (outcome.type === 'InvalidTime')
      return again({ ...fields, decision: 'time' }, { at: 'That time cannot be taken. Please choose a later one.' });
    if (outcome.type === 'InvalidMessage') {
      const { problems = [] } = (outcome.details ?? {}) as { problems?: Problem[] };
      return again(fields, problems.length === 0 ? { comment: outcome.message } : fieldProblems(problems));
    }
  }
  const said = notice('Your answer was not taken.', reason(outcome, situation), 'bad');
  const page = pageOf(deps, link, view, situation, said);
  const isDown = situation.kind === 'silent' || outcomeName(outcome) === NOT_TAKEN;
  return { ...page, ...whose(view), status: isDown ? 503 : 409 };
}

function reason(outcome: NotTaken, situation: Situation): string {
  if ('decision' in situation && situation.decision !== null)
    return `This was decided before it arrived: ${decisionTitle(situation.decision)}.`;
  switch (outcomeName(outcome)) {
    case NOT_TAKEN:
      return 'No answer can be taken at this moment. Please try again in a few minutes.';
    case 'ActionNotAllowed':
      return 'This is the last round: it can be approved or rejected.';
    case 'AlreadyDecided':
      return 'Somebody else is deciding at this moment. Look again shortly.';
    default:
      return 'What you saw has changed meanwhile. Please look at it as it is now.';
  }
}

/** The situation after a refusal; a decision that another reviewer is making meanwhile is waited for a moment. */
async function settled(deps: Deps, link: Link, outcome: NotTaken): Promise<[OnboardingView, Situation]> {
  for (let looks = 1; ; looks += 1) {
    const view = await deps.look(link);
    const situation = situationOf(link, view);
    const underWay = outcomeName(outcome) === 'AlreadyDecided' && situation.kind === 'open';
    if (!underWay || looks === LOOKS) return [view, situation];
    await sleep(PATIENCE_MS);
  }
}
