import type { Context } from 'hono';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OnboardingView } from '../../client/view';
import type { Problem } from '../../contract/plan';
import { decideReview, type DecideReviewArgs } from '../../contract/messages';
import { reviewLinkExpiry, signLink, type Link } from '../../links';
import { decisionFrom, type FieldProblems } from './decisionForm';
import type { Deps, Posted } from '../admit';
import { respond, type Page } from '../html/layout';
import { notice, unconfirmedPage, whose } from '../html/messages';
import { decided } from '../html/words';
import { formPage, situationPage } from './pageOf';
import { situationOf, type Situation } from './situation';
import { send, type Answer } from '../onboardings/updates';

/** Who is second while the first decision is being checked is told a moment later which one it was. */
const PATIENCE_MS = 200;
const LOOKS = 10;

type Refused = Exclude<Answer<never>, { kind: 'taken' } | { kind: 'unknown' }>;

/** A posted decision: one update, whose id is the round and the form, so that a second press is the same decision. */
export async function decide(context: Context, deps: Deps, posted: Posted): Promise<Response> {
  const { token, link, fields, form } = posted;
  const { workflowId } = link;
  const revision = link.revision!;
  const parsed = decisionFrom(fields, revision);
  if ('problems' in parsed) return respond(context, await formAgain(deps, posted, parsed.problems));

  const { args } = parsed;
  const to = { workflowId, runId: form.runId, timeoutMs: deps.updateTimeoutMs };
  const answer = await send(deps.client, to, decideReview, args, `review-${revision}-${form.nonce}`);
  deps.look.renew(workflowId);
  deps.log.info({ workflowId, revision, decision: args.decision, answer: told(answer) }, 'decision');

  switch (answer.kind) {
    case 'taken':
      return answer.value.decision === args.decision
        ? context.redirect(await afterwards(deps, token, link, args), 303)
        : respond(context, await lostPage(deps, posted, { kind: 'ended' }));
    case 'unknown':
      return respond(context, unconfirmedPage(fields));
    case 'refused':
    case 'ended':
      return respond(context, await lostPage(deps, posted, answer));
  }
}

const told = (answer: Answer<unknown>): string => (answer.kind === 'refused' ? answer.type : answer.kind);

/**
 * Where the reader goes on. Who asked for changes keeps the right to decide, now for the next round and as long as that
 * takes; every other holder of the old link has lost it.
 */
async function afterwards(
  { secrets, look, now }: Deps,
  token: string,
  link: Link,
  { decision, revision }: DecideReviewArgs,
): Promise<string> {
  if (decision !== 'requestChanges') return token;
  const review = (await look(link.workflowId)).status?.review;
  const roundMs = review ? Date.parse(review.deadline) - Date.parse(review.since) : 0;
  const expiresAt = Math.max(link.expiresAt, reviewLinkExpiry(now() + roundMs));
  return signLink(secrets[0], { ...link, revision: revision + 1, expiresAt });
}

async function formAgain(deps: Deps, { token, link, fields }: Posted, problems: FieldProblems): Promise<Page> {
  const view = await deps.look(link.workflowId);
  const situation = situationOf(link, view);
  return situation.kind === 'open'
    ? formPage(deps, token, view, situation, fields, { values: fields, problems })
    : situationPage(deps, link, view, situation);
}

/** Why an answer was not taken, above the page as it is now. */
async function lostPage(deps: Deps, posted: Posted, answer: Refused): Promise<Page> {
  const { token, link, fields } = posted;
  const [view, situation] = await settled(deps, link, answer);
  const type = answer.kind === 'refused' ? answer.type : 'ended';
  if (situation.kind === 'open') {
    const again = (of: Record<string, string>, problems: FieldProblems): Page =>
      formPage(deps, token, view, situation, { ...fields, ...of }, { values: fields, problems });
    if (type === 'InvalidTime')
      return {
        ...again({ decision: 'time' }, { at: 'That time cannot be taken. Please choose a later one.' }),
        status: 422,
      };
    if (type === 'InvalidMessage') return { ...again({}, problemsIn(answer)), status: 422 };
  }
  const said = notice('Your answer was not taken.', reason(type, situation), 'bad');
  const page = situationPage(deps, link, view, situation, said);
  return { ...page, ...whose(view), status: situation.kind === 'silent' ? 503 : 409 };
}

function reason(type: string, situation: Situation): string {
  if ('decision' in situation && situation.decision !== null)
    return `This was decided before it arrived: ${decided(situation.decision)}.`;
  switch (type) {
    case 'ActionNotAllowed':
      return 'This is the last round: it can be approved or rejected.';
    case 'AlreadyDecided':
      return 'Somebody else is deciding at this moment. Look again shortly.';
    default:
      return 'What you saw has changed meanwhile. Please look at it as it is now.';
  }
}

/** The situation after a refusal; a decision that is being made meanwhile is waited for a moment. */
async function settled(deps: Deps, link: Link, answer: Refused): Promise<[OnboardingView, Situation]> {
  for (let looks = 1; ; looks += 1) {
    const view = await deps.look(link.workflowId);
    const situation = situationOf(link, view);
    const underWay = answer.kind === 'refused' && answer.type === 'AlreadyDecided' && situation.kind === 'open';
    if (!underWay || looks === LOOKS) return [view, situation];
    await sleep(PATIENCE_MS);
  }
}

/** The field of the form for each part of a decision, by the path that the workflow names it by. */
const FIELD_AT: Readonly<Record<string, string>> = {
  reviewer: 'reviewer',
  comment: 'comment',
  scheduleAt: 'at',
  'content.source': 'tiktok',
  'content.source.keyword': 'keyword',
  influencer: 'prompt',
};

/** The field for a path, or for the nearest part around it that has one. */
function fieldAt(path: string): string {
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const field = FIELD_AT[parts.slice(0, length).join('.')];
    if (field !== undefined) return field;
  }
  return 'comment';
}

/** What the workflow found wrong, beside the field that it is about. */
function problemsIn(answer: Refused): FieldProblems {
  if (answer.kind !== 'refused') return { comment: '' };
  const { problems = [] } = (answer.details ?? {}) as { problems?: Problem[] };
  return problems.length === 0
    ? { comment: answer.message }
    : Object.fromEntries(problems.map(({ path, message }) => [fieldAt(path), `This ${message}.`]));
}
